package org.dreamkeeper.host;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import org.dreamkeeper.Dreamkeeper;
import org.dreamkeeper.DreamkeeperOptions;
import org.dreamkeeper.bus.impl.ActorClient;
import org.dreamkeeper.bus.impl.ConfigReader;
import org.dreamkeeper.bus.impl.Log;
import org.dreamkeeper.bus.impl.Time;
import org.dreamkeeper.run.RunOptions;
import org.slf4j.Logger;

/**
 * A small dream that needs no model: of Markdown notes that say the same, all but one go into an
 * {@code archive} folder beside them. It dreams once, when it is deployed, or takes one of its
 * dreams back; what fails is logged, and does not fail the deployment.
 *
 * <p>Config: {@code notesDir} (required), {@code address} (default {@code dream}), {@code waitMs}
 * (how long to wait for the lock, 0 to 60,000, default 2,000) and {@code undo} (the id of the dream
 * to take back; then it does not dream).
 */
public final class DuplicateNotesWorker extends VerticleBase {
  /** {@code waitMs} unless set. */
  public static final long DEFAULT_WAIT_MS = 2_000;

  private static final Logger LOG = Log.of(DuplicateNotesWorker.class);
  private static final String OWNER = "DuplicateNotesWorker";
  private static final String NO_UNDO = "none";

  /** How long the deployment waits for the dream, ms; a longer dream goes on after it. */
  private static final long START_MS = 10_000;

  private final Time time;
  private Future<Void> dream = Future.succeededFuture();

  /** Makes the verticle that Vert.x deploys by name. */
  public DuplicateNotesWorker() {
    this(null);
  }

  DuplicateNotesWorker(Time time) {
    this.time = time;
  }

  @Override
  public Future<?> start() {
    ConfigReader settings =
        new ConfigReader("config", config(), "address", "notesDir", "undo", "waitMs");
    String address = settings.text("address", DreamkeeperOptions.DEFAULT_ADDRESS);
    String notesDir = settings.directory("notesDir");
    String undo = settings.text("undo", NO_UNDO);
    RunOptions options =
        new RunOptions()
            .setOwner(OWNER)
            .setForce(true)
            .setWaitMs(settings.integer("waitMs", DEFAULT_WAIT_MS, 0, 60_000));
    Dreamkeeper project =
        Dreamkeeper.client(
            vertx,
            address,
            ActorClient.DEFAULT_TIMEOUT_MS,
            time == null ? Time.system(vertx) : time);
    NotesFolder notes = new NotesFolder(vertx, notesDir);

    dream =
        undo.equals(NO_UNDO)
            ? new DuplicateNotesDream(project, notes, notesDir).run(options)
            : new DuplicateNotesUndo(project, notes).run(undo);
    dream = dream.recover(failure -> unwell(address, failure));
    Promise<Void> started = Promise.promise();
    long timer = vertx.setTimer(START_MS, late -> started.tryComplete());
    dream.onComplete(end -> vertx.cancelTimer(timer)).onComplete(end -> started.tryComplete());
    return started.future();
  }

  @Override
  public Future<?> stop() {
    return dream;
  }

  private static Future<Void> unwell(String address, Throwable failure) {
    LOG.warn("{}: {}", address, failure.getMessage());
    return Future.succeededFuture();
  }
}
