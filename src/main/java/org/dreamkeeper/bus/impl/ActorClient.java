package org.dreamkeeper.bus.impl;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.json.JsonObject;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.dreamkeeper.bus.DreamkeeperException;
import org.dreamkeeper.bus.FailureCode;

/**
 * Sends requests to one actor: sets {@code action}, {@code deadline} and, on a cluster, {@code
 * node}, and makes each failure a {@link DreamkeeperException}. Stateless and safe from any thread;
 * futures complete on the caller's context.
 */
public final class ActorClient {
  /** How long an answer is waited for unless set otherwise, ms. */
  public static final long DEFAULT_TIMEOUT_MS = 30_000;

  private final Vertx vertx;
  private final String address;
  private final long timeoutMs;
  private final LongSupplier clock;
  private final String node;
  private final Hold hold;

  /**
   * A grant that requests are made under.
   *
   * @param token the lock token, which all that write carry
   * @param againMs when to ask again where the answer to one does not come, at least 1; each pause
   *     is twice the one before. The host does nothing twice, for the {@code requestId} is the same
   * @param lost hears why a request was refused because the token does not hold the lock
   */
  public record Hold(long token, long againMs, Consumer<String> lost) {}

  /**
   * Makes a client.
   *
   * @param vertx the caller's
   * @param address the actor's, such as {@code dream.state}
   * @param timeoutMs how long an answer is waited for, at least 1
   * @param clock ms since 1970, in step with the host's
   * @throws IllegalArgumentException if the timeout is below 1
   */
  public ActorClient(Vertx vertx, String address, long timeoutMs, LongSupplier clock) {
    this(vertx, address, timeoutMs, clock, null);
  }

  private ActorClient(Vertx vertx, String address, long timeoutMs, LongSupplier clock, Hold hold) {
    if (timeoutMs < 1) {
      throw new IllegalArgumentException(
          "timeoutMs is " + timeoutMs + " for " + address + ", expected at least 1");
    }
    this.vertx = vertx;
    this.address = address;
    this.timeoutMs = timeoutMs;
    this.clock = clock;
    this.node = ClusterNodes.own(vertx);
    this.hold = hold;
  }

  /** Makes a client whose writes go through only while a grant holds the lock. */
  public ActorClient under(Hold grant) {
    return new ActorClient(vertx, address, timeoutMs, clock, grant);
  }

  /** Makes a promise whose future completes on the caller's context. */
  public <T> Promise<T> promise() {
    return ((ContextInternal) vertx.getOrCreateContext()).promise();
  }

  /**
   * Sends a request that changes nothing.
   *
   * @param action the action
   * @param body the body, or null
   * @return the reply; fails with a {@link DreamkeeperException}
   */
  public Future<Message<JsonObject>> send(String action, JsonObject body) {
    return request(action, body, new DeliveryOptions(), timeoutMs);
  }

  /**
   * Sends a request that the actor may take its time for.
   *
   * @param action the action
   * @param body the body, or null
   * @param extraMs how long the actor itself may take before it answers
   * @return the reply; fails with a {@link DreamkeeperException}
   */
  public Future<JsonObject> ask(String action, JsonObject body, long extraMs) {
    return request(action, body, new DeliveryOptions(), timeoutMs + extraMs).map(Message::body);
  }

  private Future<Message<JsonObject>> request(
      String action, JsonObject body, DeliveryOptions options, long patienceMs) {
    address(action, options, patienceMs);
    return vertx
        .eventBus()
        .<JsonObject>request(address, body, options.setSendTimeout(patienceMs))
        .recover(failure -> Future.failedFuture(DreamkeeperException.of(failure)));
  }

  /**
   * Sends a request that the fence applies to.
   *
   * @param action the action
   * @param body the body, or null
   * @return the reply; fails with a {@link DreamkeeperException}
   */
  public Future<Message<JsonObject>> write(String action, JsonObject body) {
    return write(action, body, new DeliveryOptions());
  }

  /**
   * Sends a request that the fence applies to, with more headers.
   *
   * @param action the action
   * @param body the body, or null
   * @param options its headers go along
   * @return the reply; fails with a {@link DreamkeeperException}
   */
  public Future<Message<JsonObject>> write(
      String action, JsonObject body, DeliveryOptions options) {
    if (hold == null) {
      return request(action, body, options, timeoutMs);
    }
    address(action, options, timeoutMs);
    options.addHeader("token", Long.toString(hold.token()));
    options.addHeader("requestId", UUID.randomUUID().toString());
    Promise<Message<JsonObject>> answer = promise();
    ask(body, options, Math.max(1, hold.againMs()), timeoutMs, answer);
    return answer.future().onFailure(this::refused);
  }

  private void refused(Throwable failure) {
    FailureCode code = DreamkeeperException.of(failure).code();
    if (code == FailureCode.NOT_HOLDER || code == FailureCode.SUPERSEDED) {
      hold.lost().accept(failure.getMessage());
    }
  }

  private void ask(
      JsonObject body,
      DeliveryOptions options,
      long waitMs,
      long leftMs,
      Promise<Message<JsonObject>> answer) {
    long patience = Math.min(waitMs, leftMs);
    vertx
        .eventBus()
        .<JsonObject>request(address, body, options.setSendTimeout(patience))
        .onComplete(
            end -> {
              if (end.succeeded()) {
                answer.complete(end.result());
              } else if (unanswered(end.cause()) && leftMs > patience) {
                ask(body, options, waitMs * 2, leftMs - patience, answer);
              } else {
                answer.fail(DreamkeeperException.of(end.cause()));
              }
            });
  }

  private static boolean unanswered(Throwable failure) {
    return failure instanceof ReplyException reply && reply.failureType() == ReplyFailure.TIMEOUT;
  }

  private void address(String action, DeliveryOptions options, long patience) {
    options
        .addHeader("action", action)
        .addHeader("deadline", Long.toString(clock.getAsLong() + patience));
    if (node != null) {
      options.addHeader("node", node);
    }
  }
}
