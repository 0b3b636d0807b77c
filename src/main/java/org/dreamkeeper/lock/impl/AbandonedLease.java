package org.dreamkeeper.lock.impl;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.List;
import org.dreamkeeper.bus.DreamkeeperException;
import org.dreamkeeper.bus.FailureCode;
import org.dreamkeeper.bus.impl.LogKeys;
import org.dreamkeeper.bus.impl.text.Log;
import org.dreamkeeper.store.Carried;
import org.dreamkeeper.store.LockRecord;
import org.dreamkeeper.store.LockView;
import org.dreamkeeper.store.LockView.Free;
import org.dreamkeeper.store.LockView.Held;
import org.dreamkeeper.store.StoreException;
import org.slf4j.Logger;

/**
 * The end of a lock that its holder did not end: at a takeover, after a crash, at a stop, where
 * somebody else has taken it, and where an operator wants it.
 *
 * <ol>
 *   <li>Its holder is out from here on, whatever becomes of the rest: nobody writes with its token.
 *   <li>The log is asked. Is its entry {@code completed}, then the dream is done: it is recorded in
 *       the state, and the lock takes its {@code completedAt}, or now if that is in the future.
 *       Otherwise the lock goes back to what it was before.
 *   <li>The lock is free, unless it is somebody else's.
 * </ol>
 */
final class AbandonedLease {
  private static final Logger LOG = Log.of(AbandonedLease.class);

  /**
   * How it ended.
   *
   * @param completed whether the dream counts as done
   * @param completedAt when the last dream completed; null if that is not known
   */
  record Outcome(boolean completed, Instant completedAt) {}

  private final LockState state;
  private final PeerActors peers;
  private final LockEvents events;

  /** Why its holder was pushed out, where somebody has asked for that. */
  private String evictedFor;

  AbandonedLease(LockState state, PeerActors peers, LockEvents events) {
    this.state = state;
    this.peers = peers;
    this.events = events;
  }

  /** Ends one whose holder somebody wants to be pushed out. */
  Future<Outcome> evict(LockRecord lock, String reason) {
    evictedFor = reason;
    return end(lock, LockEvents.EVICTED, List.of());
  }

  /**
   * Ends a lock that is held.
   *
   * @param forgotten what is to survive of a grant that nobody heard of
   * @return how; null where it is another's by now
   */
  Future<Outcome> end(LockRecord lock, String why, List<JsonObject> forgotten) {
    if (state.lease() != null) {
      state.become(state.view(), state.lease().abandoned(why));
    }
    return peers
        .fence(0)
        .compose(fenced -> outcome(lock))
        .compose(outcome -> free(lock, why, outcome, forgotten));
  }

  private Future<Outcome> free(
      LockRecord lock, String why, Outcome outcome, List<JsonObject> forgotten) {
    List<JsonObject> told =
        LockEvents.EVICTED.equals(why)
            ? events.evicted(lock, evictedFor, outcome)
            : events.ended(lock, why, outcome);
    return state
        .swapAndTell(new Free(outcome.completedAt()), null, forgotten, told)
        .map(done -> done ? outcome : null);
  }

  /** Takes a grant back that nobody has heard of, if it may stand; fails as it did. */
  <T> Future<T> undo(LockRecord lock, List<JsonObject> forgotten, Throwable failure) {
    if (failure instanceof StoreException no && !no.inDoubt()) {
      return Future.failedFuture(failure);
    }
    state.become(new Held(lock), null);
    List<JsonObject> told = events.ended(lock, "unheard", new Outcome(false, lock.prior()));
    return state
        .swap(new Free(lock.prior()), null, new Carried(forgotten, told))
        .transform(undone -> peers.fence(0))
        .transform(closed -> Future.failedFuture(failure));
  }

  /** Leaves the lock of a holder of ours to somebody who has taken it; never fails. */
  Future<Void> lost(LockRecord lock, LockView now) {
    return peers
        .fence(0)
        .onComplete(fenced -> events.lost(lock, now))
        // Nobody takes this lock over who would do it: a dream that completed is recorded now.
        .compose(fenced -> outcome(lock))
        .onFailure(
            failure ->
                LogKeys.dream(LOG.atWarn(), null, lock.token())
                    .log("how the dream ended is not known: {}", failure.getMessage()))
        .transform(end -> Future.succeededFuture());
  }

  private Future<Outcome> outcome(LockRecord lock) {
    Outcome rolledBack = new Outcome(false, lock.prior());
    if (lock.token() == 0) {
      return Future.succeededFuture(rolledBack);
    }
    return peers
        .outcome(lock.token(), lock.acquiredAt())
        .compose(
            dream -> {
              Number at = dream.getNumber("completedAt");
              if (!"completed".equals(dream.getString("status")) || at == null) {
                return Future.succeededFuture(rolledBack);
              }
              double now = state.now().millis();
              long completedAt = (long) Math.max(0, Math.min(at.doubleValue(), now));
              return record(lock, dream, completedAt)
                  .map(new Outcome(true, Instant.ofEpochMilli(completedAt)));
            });
  }

  private Future<Void> record(LockRecord lock, JsonObject outcome, long completedAt) {
    JsonObject dream = JsonObject.of("logId", outcome.getString("id"), "completedAt", completedAt);
    if (outcome.containsKey("curationsSeen")) {
      dream.put("curationsSeen", outcome.getValue("curationsSeen"));
    }
    return peers
        .recordDream(dream)
        .recover(
            failure -> {
              FailureCode code = DreamkeeperException.of(failure).code();
              if (code == FailureCode.NEWER_FORMAT || code == FailureCode.INVALID_REQUEST) {
                // No later try would end otherwise; the lock must not stay shut for it.
                LogKeys.dream(LOG.atWarn(), outcome.getString("id"), lock.token())
                    .log("{} is completed, but not recorded: {}", dream, failure.getMessage());
                return Future.succeededFuture();
              }
              return Future.failedFuture(failure);
            });
  }
}
