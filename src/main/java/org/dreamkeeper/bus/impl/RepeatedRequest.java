package org.dreamkeeper.bus.impl;

import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.core.json.JsonObject;
import java.util.UUID;
import org.dreamkeeper.bus.DreamkeeperException;
import org.dreamkeeper.bus.FailureCode;
import org.dreamkeeper.bus.impl.async.Time;

/**
 * A request that may change something, sent until it is answered or its time is over.
 *
 * <ol>
 *   <li>Each try bears the same {@code requestId}, so that nothing is done twice.
 *   <li>Where nobody serves the address, nothing was done: it is tried again after a pause.
 *   <li>Where no answer came, request or reply may be lost: it is tried again, after pauses that
 *       double, but only at the instance that was asked first: a restarted host does not remember.
 *       If that is gone, or not known, it is in doubt what was done.
 * </ol>
 *
 * <p>What is left of the time is counted by what was given away, not by a clock.
 */
final class RepeatedRequest {
  private static final long FIRST_PAUSE_MS = 50;
  private static final long LONGEST_PAUSE_MS = 1_000;

  private final Vertx vertx;
  private final Time time;
  private final JsonObject body;
  private final DeliveryOptions options;
  private final String instance;
  private final long patienceMs;
  private long leftMs;
  private long waitMs;
  private long pauseMs = FIRST_PAUSE_MS;
  private boolean unanswered;

  /**
   * How long an answer is waited for.
   *
   * @param inAllMs by all tries together
   * @param firstMs by the first; each wait is twice the one before
   */
  record Waits(long inAllMs, long firstMs) {}

  /** Makes it ready; the instance that is asked may be null, where it is not known. */
  RepeatedRequest(
      Vertx vertx,
      Time time,
      DeliveryOptions options,
      JsonObject body,
      String instance,
      Waits waits) {
    this.vertx = vertx;
    this.time = time;
    this.body = body;
    this.options = options.addHeader("requestId", UUID.randomUUID().toString());
    this.instance = instance;
    this.patienceMs = waits.inAllMs();
    this.leftMs = waits.inAllMs();
    // Where no other try may follow, the first has all of the time.
    this.waitMs = instance == null ? waits.inAllMs() : waits.firstMs();
  }

  /** Sends it. */
  void send(String address, Promise<Message<JsonObject>> answer) {
    long mine = Math.max(1, Math.min(waitMs, leftMs));
    vertx
        .eventBus()
        .<JsonObject>request(address, body, options.setSendTimeout(mine))
        .onSuccess(answer::complete)
        .onFailure(
            failure -> {
              if (is(failure, ReplyFailure.TIMEOUT)) {
                leftMs -= mine;
                unanswered(address, answer);
              } else {
                refused(address, failure, answer);
              }
            });
  }

  private void unanswered(String address, Promise<Message<JsonObject>> answer) {
    if (instance == null || leftMs <= 0) {
      answer.fail(inDoubt(address));
      return;
    }
    if (!unanswered) {
      unanswered = true;
      options.addHeader("instance", instance);
    }
    waitMs *= 2;
    send(address, answer);
  }

  private void refused(String address, Throwable failure, Promise<Message<JsonObject>> answer) {
    FailureCode code = DreamkeeperException.of(failure).code();
    // Of one that may be under way already, it does not say that there is no room for another.
    boolean notNow =
        is(failure, ReplyFailure.NO_HANDLERS) || (code == FailureCode.BUSY && unanswered);
    if (notNow && leftMs > pauseMs) {
      leftMs -= pauseMs;
      time.schedule(pauseMs, () -> send(address, answer));
      pauseMs = Math.min(LONGEST_PAUSE_MS, pauseMs * 2);
    } else if (unanswered && (notNow || code == FailureCode.NOT_SERVING)) {
      answer.fail(inDoubt(address));
    } else {
      answer.fail(ActorClient.told(address, failure));
    }
  }

  private static boolean is(Throwable failure, ReplyFailure type) {
    return failure instanceof ReplyException reply && reply.failureType() == type;
  }

  private DreamkeeperException inDoubt(String address) {
    String message =
        "in doubt: no answer to %s at %s within %d ms, it may have been carried out;"
            + " look before another try";
    String action = options.getHeaders().get("action");
    return DreamkeeperException.of(
        new ReplyException(ReplyFailure.TIMEOUT, message.formatted(action, address, patienceMs)));
  }
}
