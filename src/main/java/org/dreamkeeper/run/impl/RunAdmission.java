package org.dreamkeeper.run.impl;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import org.dreamkeeper.bus.FailureCode;
import org.dreamkeeper.log.DreamLogEntry;
import org.dreamkeeper.log.LogClient;
import org.dreamkeeper.log.LogPage;
import org.dreamkeeper.run.DreamGate;
import org.dreamkeeper.run.DreamRun;
import org.dreamkeeper.run.RunOptions;
import org.dreamkeeper.run.RunResult;
import org.dreamkeeper.run.UndoRest;
import org.dreamkeeper.state.DreamState;
import org.dreamkeeper.state.StateClient;

/**
 * How a dream begins.
 *
 * <ol>
 *   <li>The gates are asked for before the lock is, so that a look never acquires.
 *   <li>Under the lock they are asked for again: while this one waited, somebody else may have
 *       dreamt. An undo that a crash has cut short is finished first.
 *   <li>A schedule rests after an undo, unless it is forced; nobody else does.
 *   <li>The entry will be saved with the curations seen: there the lock's recovery looks for them.
 *   <li>Whatever fails on the way, the lock goes back as it was.
 * </ol>
 *
 * @param schedule told which revision of the state the dream sees, or null; null if none asks
 */
record RunAdmission<T>(
    OwnContext own,
    Clients clients,
    RunOptions options,
    Consumer<String> schedule,
    Function<DreamRun, Future<T>> work) {
  /** What the gates are asked with. */
  private static final Set<String> LIMITS =
      Set.of("pendingTasks", "force", "quiet", "minHours", "minCurations");

  /** Runs the dream if it may; the future does not fail. */
  Future<RunResult<T>> run() {
    // Who stands in line for the lock is not kept off by it.
    boolean waits = !options.getWait().isZero();
    return ask(clients.state(), clients.log(), waits)
        .compose(
            gate -> {
              if (gate.isEmpty() || (waits && gate.get() instanceof DreamGate.Lock)) {
                return acquire();
              }
              return waits ? skip(gate.get()) : Future.succeededFuture(skipped(gate.get()));
            })
        .otherwise(
            failure ->
                Retry.code(failure) == FailureCode.SUPERSEDED
                    ? new RunResult.Lost<>(failure.getMessage(), Optional.empty())
                    : new RunResult.Failed<>(failure, Optional.empty()));
  }

  /**
   * Asks for the first gate that is closed.
   *
   * @param state under the lock, that is no obstacle
   * @param quiet whether nobody is told
   */
  static Future<Optional<DreamGate>> ask(StateClient state, RunOptions options, boolean quiet) {
    return gates(state, options, quiet).map(RunAdmission::closed);
  }

  private static Future<JsonObject> gates(StateClient state, RunOptions options, boolean quiet) {
    JsonObject limits = options.toJson().put("quiet", quiet);
    limits.fieldNames().retainAll(LIMITS);
    return state.gates(limits);
  }

  private static Optional<DreamGate> closed(JsonObject gates) {
    return Optional.ofNullable(gates.getJsonObject("closed")).map(DreamGate::of);
  }

  private Future<Optional<DreamGate>> ask(StateClient state, LogClient log, boolean quiet) {
    return gates(state, options, quiet)
        .compose(
            gates ->
                schedule != null && !options.isForce() && gates.getBoolean("open")
                    ? log.list(UndoRest.LATEST).map(page -> rest(gates, page))
                    : Future.succeededFuture(closed(gates)));
  }

  private Optional<DreamGate> rest(JsonObject gates, LogPage latest) {
    Instant now = Instant.ofEpochMilli(clients.time().millis());
    return UndoRest.gate(gates, latest.entries(), now).map(DreamGate.class::cast);
  }

  private static <T> RunResult<T> skipped(DreamGate gate) {
    return new RunResult.Skipped<>(gate);
  }

  /** Skips for a gate of which nobody was told yet. */
  private Future<RunResult<T>> skip(DreamGate gate) {
    return ask(clients.state(), options, false).map(told -> skipped(told.orElse(gate)));
  }

  private Future<RunResult<T>> acquire() {
    return clients
        .acquire(own, options)
        .compose(
            answer ->
                answer.fold(
                    ours -> underLock(clients.keep(ours.lock(), options.getLease())),
                    refused -> skip(new DreamGate.Lock(refused.holder(), refused.waiting()))));
  }

  private Future<RunResult<T>> underLock(LeaseKeeper held) {
    Rewind rewind = new Rewind(held);
    return new Interrupted(held, rewind, clients.texts().get())
        .finish()
        .compose(
            state ->
                // Only its own end can move the lock's clock; this dream's may have to restore it.
                rewind.undidTheLast() ? rewind.end().compose(back -> acquire()) : begin(held))
        .recover(failure -> held.rollback().compose(back -> Future.failedFuture(failure)));
  }

  private Future<RunResult<T>> begin(LeaseKeeper held) {
    return ask(held.state(), held.log(), false)
        .compose(
            gate ->
                gate.isPresent()
                    ? held.rollback().map(back -> skipped(gate.get()))
                    : held.state().read().onSuccess(this::sees).compose(seen -> open(held, seen)));
  }

  private void sees(DreamState state) {
    if (schedule != null) {
      schedule.accept(state.revision().orElse(null));
    }
  }

  private Future<RunResult<T>> open(LeaseKeeper held, DreamState seen) {
    return held.log()
        .nextId()
        .compose(
            id -> {
              held.heldFor(id);
              DreamLogEntry begun =
                  DreamLogEntry.processing(id, held.now(), options.getTrigger())
                      .withField(RunCompletion.CURATIONS_SEEN, seen.curationsSinceDream());
              DreamLogEntry entry =
                  options.getTaskId() == null ? begun : begun.withTaskId(options.getTaskId());
              EntryWriter journal = new EntryWriter(own, held, entry, clients.texts().get());
              return new RunningDream<T>(own, held, seen, journal)
                  .play(work, clients.time(), options.getTimeout());
            });
  }
}
