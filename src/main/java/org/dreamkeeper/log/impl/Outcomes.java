package org.dreamkeeper.log.impl;

import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.dreamkeeper.bus.impl.json.JsonFields;
import org.dreamkeeper.bus.impl.text.Log;
import org.dreamkeeper.log.DreamStatus;
import org.dreamkeeper.store.LogId;
import org.dreamkeeper.store.LogStore;
import org.dreamkeeper.store.StoreException;
import org.slf4j.Logger;

/**
 * What state and lock ask: how a dream ended, and which was the last. Ids tell what came last:
 * unlike clocks, they are never set back. The rows have just been brought in step with the store.
 */
final class Outcomes {
  /** For so long an entry that cannot be read may be the one that is asked for, ns. */
  private static final long PATIENCE_NS = 60_000_000_000L;

  /** The end of the year 9999, ms since 1970. */
  private static final long MAX_TIME = 253402300799999L;

  private static final Logger LOG = Log.of(Outcomes.class);

  private final LogStore store;
  private final Rows rows;
  private Long waitsSince;

  Outcomes(LogStore store, Rows rows) {
    this.store = store;
    this.rows = rows;
  }

  private Stream<Row> newestFirst() {
    return rows.byId().descendingMap().values().stream();
  }

  private Stream<Row> completed() {
    return newestFirst().filter(row -> row.is(DreamStatus.COMPLETED));
  }

  /**
   * Tells how the dream with a lock token ended; empty if there is no entry of it.
   *
   * @param since when that dream cannot have begun yet, ms since 1970
   * @throws StoreException if one that was written later, and may be its entry, cannot be read; for
   *     a minute, so that one entry does not keep everybody from dreaming
   */
  JsonObject outcome(long token, long since, long nowNanos) {
    Optional<Row> found =
        newestFirst()
            .filter(row -> row.lockToken() != null && row.lockToken() == token)
            // An undo has saved it, under a token of its own.
            .filter(row -> row.undone().isEmpty())
            .findFirst();
    if (found.isEmpty() || found.get().is(DreamStatus.PROCESSING)) {
      waitForUnread(since, nowNanos);
    }
    JsonObject outcome = new JsonObject();
    found.ifPresent(
        row -> {
          outcome.put("id", row.id()).put("status", row.status().json());
          JsonFields.put(outcome, "completedAt", row.completedAt());
          JsonFields.put(outcome, "curationsSeen", row.curationsSeen());
        });
    return outcome;
  }

  private void waitForUnread(long since, long nowNanos) {
    Optional<Row> suspect =
        newestFirst().filter(row -> row.unread() && row.version().touchedAt() >= since).findFirst();
    if (suspect.isEmpty()) {
      waitsSince = null;
      return;
    }
    waitsSince = waitsSince == null ? (Long) nowNanos : waitsSince;
    String name = store.name(suspect.get().id());
    String flaw = suspect.get().flaw();
    if (nowNanos - waitsSince < PATIENCE_NS) {
      throw new StoreException(store.name() + ": " + name + ": " + flaw, false);
    }
    LOG.warn("{} cannot be read, and counts for nothing: {}", name, flaw);
  }

  /** Names the last dream under a lock token that was completed; empty if there is none. */
  JsonObject lastCompleted() {
    JsonObject last = new JsonObject();
    completed()
        .filter(row -> row.lockToken() != null)
        .findFirst()
        .ifPresent(
            row -> JsonFields.put(last.put("id", row.id()), "completedAt", row.completedAt()));
    return last;
  }

  /**
   * Tells of the last dreams that completed, each if there is one: {@code over}, as {@code {id,
   * completedAt?, curationsSeen?}}, the newest under a lock token that does not hold the lock any
   * more; and {@code past}, when the newest one completed that did so by {@code now}. And of the
   * newest ones that failed in a row: {@code failures}, how many, and {@code failedAt}, when the
   * newest did, if that is a time that can be one.
   *
   * @param now ms since 1970
   * @param holder whose token holds the lock, 0 for nobody's
   */
  JsonObject lastDreams(long now, long holder) {
    JsonObject last = new JsonObject();
    completed()
        .filter(row -> row.lockToken() != null && row.lockToken() != holder)
        .filter(row -> LogId.number(row.id()) > 0)
        .findFirst()
        .ifPresent(
            row -> {
              JsonObject over =
                  JsonFields.put(new JsonObject().put("id", row.id()), "completedAt", time(row));
              last.put("over", JsonFields.put(over, "curationsSeen", row.curationsSeen()));
            });
    completed()
        .map(Outcomes::time)
        .filter(time -> time != null && time <= now)
        .findFirst()
        .ifPresent(time -> last.put("past", time));
    return last.mergeIn(failures());
  }

  private JsonObject failures() {
    List<Row> failed =
        newestFirst()
            .filter(row -> row.readable() && !row.is(DreamStatus.PROCESSING))
            .takeWhile(row -> row.is(DreamStatus.ERROR))
            .toList();
    JsonObject failures = new JsonObject().put("failures", failed.size());
    return failed.isEmpty() ? failures : JsonFields.put(failures, "failedAt", time(failed.get(0)));
  }

  /** Gives the greatest token that an entry carries, of those that can be gone on from. */
  JsonObject highestToken() {
    return new JsonObject().put("token", rows.highestToken());
  }

  /** Gives when an entry completed, if that is a time that can be one, ms since 1970; or null. */
  private static Long time(Row row) {
    Number at = row.completedAt();
    boolean possible = at != null && at.doubleValue() >= 0 && at.doubleValue() <= MAX_TIME;
    return possible ? (Long) at.longValue() : null;
  }
}
