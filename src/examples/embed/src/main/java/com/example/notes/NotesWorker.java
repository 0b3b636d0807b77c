package com.example.notes;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.Duration;
import org.dreamkeeper.Dreamkeeper;
import org.dreamkeeper.run.DreamRun;
import org.dreamkeeper.run.RunOptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Dreams once twelve hours have passed since the last dream, and three notes have come. */
public final class NotesWorker extends VerticleBase {
  private static final Logger LOG = LoggerFactory.getLogger(NotesWorker.class);

  private final Notes notes;

  public NotesWorker(Notes notes) {
    this.notes = notes;
  }

  @Override
  public Future<?> start() {
    RunOptions options =
        new RunOptions().setOwner("notes").setMinInterval(Duration.ofHours(12)).setMinCurations(3);
    Dreamkeeper.client(vertx)
        .schedule(options, this::dream)
        .onResult(result -> LOG.info("{}", result));
    return Future.succeededFuture();
  }

  private Future<String> dream(DreamRun run) {
    // First what an undo needs, durably; then the deed.
    return run.record(notes.plan()).compose(recorded -> notes.merge());
  }
}
