package org.dreamkeeper.lock;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import org.dreamkeeper.bus.DreamkeeperException;
import org.dreamkeeper.bus.FailureCode;
import org.dreamkeeper.bus.impl.Log;
import org.dreamkeeper.bus.impl.LogKeys;
import org.dreamkeeper.bus.impl.Time;
import org.slf4j.Logger;

/**
 * Decides how a lock ends that its holder did not end: at a takeover, after a crash, at a stop.
 *
 * <p>The log is asked. Is the holder's entry {@code completed}, then the dream is done: it is
 * recorded in the state, and the lock takes its {@code completedAt}, or now if that is in the
 * future. Otherwise the lock goes back to what it was before.
 */
final class UnaskedEnd {
  private static final Logger LOG = Log.of(UnaskedEnd.class);

  /**
   * An end.
   *
   * @param completed whether the dream counts as done
   * @param mtime what the free lock's mtime becomes; null for no file
   */
  record Decision(boolean completed, Instant mtime) {}

  private final PeerActors peers;

  private final Time time;

  UnaskedEnd(PeerActors peers, Time time) {
    this.peers = peers;
    this.time = time;
  }

  Future<Decision> of(LockRecord lock) {
    if (lock.token() == 0) {
      return Future.succeededFuture(new Decision(false, lock.prior()));
    }
    return peers
        .outcome(lock.token(), lock.acquiredAt())
        .compose(
            outcome -> {
              Number at = outcome.getNumber("completedAt");
              if (!"completed".equals(outcome.getString("status")) || at == null) {
                return Future.succeededFuture(new Decision(false, lock.prior()));
              }
              long completedAt =
                  (long) Math.max(0, Math.min(at.doubleValue(), (double) time.millis()));
              Instant mtime = Instant.ofEpochMilli(completedAt);
              return record(lock, outcome, completedAt).map(new Decision(true, mtime));
            });
  }

  private Future<Void> record(LockRecord lock, JsonObject outcome, long completedAt) {
    JsonObject dream =
        new JsonObject().put("logId", outcome.getString("id")).put("completedAt", completedAt);
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
