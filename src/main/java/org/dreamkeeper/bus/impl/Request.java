package org.dreamkeeper.bus.impl;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.dreamkeeper.bus.DreamkeeperException;
import org.dreamkeeper.bus.FailureCode;
import org.dreamkeeper.bus.impl.text.Log;
import org.slf4j.Logger;

/**
 * An accepted request: well-formed, valid, and owed exactly one answer. The first answer counts, a
 * later one is ignored; answering is safe from any thread.
 *
 * <p>Several messages may ask the same thing: a repeated {@code requestId} joins the first.
 */
public final class Request {
  private static final Logger LOG = Log.of(Request.class);

  private final Action action;
  private final JsonObject body;
  private final Headers headers;
  private final long arrivedAt; // ns, monotonic
  private final long dueNanos;
  private final Future<String> fingerprint;
  private final Actor actor;
  private final List<Asker> askers = new ArrayList<>(1);
  private Answer answer;
  private Answer earlier;
  private volatile Answer anew;
  private boolean parked;

  Request(
      Asker asker,
      Action action,
      JsonObject body,
      Headers headers,
      Future<String> fingerprint,
      Actor actor) {
    this.askers.add(asker);
    this.action = action;
    this.body = body;
    this.headers = headers;
    this.fingerprint = fingerprint;
    this.actor = actor;
    this.arrivedAt = actor.time().nanos();
    this.dueNanos = arrivedAt + headers.untilDeadlineNanos(actor.time());
  }

  /** Names the action, one of the actor's own. */
  public String action() {
    return action.name();
  }

  /** Tells whether it may change something. */
  public boolean writes() {
    return action.writes();
  }

  /** Gives the body, which is the request's own copy; empty where there was none. */
  public JsonObject body() {
    return body;
  }

  /** Gives the token header, or null. */
  public Long token() {
    return headers.token();
  }

  /** Gives the revision that the caller saw, or null. */
  public String revision() {
    return headers.revision();
  }

  /** Gives the id by which a repeated request is known, or null. */
  public String requestId() {
    return headers.requestId();
  }

  /** Tells whether a repeated request is to have the same answer. */
  boolean repeatable() {
    return headers.repeatable(action);
  }

  /** Gives what is to survive; {@code anew}: the answer is then made of this and what stands. */
  public List<JsonObject> kept(JsonObject reply, boolean anew) {
    this.anew = anew ? Answer.reply(reply, Map.of()) : null;
    return repeatable() ? List.of(RecentReplies.kept(this, reply, anew)) : List.of();
  }

  /** What a repeated one's answer is made of, with what stands then; null: of its own answer. */
  Answer anew() {
    return anew;
  }

  void repeats(Answer first) {
    earlier = first;
  }

  /** Tells whether an earlier deployment has carried it out: it is only to be answered. */
  public boolean repeated() {
    return earlier != null;
  }

  /** Gives the reply that it had then, as far as that was kept. */
  public JsonObject earlierReply() {
    return earlier.body();
  }

  /** Names the node in the cluster on which the requester lives, or null. */
  public String node() {
    return headers.node();
  }

  /** Tells how long it has waited before it came here, ms: that counts as waiting, too. */
  public long waitedMs() {
    return headers.waitedMs();
  }

  /** Gives the {@link Fingerprint} once it is checked; null if it may be done twice. */
  Future<String> checked() {
    return fingerprint;
  }

  /**
   * Tells how long there is until the deadline, ns, on the monotonic clock, whatever the wall clock
   * has done since; {@link Long#MAX_VALUE} where there is none.
   */
  public long remainingNanos() {
    return headers.deadline() == null ? Long.MAX_VALUE : dueNanos - actor.time().nanos();
  }

  /** Tells whether the deadline has passed, so that it is too late to begin. */
  public boolean overdue() {
    return remainingNanos() < 0;
  }

  long arrivedAt() {
    return arrivedAt;
  }

  /** Tells whether there was an answer. */
  public synchronized boolean answered() {
    return answer != null;
  }

  /** Lets the answer come later, outside the mailbox's order; false where it must come now. */
  public synchronized boolean park() {
    parked = askers.get(0).park();
    return parked;
  }

  /** Tells whether nobody has answered, or means to. */
  synchronized boolean forgotten() {
    return answer == null && !parked;
  }

  /** Replies; null is a reply, too. */
  public void reply(JsonObject reply) {
    reply(reply, Map.of());
  }

  /** Replies, with headers; null is a reply, too. */
  public void reply(JsonObject reply, Map<String, String> replyHeaders) {
    finish(Answer.reply(reply, replyHeaders));
  }

  /** Refuses; nothing was changed. */
  public void fail(FailureCode code, String reason) {
    fail(new DreamkeeperException(code, reason));
  }

  /** Refuses; nothing was changed. */
  public void fail(DreamkeeperException failure) {
    finish(Answer.refusal(failure, false));
  }

  /**
   * Fails although the change may stand: a repeated {@code requestId} is told the same, and does
   * not do it again.
   */
  public void failInDoubt(DreamkeeperException failure) {
    finish(Answer.refusal(failure, true));
  }

  /**
   * Replies, and finds out whether anybody was there to hear it: whether one of the askers had not
   * gone, nor been refused meanwhile, by who took the disk for dead; true where that cannot be
   * known. Call it on the actor's context.
   */
  public Future<Boolean> replyHeard(JsonObject reply) {
    Answer end = Answer.reply(reply, Map.of());
    List<Future<?>> unheard = new ArrayList<>();
    settle(end).forEach(asker -> unheard.add(asker.sendToNobody(end)));
    return Future.all(unheard).transform(all -> Future.succeededFuture(all.failed()));
  }

  /**
   * Takes a reply back that nobody heard: the same {@code requestId} is a new request again. Gives
   * what is to survive of it, for the reply may have been kept.
   */
  public List<JsonObject> forget() {
    return repeatable() ? List.of(actor.forget(this)) : List.of();
  }

  void finish(Answer end) {
    settle(end).forEach(asker -> asker.send(end));
  }

  /** Takes the first answer, and gives those who are to hear it. */
  private List<Asker> settle(Answer end) {
    List<Asker> waiting = close(end);
    if (!waiting.isEmpty()) {
      try {
        actor.answered(this, end);
      } catch (Throwable unnoted) {
        Log.failure(LOG, "a request was answered, and that was not noted", unnoted);
      }
    }
    return waiting;
  }

  private synchronized List<Asker> close(Answer end) {
    if (answer != null) {
      return List.of();
    }
    answer = end;
    return askers;
  }

  /** Leaves the answer to the first request with the same {@code requestId}. */
  void follow(Request first) {
    close(Answer.ELSEWHERE).forEach(first::join);
  }

  private void join(Asker asker) {
    Answer now;
    synchronized (this) {
      now = answer;
      if (now == null) {
        askers.add(asker);
        return;
      }
    }
    asker.send(now);
  }
}
