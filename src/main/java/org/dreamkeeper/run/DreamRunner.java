package org.dreamkeeper.run;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.dreamkeeper.bus.Time;
import org.dreamkeeper.lock.LockClient;
import org.dreamkeeper.log.DreamLogEntry;
import org.dreamkeeper.log.LogClient;
import org.dreamkeeper.run.Opening.Outcome;
import org.dreamkeeper.run.RunResult.Failed;
import org.dreamkeeper.run.RunResult.Lost;
import org.dreamkeeper.run.RunResult.Skipped;
import org.dreamkeeper.state.StateClient;

/**
 * Runs dreams of one project, and takes them back, by requests to its three actors alone: so from
 * any node. Immutable and safe from any thread; futures complete, and the work is called, on the
 * caller's context.
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
   * @param work what the dream does; called once, if the gates are open and the lock is held. It
   *     must not block. A null future and an exception are failures
   * @param <T> what the work gives
   * @return what became of it; does not fail
   */
  public <T> Future<RunResult<T>> run(RunOptions options, Function<DreamRun, Future<T>> work) {
    Objects.requireNonNull(work, "work");
    RunOptions own = new RunOptions(options);
    Context context = vertx.getOrCreateContext();
    return on(
        context,
        () ->
            new Opening(clients, own)
                .open()
                .compose(
                    outcome -> {
                      if (outcome instanceof Outcome.Open open) {
                        return new Session<T>(context, clients, open)
                            .play(work, own.getTimeoutMs());
                      }
                      return Future.succeededFuture(notBegun(outcome));
                    }));
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
   * @param options the gates' limits, not null
   * @return the first closed gate, of hours, curations, tasks and lock; empty if all are open.
   *     Fails with a {@link org.dreamkeeper.bus.DreamkeeperException} if state or lock do not
   *     answer
   */
  public Future<Optional<DreamGate>> look(RunOptions options) {
    RunOptions own = new RunOptions(options);
    return clients
        .state()
        .read()
        .compose(
            state -> {
              Optional<DreamGate> gate = Gates.closed(own, state, clients.time().millis());
              return gate.isPresent()
                  ? Future.succeededFuture(gate)
                  : clients
                      .lock()
                      .status()
                      .map(
                          lock ->
                              lock.held()
                                  ? Optional.of(new DreamGate.Lock(lock.holder(), lock.waiting()))
                                  : Optional.empty());
            });
  }

  /**
   * Reverts a dream and says so in log and state, under the lock.
   *
   * <p>First {@code revert} is called, then the entry becomes {@code undone}, and the state forgets
   * the merges that the dream suggested; if it was the last dream, the newest completed one before
   * it takes its place, or none. A crash before {@code revert} has ended leaves everything as it
   * was: call again. A crash after it is made good by calling again, or by the next run: the
   * state's field {@code undoing} says which undo is not finished.
   *
   * @param id the entry's
   * @param revert takes back what the entry's operations say; called only for a {@code completed}
   *     or {@code partial} entry, again after a crash, so it must be repeatable
   * @return the entry, {@code undone}; so it is for one that was undone before. Fails with BUSY if
   *     the lock is not free within 5 s, with INVALID_REQUEST for any other status or an unknown
   *     id, and with what {@code revert} fails with: then nothing is marked
   */
  public Future<DreamLogEntry> undo(String id, Function<DreamLogEntry, Future<?>> revert) {
    Objects.requireNonNull(id, "id");
    return on(vertx.getOrCreateContext(), () -> new Undo(clients).run(id, revert));
  }

  private static <T> Future<T> on(Context context, Supplier<Future<T>> task) {
    Promise<T> done = Promise.promise();
    context.runOnContext(there -> task.get().onComplete(done));
    return done.future();
  }
}
