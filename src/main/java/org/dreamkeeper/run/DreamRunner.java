package org.dreamkeeper.run;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.function.Function;
import org.dreamkeeper.bus.impl.Time;
import org.dreamkeeper.lock.LockClient;
import org.dreamkeeper.log.DreamLogEntry;
import org.dreamkeeper.log.LogClient;
import org.dreamkeeper.run.RunAdmission.Outcome;
import org.dreamkeeper.run.RunResult.Failed;
import org.dreamkeeper.run.RunResult.Lost;
import org.dreamkeeper.run.RunResult.Skipped;
import org.dreamkeeper.state.StateClient;

/**
 * Runs dreams of one project, and takes them back, by requests to its three actors alone: so from
 * any node. Immutable and safe from any thread; futures complete, and the work is called, on the
 * caller's context. What must be done in time, such as renewing the lock, waits for no thread of
 * the caller's; if the calling verticle is undeployed, its runs and undos end, and it waits for
 * that.
 */
public final class DreamRunner {
  private final Vertx vertx;
  private final Clients clients;

  /**
   * Makes a runner.
   *
   * @param vertx the caller's
   * @param state the project's state
   * @param lock the project's lock
   * @param log the project's log
   * @param time clock and timers, in step with the host's
   */
  public DreamRunner(Vertx vertx, StateClient state, LockClient lock, LogClient log, Time time) {
    this.vertx = vertx;
    this.clients = new Clients(state, lock, log, time);
  }

  /**
   * Runs one dream, from the gates to the release of the lock.
   *
   * @param options how; copied, not null
   * @param work what the dream does; called once, on the caller's context, if the gates are open
   *     and the lock is held. It may block if that context is a worker's. A null future and an
   *     exception are failures
   * @param <T> what the work gives
   * @return what became of it; does not fail
   * @throws NullPointerException if an argument is null
   */
  public <T> Future<RunResult<T>> run(RunOptions options, Function<DreamRun, Future<T>> work) {
    Objects.requireNonNull(work, "work is null");
    RunOptions copy = new RunOptions(options);
    Clients within = clients.within(copy.getLeaseMs());
    return OwnContext.<RunResult<T>>run(
            vertx,
            own ->
                new RunAdmission(own, within, copy)
                    .open()
                    .compose(
                        outcome ->
                            outcome instanceof Outcome.Open open
                                ? new RunningDream<T>(own, within, open)
                                    .play(work, copy.getTimeoutMs())
                                : Future.succeededFuture(notBegun(outcome))))
        .otherwise(
            failure ->
                failure instanceof CancellationException
                    ? new Lost<>(failure.getMessage(), null)
                    : new Failed<>(failure, null));
  }

  private static <T> RunResult<T> notBegun(Outcome outcome) {
    if (outcome instanceof Outcome.Closed closed) {
      return new Skipped<>(closed.gate());
    }
    Outcome.Failed failed = (Outcome.Failed) outcome;
    return failed.lost()
        ? new Lost<>(failed.cause().getMessage(), null)
        : new Failed<>(failed.cause(), null);
  }

  /**
   * Looks whether a dream might begin now. It takes nothing, so the answer may be out of date when
   * it arrives.
   *
   * @param options the gates' limits, not null; unset, they are the host's
   * @return the first gate that is closed, of hours, curations, tasks, lock and state; empty if all
   *     are open. Fails with a {@link org.dreamkeeper.bus.DreamkeeperException} if state, lock or
   *     log do not answer
   */
  public Future<Optional<DreamGate>> look(RunOptions options) {
    return RunAdmission.ask(clients.state(), new RunOptions(options), false);
  }

  /**
   * Reverts a dream and says so in log, state and lock, under the lock.
   *
   * <p>First {@code revert} is called, then the entry becomes {@code undone}, and the state forgets
   * the dream: its merges, its place in the counts; if it was the last dream, the newest completed
   * one before it takes its place, or none, in the lock, too. A crash before {@code revert} has
   * ended leaves everything as it was: call again. A crash after it is made good by calling again,
   * or by the next run: the state's field {@code undoing} says which undo is not finished.
   *
   * @param id the entry's
   * @param options how; copied
   * @param revert takes back what the entry's operations say; called only for a {@code completed}
   *     or {@code partial} entry, again after a crash, so it must be repeatable. A null future and
   *     an exception are failures
   * @return the entry, {@code undone}; so it is for one that was undone before. Otherwise nothing
   *     is marked, and it fails with BUSY if the lock is not free within 5 s, with INVALID_REQUEST
   *     for any other status or an unknown id, with what {@code revert} fails with, with
   *     DEADLINE_PASSED if that takes longer than its time limit, with SUPERSEDED if the lock is
   *     lost meanwhile, and with a {@link java.util.concurrent.CancellationException} if the
   *     calling verticle is undeployed
   * @throws NullPointerException if an argument is null
   */
  public Future<DreamLogEntry> undo(
      String id, UndoOptions options, Function<UndoRun, Future<?>> revert) {
    Objects.requireNonNull(id, "id is null");
    Objects.requireNonNull(revert, "revert is null");
    long timeoutMs = new UndoOptions(options).getTimeoutMs();
    return OwnContext.run(vertx, own -> new Undo(own, clients, timeoutMs, revert).run(id));
  }
}
