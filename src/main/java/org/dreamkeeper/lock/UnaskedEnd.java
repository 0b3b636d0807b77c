package org.dreamkeeper.lock;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import org.dreamkeeper.bus.DreamkeeperException;
import org.dreamkeeper.bus.FailureCode;
import org.dreamkeeper.bus.LogKeys;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides how a lock ends that its holder did not end: at a takeover, after a crash, at a stop.
 *
 * <p>The log is asked. Is the holder's entry {@code completed}, then the dream is done: it is
 * recorded in the state, and the lock takes its {@code completedAt}. Otherwise the lock goes back
 * to what it was before.
 */
final class UnaskedEnd {
  private static final Logger LOG = LoggerFactory.getLogger(UnaskedEnd.class);

  /**
   * An end.
   *
   * @param completed whether the dream counts as done
   * @param mtime what the free lock's mtime becomes; null for no file
   */
  record Decision(boolean completed, Instant mtime) {}

  private final Neighbours neighbours;

  UnaskedEnd(Neighbours neighbours) {
    this.neighbours = neighbours;
  }

  Future<Decision> of(LockRecord lock) {
    return neighbours
        .outcome(lock.token(), lock.acquiredAt())
        .compose(
            outcome -> {
              Number completedAt = outcome.getNumber("completedAt");
              if (!"completed".equals(outcome.getString("status")) || completedAt == null) {
                return Future.succeededFuture(new Decision(false, lock.prior()));
              }
              Instant mtime = Instant.ofEpochMilli(completedAt.longValue());
              return record(lock, outcome, completedAt.longValue()).map(new Decision(true, mtime));
            });
  }

  private Future<Void> record(LockRecord lock, JsonObject outcome, long completedAt) {
    JsonObject dream =
        new JsonObject().put("logId", outcome.getString("id")).put("completedAt", completedAt);
    if (outcome.containsKey("curationsSeen")) {
      dream.put("curationsSeen", outcome.getValue("curationsSeen"));
    }
    return neighbours
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
