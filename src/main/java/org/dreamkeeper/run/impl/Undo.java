package org.dreamkeeper.run.impl;

import io.vertx.core.Future;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.function.BiFunction;
import org.dreamkeeper.bus.DreamkeeperException;
import org.dreamkeeper.bus.FailureCode;
import org.dreamkeeper.lock.AcquireOptions;
import org.dreamkeeper.log.DreamLogEntry;
import org.dreamkeeper.log.DreamStatus;
import org.dreamkeeper.run.DreamGate;
import org.dreamkeeper.run.UndoRun;
import org.dreamkeeper.run.impl.Guarded.Cut;
import org.dreamkeeper.run.impl.Rewind.Reverted;
import org.dreamkeeper.run.impl.UndoSteps.Done;
import org.dreamkeeper.state.StateClient;

/**
 * Takes a dream back, as far as state and log go: under the lock, the caller's own work is reverted
 * first, so that no crash leaves a dream that is marked, but not reverted. {@link Rewind} does the
 * rest; after a crash the same call does it again, and so does the next run where the state's field
 * {@code undoing} says that it has begun. Then the lock goes back as it was: no dream has
 * completed.
 */
final class Undo {
  private static final String OWNER = "undo";
  private static final Duration LEASE = Duration.ofMinutes(1);
  private static final Duration WAIT = Duration.ofSeconds(5);

  /** What the revert sees. */
  private record Reverting(DreamLogEntry entry, LeaseKeeper held, Guarded<?> guarded)
      implements UndoRun {
    @Override
    public StateClient state() {
      return held.state();
    }

    @Override
    public Future<Void> lost() {
      return guarded.lost();
    }

    @Override
    public Future<Void> ended() {
      return guarded.ended();
    }
  }

  private final OwnContext own;
  private final Clients clients;
  private final long timeoutMs;
  private final BiFunction<UndoRun, Boolean, Future<Reverted>> revert;
  private Interrupted interrupted;

  /**
   * Makes an undo.
   *
   * @param revert takes operations back, and says which; hears whether those of its dream were just
   *     taken back, for an undo of it had been interrupted
   */
  Undo(
      OwnContext own,
      Clients clients,
      long timeoutMs,
      BiFunction<UndoRun, Boolean, Future<Reverted>> revert) {
    this.own = own;
    this.clients = clients;
    this.timeoutMs = timeoutMs;
    this.revert = revert;
  }

  Future<DreamLogEntry> run(String id) {
    AcquireOptions wanted = new AcquireOptions().setOwner(OWNER).setLease(LEASE).setWait(WAIT);
    return clients
        .acquire(own, wanted)
        .compose(
            answer ->
                answer.fold(
                    ours -> underLock(id, clients.keep(ours.lock(), LEASE)),
                    refused ->
                        Future.failedFuture(
                            new DreamkeeperException(
                                FailureCode.BUSY,
                                new DreamGate.Lock(refused.holder(), refused.waiting())
                                    .reason()))));
  }

  private Future<DreamLogEntry> underLock(String id, LeaseKeeper held) {
    Rewind rewind = new Rewind(held);
    interrupted = new Interrupted(held, rewind, clients.texts().get());
    return interrupted.finish().compose(state -> undo(id, held, rewind)).eventually(rewind::end);
  }

  private Future<DreamLogEntry> undo(String id, LeaseKeeper held, Rewind rewind) {
    return held.log()
        .getById(id)
        .compose(
            found -> {
              if (found.isEmpty()) {
                return Clients.refused(id + " is not in the log");
              }
              DreamLogEntry entry = found.get();
              if (entry.status() == DreamStatus.UNDONE) {
                return Future.succeededFuture(entry);
              }
              if (!UndoWanted.isWritable(id)) {
                return Clients.refused(
                    id + " cannot be saved, expected drm- and at most 16 digits");
              }
              if (entry.status() == DreamStatus.PROCESSING) {
                return Clients.refused(id + " is processing, expected a dream that is over");
              }
              return reverted(entry, held).compose(done -> rewind.mark(entry, done));
            });
  }

  /** Gives what became of an undo of this dream that was interrupted, and is finished; or null. */
  Done finished(DreamLogEntry entry) {
    Done finished = interrupted.finished();
    return finished != null && finished.id().equals(entry.id()) ? finished : null;
  }

  private Future<Reverted> reverted(DreamLogEntry entry, LeaseKeeper held) {
    Guarded<Reverted> guarded = new Guarded<>(own, held);
    return guarded
        .run(
            "the revert",
            clients.time(),
            timeoutMs,
            () -> revert.apply(new Reverting(entry, held, guarded), finished(entry) != null))
        .recover(failure -> Future.failedFuture(explained(entry.id(), failure)));
  }

  private static Throwable explained(String id, Throwable failure) {
    if (!(failure instanceof Cut cut)) {
      return failure;
    }
    String what = "the revert of " + id + ", which is not marked as undone: " + cut.getMessage();
    return switch (cut.why()) {
      case LOST -> new DreamkeeperException(FailureCode.SUPERSEDED, what);
      case LATE -> new DreamkeeperException(FailureCode.DEADLINE_PASSED, what);
      default -> new CancellationException(what);
    };
  }
}
