package org.dreamkeeper.node.impl;

import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.dreamkeeper.bus.impl.BodyCheck;
import org.dreamkeeper.bus.impl.Project;

/** A request at the gateway that is not answered yet, and those who wait for the answer. */
final class Ask {
  /** How long a requester's end of the line is listened to. */
  private static final long HEARD_TIMEOUT_MS = 1_000;

  /** What a request takes beside its body. */
  private static final long OWN_BYTES = 1_024;

  private static final long NANOS_PER_MS = 1_000_000;

  private final List<Message<Object>> askers = new ArrayList<>(1);
  private final Object body;
  private final MultiMap headers;
  private final long arrivedNanos;
  private final long leftMs;

  /** What it holds, as estimated. */
  final long bytes;

  /** Under which its lane knows it. */
  String key;

  /** Which try it is; an answer to an earlier one is none. */
  int attempt;

  /** Whether it is on its way. */
  boolean underWay;

  /** Whether it ever was. */
  boolean sent;

  /** When it was sent last. */
  long sentNanos;

  /** The ids with which its lane is done, as it says along with this one. */
  JsonArray done;

  /** Makes one of what nobody waits for, or of a message, which is added. */
  Ask(Object body, MultiMap headers, long leftMs, long nowNanos) {
    this.body = body;
    this.headers = headers;
    this.leftMs = leftMs;
    this.bytes = OWN_BYTES + (body instanceof JsonObject json ? BodyCheck.held(json) : 0);
    this.arrivedNanos = nowNanos;
    if (!headers.contains("requestId")) {
      headers.set("requestId", UUID.randomUUID().toString());
    }
  }

  /** Makes one that gives back a lock that nobody has heard of. */
  static Ask rollback(long token, long nowNanos) {
    MultiMap headers = MultiMap.caseInsensitiveMultiMap();
    headers.set("action", "rollback").set("token", Long.toString(token));
    return new Ask(null, headers, Long.MAX_VALUE, nowNanos);
  }

  void add(Message<Object> asker) {
    askers.add(asker);
  }

  String id() {
    return headers.get("requestId");
  }

  private String action() {
    return headers.get("action");
  }

  /** Tells whether it may wait for the lock. */
  boolean acquires() {
    return "tryAcquire".equals(action());
  }

  /** Tells whether another one asks the same. */
  boolean same(Ask other) {
    return Objects.equals(action(), other.action())
        && Objects.equals(headers.get("token"), other.headers.get("token"))
        && Objects.equals(headers.get("revision"), other.headers.get("revision"))
        && Objects.equals(body, other.body);
  }

  Object body() {
    return body;
  }

  /** Gives the headers that travel: what is left of the deadline, and how long it has waited. */
  DeliveryOptions options(long nowNanos) {
    long waitedMs = (nowNanos - arrivedNanos) / NANOS_PER_MS;
    DeliveryOptions options = copied(headers);
    if (waitedMs > 0) {
      options.addHeader("waitedMs", Long.toString(waitedMs));
    }
    if (!done.isEmpty()) {
      options.addHeader(Project.DONE, done.encode());
    }
    if (leftMs < Long.MAX_VALUE) {
      options.addHeader(Reception.LEFT, Long.toString(leftMs - waitedMs));
    }
    return options;
  }

  /** Tells whether it has waited for too long, where nobody has served for so long. */
  boolean overdue(long nowNanos, long heldNanos, long patienceMs) {
    long waitedNanos = nowNanos - arrivedNanos;
    return leftMs < Long.MAX_VALUE
        ? waitedNanos > leftMs * NANOS_PER_MS
        : Math.min(waitedNanos, heldNanos) > patienceMs * NANOS_PER_MS;
  }

  boolean hasDeadline() {
    return leftMs < Long.MAX_VALUE;
  }

  void fail(ReplyException failure) {
    askers.forEach(asker -> asker.fail(failure.failureCode(), failure.getMessage()));
  }

  void reply(Message<Object> reply) {
    askers.forEach(asker -> asker.reply(reply.body(), copied(reply.headers())));
  }

  private static DeliveryOptions copied(MultiMap headers) {
    return new DeliveryOptions().setHeaders(MultiMap.caseInsensitiveMultiMap().addAll(headers));
  }

  /** Tells of a grant; gives whether anybody was there to hear it, as far as can be known. */
  Future<Boolean> grant(Message<Object> reply) {
    List<Future<?>> unheard = new ArrayList<>();
    for (Message<Object> asker : askers) {
      DeliveryOptions options = copied(reply.headers()).setSendTimeout(HEARD_TIMEOUT_MS);
      unheard.add(
          asker.replyAddress() == null
              ? Future.succeededFuture()
              : asker
                  .replyAndRequest(reply.body(), options)
                  .transform(
                      end ->
                          is(end.cause(), ReplyFailure.NO_HANDLERS)
                              ? Future.succeededFuture()
                              : Future.failedFuture("heard")));
    }
    return Future.all(unheard).transform(all -> Future.succeededFuture(all.failed()));
  }

  static boolean is(Throwable failure, ReplyFailure type) {
    return failure instanceof ReplyException reply && reply.failureType() == type;
  }

  /** Tells whether a reply grants the lock, and gives its token; null if not. */
  static Long granted(Message<Object> reply) {
    return reply.body() instanceof JsonObject json && Boolean.TRUE.equals(json.getValue("acquired"))
        ? json.getLong("token")
        : null;
  }
}
