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
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.dreamkeeper.bus.DreamkeeperException;
import org.dreamkeeper.bus.FailureCode;
import org.dreamkeeper.bus.impl.async.Time;

/**
 * Sends requests to one actor: sets {@code action}, {@code deadline}, on a cluster {@code node},
 * and under a lock {@code token}, and makes each failure a {@link DreamkeeperException}. What
 * writes is sent as often as {@link RepeatedRequest} says. Safe from any thread; futures complete
 * on the caller's context.
 *
 * @param hold what requests are made under; null for nothing
 * @param instance the one that answered last, whichever of the actors it was
 */
public record ActorClient(
    Vertx vertx,
    String address,
    long timeoutMs,
    Time time,
    Hold hold,
    AtomicReference<String> instance) {
  /** How often a lost answer may be asked for again, at least, before the timeout. */
  private static final int ANSWERS = 6;

  private static final String NOBODY =
      "nobody serves '%s' on this Vert.x; deploy DreamkeeperVerticle first, or set the client's"
          + " address";

  /**
   * A grant that requests are made under.
   *
   * @param token the lock token
   * @param againMs when to ask again, at the latest, where the answer to a write does not come
   * @param lost hears why a request was refused because the token does not hold the lock
   */
  public record Hold(long token, long againMs, Consumer<String> lost) {}

  /** Makes a client; its time is in step with the host's. */
  public ActorClient(Vertx vertx, String address, long timeoutMs, Time time) {
    this(vertx, address, timeoutMs, time, null, new AtomicReference<>());
  }

  /** Makes a client of another actor of the same project. */
  public ActorClient to(String other) {
    return new ActorClient(vertx, other, timeoutMs, time, hold, instance);
  }

  /** Makes a client whose writes go through only while a grant holds the lock. */
  public ActorClient under(Hold grant) {
    return new ActorClient(vertx, address, timeoutMs, time, grant, instance);
  }

  /** Makes a promise whose future completes on the caller's context. */
  public <T> Promise<T> promise() {
    return ((ContextInternal) vertx.getOrCreateContext()).promise();
  }

  /** Sends a request that changes nothing. */
  public Future<Message<JsonObject>> read(String action, JsonObject body) {
    return read(action, body, 0);
  }

  /** Sends a request that changes nothing, and that the actor may take longer to answer. */
  public Future<Message<JsonObject>> read(String action, JsonObject body, long extraMs) {
    long patienceMs = timeoutMs + extraMs;
    DeliveryOptions options = headers(action, new DeliveryOptions(), patienceMs);
    return vertx
        .eventBus()
        .<JsonObject>request(address, body, options.setSendTimeout(patienceMs))
        .onSuccess(this::heard)
        .recover(failure -> Future.failedFuture(told(address, failure)))
        .onFailure(this::failed);
  }

  /** Sends a request that may change something. */
  public Future<Message<JsonObject>> write(String action, JsonObject body) {
    return write(action, body, new DeliveryOptions(), 0);
  }

  /**
   * Sends a request that may change something.
   *
   * @param action the action
   * @param body the body, or null
   * @param options its headers go along
   * @param extraMs how long the actor itself may take before it answers
   * @return the reply; fails with a {@link DreamkeeperException}
   */
  public Future<Message<JsonObject>> write(
      String action, JsonObject body, DeliveryOptions options, long extraMs) {
    long patienceMs = timeoutMs + extraMs;
    long againMs = timeoutMs / ANSWERS;
    long firstMs = extraMs + (hold == null ? againMs : Math.min(againMs, hold.againMs()));
    headers(action, options, patienceMs);
    Promise<Message<JsonObject>> answer = promise();
    RepeatedRequest.Waits waits = new RepeatedRequest.Waits(patienceMs, firstMs);
    new RepeatedRequest(vertx, time, options, body, instance.get(), waits).send(address, answer);
    return answer.future().onSuccess(this::heard).onFailure(this::failed);
  }

  /** Makes a failure one of a client; where nobody serves the address, with what to do. */
  static DreamkeeperException told(String address, Throwable failure) {
    return failure instanceof ReplyException reply
            && reply.failureType() == ReplyFailure.NO_HANDLERS
        ? DreamkeeperException.of(
            new ReplyException(ReplyFailure.NO_HANDLERS, NOBODY.formatted(address)))
        : DreamkeeperException.of(failure);
  }

  private void heard(Message<JsonObject> reply) {
    instance.set(reply.headers().get("instance"));
  }

  private void failed(Throwable failure) {
    FailureCode code = DreamkeeperException.of(failure).code();
    if (hold != null && (code == FailureCode.NOT_HOLDER || code == FailureCode.SUPERSEDED)) {
      hold.lost().accept(failure.getMessage());
    }
  }

  private DeliveryOptions headers(String action, DeliveryOptions options, long patienceMs) {
    options
        .addHeader("action", action)
        .addHeader("deadline", Long.toString(time.millis() + patienceMs));
    String node = ClusterNodes.own(vertx);
    if (node != null) {
      options.addHeader("node", node);
    }
    return hold == null ? options : options.addHeader("token", Long.toString(hold.token()));
  }
}
