package org.dreamkeeper.bus.impl;

import io.vertx.core.Future;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.dreamkeeper.bus.DreamkeeperException;
import org.dreamkeeper.bus.FailureCode;
import org.slf4j.Logger;

/**
 * An accepted request: well-formed, valid, and owed exactly one answer. The first answer counts, a
 * later one is ignored; answering is safe from any thread.
 *
 * <p>Several messages may ask the same thing: a repeated {@code requestId} joins the first.
 */
public final class Request {
  private static final Logger LOG = Log.of(Request.class);

  /** How long a requester's end of the line is listened to after a grant. */
  private static final long HEARD_TIMEOUT_MS = 1_000;

  private static final long NANOS_PER_MS = 1_000_000;

  /** A deadline further away than a century is as good as none, and fits in nanoseconds. */
  private static final long MAX_WAIT_MS = 100L * 366 * 24 * 3_600_000;

  /** How many messages may wait for one answer. */
  private static final int MAX_ASKERS = 100;

  private final Action action;
  private final JsonObject body;
  private final Headers headers;
  private final Time time;
  private final long dueNanos;
  private final Future<String> fingerprint;
  private final Actor actor;
  private final Room.Place place;

  /** What it holds, and what the messages hold that wait with it. */
  private final List<Room.Place> places = new ArrayList<>(1);

  private final List<Message<?>> askers = new ArrayList<>(1);
  private Answer answer;
  private boolean parked;

  Request(
      Message<?> asker,
      Action action,
      JsonObject body,
      Headers headers,
      Future<String> fingerprint,
      Room.Place place,
      Actor actor) {
    this.askers.add(asker);
    this.action = action;
    this.body = body;
    this.headers = headers;
    this.time = actor.time();
    this.dueNanos = time.nanos() + untilNanos(headers.deadline(), time);
    this.fingerprint = fingerprint;
    this.place = place;
    this.places.add(place);
    this.actor = actor;
  }

  private static long untilNanos(Long deadline, Time time) {
    long untilMs = deadline == null ? 0 : deadline - time.millis();
    return Math.max(-MAX_WAIT_MS, Math.min(MAX_WAIT_MS, untilMs)) * NANOS_PER_MS;
  }

  /**
   * Names the action.
   *
   * @return one of the actor's own
   */
  public String action() {
    return action.name();
  }

  /**
   * Gives the body, which is the request's own copy.
   *
   * @return the body; empty where there was none
   */
  public JsonObject body() {
    return body;
  }

  /**
   * Gives the token header.
   *
   * @return the token, or null
   */
  public Long token() {
    return headers.token();
  }

  /**
   * Gives the revision that the caller saw.
   *
   * @return the revision, or null
   */
  public String revision() {
    return headers.revision();
  }

  /**
   * Gives the id by which a repeated request is known.
   *
   * @return the id, or null
   */
  public String requestId() {
    return headers.requestId();
  }

  /** Gives the request's {@link Fingerprint}, once it is checked. */
  Future<String> fingerprint() {
    return fingerprint;
  }

  /**
   * Tells where the requester lives.
   *
   * @return the cluster's id of the node, or null
   */
  public String node() {
    return headers.node();
  }

  /**
   * Tells how long there is until the deadline, on the monotonic clock: what the wall clock does
   * after the request has come in does not count.
   *
   * @return ns; negative once it has passed, {@link Long#MAX_VALUE} where there is none
   */
  public long remainingNanos() {
    return headers.deadline() == null ? Long.MAX_VALUE : dueNanos - time.nanos();
  }

  /**
   * Tells whether the deadline has passed.
   *
   * @return whether it is too late to begin
   */
  public boolean overdue() {
    return remainingNanos() < 0;
  }

  /**
   * Tells whether the request may change something.
   *
   * @return whether its action writes
   */
  public boolean writes() {
    return action.writes();
  }

  /**
   * Tells whether there was an answer.
   *
   * @return whether another one would be ignored
   */
  public synchronized boolean answered() {
    return answer != null;
  }

  /**
   * Says that the answer comes later, outside the mailbox's order: the actor keeps the request.
   *
   * @return whether there is room for it; if not, it is to be answered now
   */
  public synchronized boolean park() {
    parked = place.park();
    return parked;
  }

  /** Tells whether nobody has answered, or means to. */
  synchronized boolean forgotten() {
    return answer == null && !parked;
  }

  /**
   * Replies.
   *
   * @param reply the body; null is a reply, too
   */
  public void reply(JsonObject reply) {
    reply(reply, Map.of());
  }

  /**
   * Replies.
   *
   * @param reply the body; null is a reply, too
   * @param replyHeaders the headers
   */
  public void reply(JsonObject reply, Map<String, String> replyHeaders) {
    finish(new Answer(reply, replyHeaders, null, true));
  }

  /**
   * Refuses; nothing was changed.
   *
   * @param code why
   * @param reason one line
   */
  public void fail(FailureCode code, String reason) {
    fail(new DreamkeeperException(code, reason));
  }

  /**
   * Refuses; nothing was changed.
   *
   * @param failure why
   */
  public void fail(DreamkeeperException failure) {
    finish(new Answer(null, Map.of(), failure, false));
  }

  /**
   * Fails although the change may stand: a repeated {@code requestId} is told the same, and does
   * not do it again.
   *
   * @param failure why
   */
  public void failInDoubt(DreamkeeperException failure) {
    finish(new Answer(null, Map.of(), failure, true));
  }

  /**
   * Replies, and finds out whether anybody was there to hear it. Call it on the actor's context.
   *
   * @param reply the body
   * @return whether one of the askers had not gone, nor been refused meanwhile; true where that
   *     cannot be known
   */
  public Future<Boolean> replyHeard(JsonObject reply) {
    Answer heard = new Answer(reply, Map.of(), null, true);
    List<Message<?>> listening = settle(heard);
    if (listening.isEmpty()) {
      // Refused meanwhile, by who took the disk for dead: they know of no such reply.
      return Future.succeededFuture(false);
    }
    // A reply that itself asks for a reply fails at once where its address is gone; one that was
    // delivered is never answered, and runs into the timeout.
    DeliveryOptions options = heard.options(actor.instance()).setSendTimeout(HEARD_TIMEOUT_MS);
    List<Future<?>> gone = new ArrayList<>();
    for (Message<?> asker : listening) {
      if (asker.replyAddress() == null) {
        // It was sent, not requested: nobody is waiting.
        gone.add(Future.succeededFuture());
        continue;
      }
      gone.add(gone(asker, reply, options));
    }
    return Future.all(gone).transform(all -> Future.succeededFuture(all.failed()));
  }

  /** Succeeds if the asker has gone. */
  private Future<?> gone(Message<?> asker, JsonObject reply, DeliveryOptions options) {
    try {
      return asker
          .replyAndRequest(reply, options)
          .transform(
              end ->
                  end.cause() instanceof ReplyException failure
                          && failure.failureType() == ReplyFailure.NO_HANDLERS
                      ? Future.succeededFuture()
                      : Future.failedFuture("heard"));
    } catch (Throwable failure) {
      refuse(asker, failure);
      return Future.succeededFuture();
    }
  }

  /** Takes a reply back that nobody heard: the same {@code requestId} is a new request again. */
  public void forget() {
    if (requestId() != null) {
      actor.forget(requestId());
    }
  }

  /** Leaves the answer to the first request with the same {@code requestId}. */
  void follow(Request first) {
    List<Message<?>> waiting;
    synchronized (this) {
      if (answer != null) {
        return;
      }
      answer = Answer.ELSEWHERE;
      waiting = List.copyOf(askers);
    }
    waiting.forEach(asker -> first.join(asker, place));
  }

  private void join(Message<?> asker, Room.Place room) {
    Answer now;
    synchronized (this) {
      now = answer;
      if (now == null && askers.size() < MAX_ASKERS) {
        askers.add(asker);
        places.add(room);
        return;
      }
    }
    room.leave();
    if (now == null) {
      DreamkeeperException busy =
          new DreamkeeperException(
              FailureCode.BUSY, MAX_ASKERS + " wait for this requestId; try later");
      asker.fail(busy.failureCode(), busy.getMessage());
    } else {
      send(asker, now);
    }
  }

  void finish(Answer end) {
    settle(end).forEach(asker -> send(asker, end));
  }

  /** Whatever an answer meets on its way, each asker gets one, and nobody else's is lost. */
  private void send(Message<?> asker, Answer end) {
    try {
      end.send(asker, actor.instance());
    } catch (Throwable failure) {
      refuse(asker, failure);
    }
  }

  private void refuse(Message<?> asker, Throwable failure) {
    DreamkeeperException internal = DreamkeeperException.of(failure);
    asker.fail(internal.failureCode(), internal.getMessage());
    log("could not be answered as it was to be", failure);
  }

  private List<Message<?>> settle(Answer end) {
    List<Message<?>> waiting;
    synchronized (this) {
      if (answer != null) {
        return List.of();
      }
      answer = end;
      waiting = List.copyOf(askers);
    }
    places.forEach(Room.Place::leave);
    try {
      actor.answered(this, end);
    } catch (Throwable unnoted) {
      log("was answered, and that was not noted", unnoted);
    }
    return waiting;
  }

  /** Out of descriptors, say, a log may meet the same: nobody's answer depends on it. */
  private void log(String what, Throwable failure) {
    try {
      LOG.error("{} {}", action(), what, failure);
    } catch (Throwable unlogged) {
      failure.addSuppressed(unlogged);
    }
  }
}
