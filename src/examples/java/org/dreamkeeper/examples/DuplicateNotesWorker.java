package org.dreamkeeper.examples;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.dreamkeeper.Dreamkeeper;
import org.dreamkeeper.examples.NotesFolder.Duplicates;
import org.dreamkeeper.examples.NotesFolder.Move;
import org.dreamkeeper.log.Consolidate;
import org.dreamkeeper.run.DreamRun;
import org.dreamkeeper.run.DreamTexts;
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
 * {@code archive} folder beside them. It dreams once, when it is deployed; what fails is logged,
 * and does not fail the deployment.
 *
 * <p>Config: {@code notesDir} (required), the folder that the project's configuration names as
 * {@code texts}; and {@code address} (default {@code dream}).
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
    // The deployment waits for the work, but not for long. Undeploying us ends it by itself.
    return dream()
        .onFailure(failure -> LOG.warn("{}: {}", project.prefix(), failure.getMessage()))
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

  /** The dream itself, under the lock: each group of notes is one operation. */
  private Future<Integer> merge(DreamRun run) {
    return onDisk(notes::duplicates)
        .compose(
            groups -> {
              Future<Void> done = Future.succeededFuture();
              for (Duplicates group : groups) {
                done = done.compose(before -> archive(run, group));
              }
              return done.map(all -> groups.stream().mapToInt(each -> each.moves().size()).sum());
            });
  }

  /** First what an undo needs, durably; then the deed. {@code texts()} does both. */
  private static Future<Void> archive(DreamRun run, Duplicates group) {
    String kept = group.kept().path();
    List<String> files = new ArrayList<>(List.of(kept));
    DreamTexts texts = run.texts();
    for (Move move : group.moves()) {
      files.add(move.note().path());
      texts.move(move.note().path(), move.to());
    }
    String reason = files.size() + " notes say the same";
    return texts.record(
        new Consolidate(Consolidate.Action.MERGE, files, kept, null, false, reason));
  }

  private void tell(RunResult<Integer> result) {
    String address = project.prefix();
    if (result instanceof Completed<Integer> completed) {
      String id = completed.entry().id();
      LOG.info(
          "{}: the dream {} completed: {} of the notes archived; dream-log/{}.json has what was"
              + " done, so that it can be taken back",
          address,
          id,
          completed.value(),
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

  /** Event loops must not block: this runs on a worker thread. */
  private <T> Future<T> onDisk(Callable<T> task) {
    return vertx
        .executeBlocking(task)
        .recover(failure -> Future.failedFuture(notes + ": " + failure));
  }
}
