package org.dreamkeeper.examples;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.dreamkeeper.Dreamkeeper;
import org.dreamkeeper.examples.NotesFolder.Duplicates;
import org.dreamkeeper.examples.NotesFolder.Move;
import org.dreamkeeper.log.Consolidate;
import org.dreamkeeper.log.DreamLogEntry;
import org.dreamkeeper.log.DreamOperation;
import org.dreamkeeper.log.Prune;
import org.dreamkeeper.run.DreamRun;
import org.dreamkeeper.run.RunOptions;
import org.dreamkeeper.run.RunResult;
import org.dreamkeeper.run.RunResult.Completed;
import org.dreamkeeper.run.RunResult.Failed;
import org.dreamkeeper.run.RunResult.Lost;
import org.dreamkeeper.run.RunResult.Partial;
import org.dreamkeeper.run.RunResult.Skipped;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A small dream that needs no model: of Markdown notes that say the same, all but one go into an
 * {@code archive} folder beside them. It dreams once, when it is deployed, or takes one of its
 * dreams back; what fails is logged, and does not fail the deployment.
 *
 * <p>Config: {@code notesDir} (required), {@code address} (default {@code dream}) and {@code undo}
 * (the id of the dream to take back; then it does not dream).
 */
public final class DuplicateNotesWorker extends VerticleBase {
  private static final Logger LOG = LoggerFactory.getLogger(DuplicateNotesWorker.class);

  private Dreamkeeper project;
  private NotesFolder notes;

  /** Makes the verticle that Vert.x deploys by name. */
  public DuplicateNotesWorker() {}

  @Override
  public Future<?> start() {
    String notesDir = config().getString("notesDir");
    if (notesDir == null) {
      return Future.failedFuture("config.notesDir is missing, expected the folder of the notes");
    }
    project = Dreamkeeper.client(vertx, config().getString("address", "dream"));
    notes = new NotesFolder(Path.of(notesDir));
    String undo = config().getString("undo");
    Future<?> work = undo == null ? dream() : undo(undo);
    // The deployment waits for the work, but not for long. Undeploying us ends it by itself.
    return work.onFailure(failure -> LOG.warn("{}: {}", project.prefix(), failure.getMessage()))
        .timeout(10, TimeUnit.SECONDS)
        .otherwiseEmpty();
  }

  /** Looks first: where nothing is to be done, there is no dream. */
  private Future<Void> dream() {
    return onDisk(notes::duplicates)
        .transform(
            look -> {
              if (look.succeeded() && look.result().isEmpty()) {
                LOG.info("{}: no dream: no two notes in {} say the same", project.prefix(), notes);
                return Future.succeededFuture();
              }
              // What cannot be read fails the dream, and so gets into the log.
              RunOptions options = new RunOptions().setOwner("DuplicateNotesWorker").setForce(true);
              return project.run(options, this::merge).onSuccess(this::tell).mapEmpty();
            });
  }

  /** The dream itself, under the lock: first what an undo needs, durably; then the deed. */
  private Future<Integer> merge(DreamRun run) {
    return onDisk(notes::duplicates)
        .compose(
            groups -> {
              Stream<DreamOperation> plan = groups.stream().flatMap(DuplicateNotesWorker::plan);
              return Future.all(plan.map(run::record).toList())
                  .compose(recorded -> onDisk(() -> archive(run, groups)));
            });
  }

  private static Stream<DreamOperation> plan(Duplicates group) {
    String kept = group.kept().path();
    Map<String, String> texts = new TreeMap<>(Map.of(kept, group.kept().text()));
    List<DreamOperation> plan = new ArrayList<>();
    for (Move move : group.moves()) {
      texts.put(move.note().path(), move.note().text());
      String reason = "It says the same as " + kept;
      plan.add(
          new Prune(Prune.Action.ARCHIVE, move.note().path(), reason, false, kept, null)
              .withArchivedTo(move.to()));
    }
    List<String> files = List.copyOf(texts.keySet());
    String reason = files.size() + " notes say the same";
    plan.add(0, new Consolidate(Consolidate.Action.MERGE, files, kept, texts, false, reason));
    return plan.stream();
  }

  /** Moves the notes; where that fails, they go back, unless they are no longer this dream's. */
  private int archive(DreamRun run, List<Duplicates> groups) throws IOException {
    Deque<Move> done = new ArrayDeque<>();
    try {
      for (Move move : groups.stream().flatMap(group -> group.moves().stream()).toList()) {
        if (run.ended().isComplete()) {
          break;
        }
        notes.archive(move);
        done.push(move);
        LOG.info("{}: {} is moved to {}", project.prefix(), move.note().path(), move.to());
      }
    } catch (IOException failure) {
      if (!run.ended().isComplete()) {
        done.forEach(move -> moveBack(move.to(), move.note().path()));
      }
      throw failure;
    }
    return done.size();
  }

  private void tell(RunResult<Integer> result) {
    String address = project.prefix();
    if (result instanceof Completed<Integer> completed) {
      String id = completed.entry().id();
      LOG.info(
          "{}: the dream {} completed: {} of the notes archived; dream-log/{}.json has what was"
              + " done, and the texts; the config \"undo\": \"{}\" takes it back",
          address,
          id,
          completed.value(),
          id,
          id);
    } else if (result instanceof Partial<Integer> partial) {
      LOG.warn("{}: {} was cut short: {}", address, partial.entry().id(), partial.reason());
    } else if (result instanceof Failed<Integer> failed) {
      LOG.warn("{}: the dream failed: {}", address, failed.cause().getMessage());
    } else if (result instanceof Skipped<Integer> skipped) {
      LOG.info("{}: no dream now: {}", address, skipped.gate().reason());
    } else if (result instanceof Lost<Integer> lost) {
      LOG.warn("{}: {} lost the lock: {}", address, lost.id(), lost.reason());
    }
  }

  private Future<?> undo(String id) {
    return project
        .undo(id, entry -> onDisk(() -> revert(entry)))
        .onSuccess(entry -> LOG.info("{}: {} is undone", project.prefix(), id));
  }

  /** What was moved returns, what is missing then is written anew; this may be done twice. */
  private Void revert(DreamLogEntry entry) throws IOException {
    for (DreamOperation operation : entry.operations()) {
      if (operation instanceof Prune prune) {
        prune.archivedTo().ifPresent(from -> moveBack(from, prune.file()));
      }
    }
    for (DreamOperation operation : entry.operations()) {
      if (operation instanceof Consolidate merge) {
        for (var text : merge.previousTexts().orElse(Map.of()).entrySet()) {
          notes.writeMissing(text.getKey(), text.getValue());
        }
      }
    }
    return null;
  }

  private void moveBack(String from, String to) {
    try {
      notes.move(from, to);
      LOG.info("{}: {} is back at {}", project.prefix(), from, to);
    } catch (IOException | InvalidPathException stays) {
      LOG.info("{}: {} is not moved back: {}", project.prefix(), from, stays.toString());
    }
  }

  /** Event loops must not block: this runs on a worker thread. */
  private <T> Future<T> onDisk(Callable<T> task) {
    return vertx
        .executeBlocking(task)
        .recover(failure -> Future.failedFuture(notes + ": " + failure));
  }
}
