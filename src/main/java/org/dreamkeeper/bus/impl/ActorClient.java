package org.dreamkeeper.bus.impl;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.core.json.JsonObject;
import java.util.UUID;
import java.util.function.LongSupplier;
import org.dreamkeeper.bus.DreamkeeperException;

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
  private final long againMs;

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
    this(vertx, address, timeoutMs, clock, timeoutMs);
  }

  private ActorClient(
      Vertx vertx, String address, long timeoutMs, LongSupplier clock, long againMs) {
    if (timeoutMs < 1) {
      throw new IllegalArgumentException(
          "timeoutMs is " + timeoutMs + " for " + address + ", expected at least 1");
    }
    this.vertx = vertx;
    this.address = address;
    this.timeoutMs = timeoutMs;
    this.clock = clock;
    this.node = ClusterNodes.own(vertx);
    this.againMs = againMs;
  }

  /**
   * Makes a client that asks again where the answer to a writing request does not come: the request
   * or the reply may be lost. The host does nothing twice, for the {@code requestId} is the same.
   *
   * @param firstMs when for the first time, at least 1; each pause is twice the one before. All of
   *     them together are not longer than the timeout
   * @return another client
   */
  public ActorClient askingAgain(long firstMs) {
    return new ActorClient(vertx, address, timeoutMs, clock, Math.max(1, firstMs));
  }

  /**
   * Sends a request.
   *
   * @param action the action
   * @param body the body, or null
   * @return the reply; fails with a {@link DreamkeeperException}
   */
  public Future<Message<JsonObject>> send(String action, JsonObject body) {
    return send(action, body, new DeliveryOptions(), 0);
  }

  /**
   * Sends a request with more headers.
   *
   * @param action the action
   * @param body the body, or null
   * @param options its headers go along
   * @param extraMs how long the actor itself may take before it answers
   * @return the reply; fails with a {@link DreamkeeperException}
   */
  public Future<Message<JsonObject>> send(
      String action, JsonObject body, DeliveryOptions options, long extraMs) {
    long patience = timeoutMs + extraMs;
    address(action, options, patience);
    return vertx
        .eventBus()
        .<JsonObject>request(address, body, options.setSendTimeout(patience))
        .recover(failure -> Future.failedFuture(DreamkeeperException.of(failure)));
  }

  /**
   * Sends a writing request, as often as {@link #askingAgain} says.
   *
   * @param action the action
   * @param body the body, or null
   * @param options its headers go along
   * @return the reply; fails with a {@link DreamkeeperException}
   */
  public Future<Message<JsonObject>> write(
      String action, JsonObject body, DeliveryOptions options) {
    if (againMs >= timeoutMs) {
      return send(action, body, options, 0);
    }
    address(action, options, timeoutMs);
    options.addHeader("requestId", UUID.randomUUID().toString());
    Promise<Message<JsonObject>> answer = Promise.promise();
    ask(body, options, againMs, timeoutMs, answer);
    return answer.future();
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

  /**
   * Makes the options of a request that carries the fence.
   *
   * @param token the lock token, or null
   * @return the options
   */
  public static DeliveryOptions fenced(Long token) {
    DeliveryOptions options = new DeliveryOptions();
    return token == null ? options : options.addHeader("token", Long.toString(token));
  }
}
