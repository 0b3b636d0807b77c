package org.dreamkeeper.run.impl;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.dreamkeeper.log.DreamLogEntry;
import org.dreamkeeper.run.DreamGate;
import org.dreamkeeper.run.DreamRun;
import org.dreamkeeper.run.DreamSchedule;
import org.dreamkeeper.run.RunOptions;
import org.dreamkeeper.run.RunResult;
import org.dreamkeeper.run.UndoOptions;
import org.dreamkeeper.run.UndoRun;
import org.dreamkeeper.run.impl.Rewind.Reverted;

/** Runs dreams on one project, and undoes them, by requests alone: so from any node. */
public record DreamRunner(Vertx vertx, Clients clients) {

  /** Runs one dream; the future does not fail. */
  public <T> Future<RunResult<T>> run(RunOptions options, Function<DreamRun, Future<T>> work) {
    return run(options, null, work);
  }

  private <T> Future<RunResult<T>> run(
      RunOptions options, Consumer<String> schedule, Function<DreamRun, Future<T>> work) {
    Objects.requireNonNull(work, "work is null");
    RunOptions copy = new RunOptions(options);
    return OwnContext.run(
            vertx, own -> new RunAdmission<T>(own, clients, copy, schedule, work).run())
        .otherwise(
            failure ->
                failure instanceof CancellationException
                    ? new RunResult.Lost<>(failure.getMessage(), Optional.empty())
                    : new RunResult.Failed<>(failure, Optional.empty()));
  }

  /** Runs dreams as they may begin, on a project that publishes its events at this address. */
  public <T> DreamSchedule<T> schedule(
      String events, RunOptions options, Function<DreamRun, Future<T>> work) {
    Objects.requireNonNull(work, "work is null");
    return new DreamLoop<T>(vertx, clients.time(), options, (now, sees) -> run(now, sees, work))
        .begin(events);
  }

  /** Asks for the first gate that is closed. */
  public Future<Optional<DreamGate>> look(RunOptions options) {
    return RunAdmission.ask(clients.state(), new RunOptions(options), false);
  }

  /** Takes a dream back. */
  public Future<DreamLogEntry> undo(
      String id, UndoOptions options, Function<UndoRun, Future<?>> revert) {
    Objects.requireNonNull(id, "id is null");
    Objects.requireNonNull(revert, "revert is null");
    long timeoutMs = new UndoOptions(options).getTimeout().toMillis();
    return OwnContext.run(
        vertx,
        own ->
            new Undo(own, clients, timeoutMs, (run, finished) -> all(run, revert.apply(run)))
                .run(id));
  }

  /** Whoever reverts a dream himself reverts all of it. */
  private static Future<Reverted> all(UndoRun run, Future<?> reverted) {
    int count = run.entry().operations().size();
    SortedSet<Integer> all = new TreeSet<>(IntStream.range(0, count).boxed().toList());
    return reverted == null ? null : reverted.map(new Reverted(all, true));
  }

  /** Puts texts back, or tells how that would be done. */
  public Future<JsonObject> undoTexts(JsonObject request) {
    return OwnContext.run(vertx, own -> new TextUndo(own, clients, request).run());
  }

  /** Tells what an operation changed. */
  public Future<JsonObject> diff(JsonObject request) {
    return TextDiffs.of(clients, request);
  }
}
