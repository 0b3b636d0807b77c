package com.example.notes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import org.dreamkeeper.DreamEvent;
import org.dreamkeeper.Dreamkeeper;
import org.dreamkeeper.junit5.DreamkeeperExtension;
import org.dreamkeeper.junit5.TestProject;
import org.dreamkeeper.log.DreamLogEntry;
import org.dreamkeeper.log.DreamStatus;
import org.dreamkeeper.log.Prune;
import org.dreamkeeper.run.DreamRun;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(DreamkeeperExtension.class)
final class NotesWorkerInTroubleTest {
  private static final Prune KEPT =
      new Prune(Prune.Action.KEEP, "a.md", "still true", false, null, null);

  private final Promise<String> merged = Promise.promise();
  private TestProject project;
  private Dreamkeeper keeper;

  @BeforeEach
  void threeNotesCome(TestProject served) {
    project = served;
    keeper = project.client();
    keeper.state().incrementCurationCount(3).await();
  }

  /** Deploys the worker, with a dream that this test ends. */
  private void deployWorker() {
    NotesWorker worker =
        new NotesWorker() {
          @Override
          Future<String> dream(DreamRun run) {
            return run.record(KEPT).compose(recorded -> merged.future());
          }
        };
    project.vertx().deployVerticle(worker).await();
  }

  @Test
  void itDreamsAfterTwelveHoursAndThreeCurations() {
    merged.complete("done");
    deployWorker();
    project.events().await(DreamEvent.Released.class);

    keeper.state().incrementCurationCount(3).await();
    project.time().advance(Duration.ofHours(12).minusSeconds(1));
    assertEquals(1, keeper.state().read().await().totalDreams());

    project.time().advance(Duration.ofMinutes(1));
    project.events().await(DreamEvent.Released.class);
    assertEquals(2, keeper.state().read().await().totalDreams());
  }

  @Test
  void whenTheWorkFailsTheLockIsRolledBack() {
    deployWorker();
    project.events().await(DreamEvent.Acquired.class);

    merged.fail("the notes cannot be read");
    project.events().await(DreamEvent.RolledBack.class);
    assertFalse(keeper.lock().status().await().held());
    assertEquals(3, keeper.state().read().await().curationsSinceDream());
  }

  @Test
  void whenTheHostDiesInTheMiddleTheEntryIsAnError() {
    deployWorker();
    String dream = project.events().await(DreamEvent.Saved.class).id();

    project.kill();
    project.restart();
    DreamLogEntry entry = keeper.log().getById(dream).await().orElseThrow();
    assertEquals(DreamStatus.ERROR, entry.status());
    assertTrue(entry.error().orElseThrow().startsWith("Interrupted"));
  }
}
