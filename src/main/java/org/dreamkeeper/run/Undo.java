package org.dreamkeeper.run;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.math.BigInteger;
import java.time.Instant;
import java.util.function.Function;
import org.dreamkeeper.bus.DreamkeeperException;
import org.dreamkeeper.bus.FailureCode;
import org.dreamkeeper.log.DreamLogEntry;
import org.dreamkeeper.log.DreamStatus;
import org.dreamkeeper.log.LogQuery;
import org.dreamkeeper.state.DreamState;

/**
 * Takes a dream back, as far as state and log go.
 *
 * <ol>
 *   <li>Under the lock, the caller's own work is reverted first: no crash leaves a dream that is
 *       marked, but not reverted.
 *   <li>The state's field {@code undoing} gets the id: from now on the rest will be done.
 *   <li>The entry becomes {@code undone}.
 *   <li>One write takes the dream's pending merges, the memory of it as the last one, and the field
 *       {@code undoing} out of the state.
 *   <li>The lock goes back as it was: no dream has completed.
 * </ol>
 *
 * <p>Each step may be repeated. After a crash between two of them the same call does them again,
 * and so does the next run where it finds {@code undoing}.
 */
final class Undo {
  static final String UNDOING = "undoing";

  private static final String OWNER = "undo";
  private static final long WAIT_MS = 5_000;
  private static final int ID_PREFIX = "drm-".length();

  private final Clients clients;

  Undo(Clients clients) {
    this.clients = clients;
  }

  Future<DreamLogEntry> run(String id, Function<DreamLogEntry, Future<?>> revert) {
    return clients
        .lock()
        .acquire(OWNER, RunOptions.DEFAULT_LEASE_MS, WAIT_MS)
        .compose(
            answer -> {
              if (!answer.acquired()) {
                String why = new DreamGate.Lock(answer.holder(), answer.waiting()).reason();
                return Future.failedFuture(new DreamkeeperException(FailureCode.BUSY, why));
              }
              HeldLock held =
                  new HeldLock(
                          clients.lock(),
                          clients.time(),
                          answer.grant(),
                          RunOptions.DEFAULT_LEASE_MS)
                      .keep();
              return finishInterrupted(held)
                  .compose(state -> underLock(id, revert, held))
                  .eventually(held::rollback);
            });
  }

  private Future<DreamLogEntry> underLock(
      String id, Function<DreamLogEntry, Future<?>> revert, HeldLock held) {
    return clients
        .log()
        .getById(id)
        .compose(
            entry -> {
              if (entry == null) {
                return refused(id + " is not in the log");
              }
              if (entry.status() == DreamStatus.UNDONE) {
                return Future.succeededFuture(entry);
              }
              if (!undoable(entry)) {
                return refused(
                    id + " is " + entry.status().json() + ", expected completed or partial");
              }
              return revert
                  .apply(entry)
                  .compose(
                      reverted ->
                          clients
                              .state()
                              .withToken(held.token())
                              .update(new JsonObject().put(UNDOING, id)))
                  .compose(marked -> mark(entry, held));
            });
  }

  private static boolean undoable(DreamLogEntry entry) {
    return entry.status() == DreamStatus.COMPLETED || entry.status() == DreamStatus.PARTIAL;
  }

  private static <T> Future<T> refused(String reason) {
    return Future.failedFuture(new DreamkeeperException(FailureCode.INVALID_REQUEST, reason));
  }

  /** Reads the state, and finishes the undo that it names, if any. */
  Future<DreamState> finishInterrupted(HeldLock held) {
    return clients
        .state()
        .read()
        .compose(
            state ->
                state.more().getValue(UNDOING) instanceof String id
                    ? finish(id, held)
                    : Future.succeededFuture(state));
  }

  private Future<DreamState> finish(String id, HeldLock held) {
    return clients
        .log()
        .getById(id)
        .compose(
            entry ->
                entry != null && undoable(entry)
                    ? mark(entry, held).<Void>mapEmpty()
                    : rewind(id, held).<Void>mapEmpty())
        .compose(done -> clients.state().read());
  }

  private Future<DreamLogEntry> mark(DreamLogEntry entry, HeldLock held) {
    DreamLogEntry undone = entry.undone(clients.time().millis());
    return clients
        .log()
        .save(undone, held.token())
        .compose(saved -> rewind(entry.id(), held))
        .map(undone);
  }

  private Future<DreamState> rewind(String id, HeldLock held) {
    return completedBefore(id, null, null)
        .compose(
            before ->
                clients
                    .state()
                    .withToken(held.token())
                    .update(state -> rewound(state, id, before)));
  }

  private static DreamState rewound(DreamState state, String id, DreamLogEntry before) {
    JsonObject more = state.more();
    more.remove(UNDOING);
    DreamState rest =
        new DreamState(
            state.curationsSinceDream(),
            state.lastDreamAt(),
            state.lastDreamLogId(),
            state.totalDreams(),
            state.pendingMerges().stream()
                .filter(merge -> !merge.suggestedByDreamId().equals(id))
                .toList(),
            state.staleSummaryPaths(),
            more,
            state.revision(),
            state.degraded());
    if (!id.equals(state.lastDreamLogId())) {
      return rest;
    }
    return before == null
        ? rest.withLastDream(null, null, state.totalDreams())
        : rest.withLastDream(
            Instant.ofEpochMilli(before.completedAt().longValue()),
            before.id(),
            state.totalDreams());
  }

  /**
   * Finds the completed entry with the next smaller id; null if there is none. The list is in the
   * order of {@code startedAt}, which is another one where the clock was once ahead.
   */
  private Future<DreamLogEntry> completedBefore(String id, String cursor, DreamLogEntry found) {
    BigInteger number = number(id);
    LogQuery query = LogQuery.all().status(DreamStatus.COMPLETED).withoutOperations().from(cursor);
    return clients
        .log()
        .list(query)
        .compose(
            page -> {
              DreamLogEntry best = found;
              for (DreamLogEntry each : page.entries()) {
                boolean before = number(each.id()).compareTo(number) < 0;
                if (before
                    && (best == null || number(each.id()).compareTo(number(best.id())) > 0)) {
                  best = each;
                }
              }
              return page.cursor() == null
                  ? Future.succeededFuture(best)
                  : completedBefore(id, page.cursor(), best);
            });
  }

  private static BigInteger number(String id) {
    return new BigInteger(id.substring(ID_PREFIX));
  }
}
