package org.dreamkeeper.run;

import io.vertx.core.Future;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.dreamkeeper.bus.DreamkeeperException;
import org.dreamkeeper.bus.FailureCode;
import org.dreamkeeper.log.DreamLogEntry;
import org.dreamkeeper.log.DreamStatus;

/**
 * Takes a dream back, as far as state and log go: under the lock, the caller's own work is reverted
 * first, so that no crash leaves a dream that is marked, but not reverted. {@link Rewind} does the
 * rest; after a crash the same call does it again, and so does the next run where the state's field
 * {@code undoing} says that it has begun. Then the lock goes back as it was: no dream has
 * completed.
 */
final class Undo {
  private static final String OWNER = "undo";
  private static final long WAIT_MS = 5_000;

  /** Other programs may have written longer ids; what the log refuses must not be half undone. */
  private static final Pattern WRITABLE_ID = Pattern.compile("drm-[0-9]{1,16}");

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
              Rewind rewind = new Rewind(clients, held);
              return rewind
                  .finishInterrupted()
                  .compose(state -> underLock(id, revert, rewind))
                  .eventually(rewind::end);
            });
  }

  private Future<DreamLogEntry> underLock(
      String id, Function<DreamLogEntry, Future<?>> revert, Rewind rewind) {
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
              if (!WRITABLE_ID.matcher(id).matches()) {
                return refused(id + " cannot be saved, expected drm- and at most 16 digits");
              }
              if (!undoable(entry)) {
                return refused(
                    id + " is " + entry.status().json() + ", expected completed or partial");
              }
              return revert.apply(entry).compose(reverted -> rewind.mark(entry));
            });
  }

  private static boolean undoable(DreamLogEntry entry) {
    return entry.status() == DreamStatus.COMPLETED || entry.status() == DreamStatus.PARTIAL;
  }

  private static <T> Future<T> refused(String reason) {
    return Future.failedFuture(new DreamkeeperException(FailureCode.INVALID_REQUEST, reason));
  }
}
