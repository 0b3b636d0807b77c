package org.dreamkeeper.node.impl;

import io.vertx.core.AsyncResult;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.dreamkeeper.bus.DreamkeeperException;
import org.dreamkeeper.bus.FailureCode;
import org.dreamkeeper.bus.impl.async.Time;

/**
 * The requests of one project's actor at a gateway, in the order of their arrival.
 *
 * <ol>
 *   <li>They are forwarded in that order, up to {@link #WINDOW} at once: as many replies as an
 *       actor surely remembers, though several gateways ask it. Who waits for the lock does not
 *       count.
 *   <li>Where whoever is asked does not serve, or somebody else begins to, all that are not
 *       answered are sent again, in that order and with the same {@code requestId}, before any
 *       newcomer.
 *   <li>What gets no answer is asked again, for the message may be lost; but not after {@link
 *       #AGAIN_MS}: whoever has answered it may have forgotten that then.
 *   <li>With each it is said of which earlier ones the answer has come: it may be forgotten now.
 *   <li>A request is held until its deadline, else for {@link #PATIENCE_MS}; for longer where the
 *       bus does not reach who serves: a cluster takes a node back that was frozen.
 * </ol>
 *
 * <p>Confined to one context.
 */
final class Lane {
  static final int WINDOW = 256;
  private static final long PATIENCE_MS = 15_000;
  private static final long UNREACHED_MS = 30_000;
  private static final long AGAIN_MS = 480_000;
  private static final long FIRST_PAUSE_MS = 20;
  private static final long LONGEST_PAUSE_MS = 500;

  private final Gateway gateway;
  private final String project;
  private final String actor;
  private final Time time;
  private final Unanswered unanswered;
  private Deque<Ask> unsent = new ArrayDeque<>();

  private int underWay;
  private long pauseMs = FIRST_PAUSE_MS;
  private boolean paused;

  /** Since when nobody has served, as far as was asked; null where somebody does. */
  private Long heldSince;

  /** Whether the bus did not reach whoever was asked last. */
  private boolean unreached;

  private boolean closed;

  Lane(Gateway gateway, String project, String actor, Time time) {
    this.gateway = gateway;
    this.unanswered = new Unanswered(gateway);
    this.project = project;
    this.actor = actor;
    this.time = time;
  }

  /** Takes a request, of a message, or of the gateway's own if that is null. */
  void ask(Ask ask, Message<Object> asker) {
    Ask first = unanswered.first(ask.id());
    if (first != null && asker != null && first.same(ask)) {
      first.add(asker);
      return;
    }
    if (asker != null) {
      ask.add(asker);
    }
    if (closed) {
      ask.fail(refusal(FailureCode.NOT_SERVING, "this node is stopping"));
      return;
    }
    String obstacle = unanswered.add(ask);
    if (obstacle == null) {
      unsent.add(ask);
      send();
    } else {
      ask.fail(refusal(FailureCode.BUSY, obstacle));
    }
  }

  private DreamkeeperException refusal(FailureCode code, String reason) {
    return new DreamkeeperException(code, project + "." + actor + ": " + reason);
  }

  /** Somebody else serves, or nobody, who may still answer what he has taken. */
  void rerouted() {
    if (gateway.route(project) == null) {
      return;
    }
    pauseMs = FIRST_PAUSE_MS;
    paused = false;
    heldSince = null;
    hold();
    send();
  }

  /** Takes back all that is on its way. */
  private void hold() {
    unsent = new ArrayDeque<>(unanswered.all());
    for (Ask ask : unsent) {
      if (ask.underWay) {
        ask.underWay = false;
        ask.attempt++;
      }
    }
    underWay = 0;
    heldSince = heldSince == null ? time.nanos() : heldSince;
  }

  private void send() {
    Route route = gateway.route(project);
    while (route != null && !paused && !unsent.isEmpty() && underWay < WINDOW) {
      Ask ask = unsent.remove();
      ask.underWay = true;
      ask.sent = true;
      underWay += (ask.acquires() ? 0 : 1);
      send(ask, route);
    }
  }

  private void send(Ask ask, Route route) {
    long now = time.nanos();
    if (ask.done == null) {
      ask.done = unanswered.takeDone();
    } else if (now - ask.sentNanos > AGAIN_MS * 1_000_000) {
      done(ask);
      giveUp(ask);
      return;
    }
    ask.sentNanos = now;
    int attempt = ++ask.attempt;
    gateway
        .forward(route, project, actor, ask)
        .onComplete(
            end -> {
              if (ask.attempt == attempt && ask.underWay) {
                ended(ask, route, end);
              }
            });
  }

  private void ended(Ask ask, Route route, AsyncResult<Message<Object>> end) {
    if (end.succeeded()) {
      pauseMs = FIRST_PAUSE_MS;
      heldSince = null;
      done(ask);
      answer(ask, end.result());
    } else if (Ask.is(end.cause(), ReplyFailure.TIMEOUT)) {
      send(ask, route);
      return;
    } else if (end.cause() instanceof ReplyException no
        && no.failureType() == ReplyFailure.RECIPIENT_FAILURE
        && no.failureCode() != FailureCode.NOT_SERVING.code()) {
      heldSince = null;
      done(ask);
      ask.fail(no);
    } else {
      unreached = Ask.is(end.cause(), ReplyFailure.NO_HANDLERS);
      hold();
      pause();
    }
    send();
  }

  private void pause() {
    if (!paused) {
      paused = true;
      time.schedule(
          pauseMs,
          () -> {
            paused = false;
            send();
          });
      pauseMs = Math.min(LONGEST_PAUSE_MS, pauseMs * 2);
    }
  }

  private void done(Ask ask) {
    ask.underWay = false;
    underWay -= (ask.acquires() ? 0 : 1);
    unanswered.remove(ask);
  }

  private void answer(Ask ask, Message<Object> reply) {
    Long token = ask.acquires() ? Ask.granted(reply) : null;
    if (token == null) {
      ask.reply(reply);
      return;
    }
    ask.grant(reply)
        .onSuccess(
            heard -> {
              if (!heard) {
                ask(Ask.rollback(token, time.nanos()), null);
              }
            });
  }

  /** Answers those who have waited too long for somebody who serves. */
  void sweep() {
    if (unsent.isEmpty()) {
      return;
    }
    long now = time.nanos();
    long heldNanos = heldSince == null ? Long.MAX_VALUE : now - heldSince;
    long patienceMs = unreached && gateway.route(project) != null ? UNREACHED_MS : PATIENCE_MS;
    List<Ask> overdue =
        unsent.stream().filter(ask -> ask.overdue(now, heldNanos, patienceMs)).toList();
    unsent.removeAll(overdue);
    for (Ask ask : overdue) {
      unanswered.remove(ask);
      giveUp(ask);
    }
  }

  private void giveUp(Ask ask) {
    if (ask.sent) {
      String reason =
          "in doubt: whoever served it gave no answer, and nobody does now; look before another"
              + " try";
      ask.fail(refusal(FailureCode.STORAGE_FAILED, reason));
    } else if (ask.hasDeadline()) {
      ask.fail(refusal(FailureCode.DEADLINE_PASSED, "nobody served it until the deadline"));
    } else {
      String reason = "nobody has served it for " + PATIENCE_MS / 1_000 + " s";
      ask.fail(refusal(FailureCode.NOT_SERVING, reason));
    }
  }

  /** Takes no more, and answers all. */
  void close() {
    closed = true;
    unsent.clear();
    for (Ask ask : unanswered.all()) {
      unanswered.remove(ask);
      ask.attempt++;
      ask.fail(refusal(FailureCode.NOT_SERVING, "this node is stopping"));
    }
  }
}
