package org.dreamkeeper.host;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import java.util.function.LongSupplier;
import org.dreamkeeper.Dreamkeeper;
import org.dreamkeeper.DreamkeeperOptions;
import org.dreamkeeper.bus.Settings;
import org.dreamkeeper.lock.Acquisition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A small dream that needs no model: of Markdown notes that say the same, all but one go into an
 * {@code archive} folder beside them. It dreams once, when it is deployed; a dream that fails is
 * logged, and does not fail the deployment.
 *
 * <p>Config: {@code notesDir} (required), {@code address} (default {@code dream}) and {@code
 * waitMs} (how long to wait for the lock, 0 to 60,000, default 2,000).
 */
public final class DuplicateNotesWorker extends VerticleBase {
  /** {@code waitMs} unless set. */
  public static final long DEFAULT_WAIT_MS = 2_000;

  private static final Logger LOG = LoggerFactory.getLogger(DuplicateNotesWorker.class);
  private static final String OWNER = "DuplicateNotesWorker";

  /** How long the deployment waits for the dream, ms; a longer dream goes on after it. */
  private static final long START_MS = 10_000;

  private final LongSupplier clock;
  private Future<Void> dream = Future.succeededFuture();

  /** Makes the verticle that Vert.x deploys by name. */
  public DuplicateNotesWorker() {
    this(System::currentTimeMillis);
  }

  DuplicateNotesWorker(LongSupplier clock) {
    this.clock = clock;
  }

  @Override
  public Future<?> start() {
    Settings settings = new Settings("config", config());
    Dreamkeeper project =
        Dreamkeeper.client(vertx, settings.text("address", DreamkeeperOptions.DEFAULT_ADDRESS));
    String notesDir = settings.text("notesDir", null);
    long waitMs = settings.integer("waitMs", DEFAULT_WAIT_MS, 0, 60_000);
    settings.done();

    dream = dream(project, notesDir, waitMs);
    Promise<Void> started = Promise.promise();
    long timer = vertx.setTimer(START_MS, late -> started.tryComplete());
    dream.onComplete(end -> vertx.cancelTimer(timer)).onComplete(end -> started.tryComplete());
    return started.future();
  }

  @Override
  public Future<?> stop() {
    return dream;
  }

  private Future<Void> dream(Dreamkeeper project, String notesDir, long waitMs) {
    NotesFolder notes = new NotesFolder(vertx.fileSystem(), notesDir);
    return project
        .lock()
        .acquire(OWNER, null, waitMs)
        .compose(
            answer -> {
              if (!answer.acquired()) {
                LOG.info("{}: no dream now, the lock is {}", project.prefix(), holder(answer));
                return Future.succeededFuture();
              }
              return new DuplicateNotesDream(
                      project, answer.grant().token(), notes, notesDir, clock)
                  .run();
            })
        .recover(
            failure -> {
              LOG.warn("{}: no dream now: {}", project.prefix(), failure.getMessage());
              return Future.succeededFuture();
            });
  }

  private static String holder(Acquisition answer) {
    return answer.holder() == null ? "held" : "held by " + ProjectStory.who(answer.holder());
  }
}
