package com.example.notes;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import org.dreamkeeper.DreamEvent;
import org.dreamkeeper.junit5.DreamkeeperExtension;
import org.dreamkeeper.junit5.TestProject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(DreamkeeperExtension.class)
final class NotesWorkerTest {
  @Test
  void itDreamsOnceThreeNotesHaveCome(TestProject project) throws IOException {
    var draft = Files.writeString(project.texts().resolve("draft.md"), "an old idea");
    project.vertx().deployVerticle(new NotesWorker()).await();
    project.client().state().incrementCurationCount(3).await();
    project.time().advance(Duration.ofMinutes(1));
    project.events().await(DreamEvent.Released.class);
    assertTrue(Files.notExists(draft));
    // Three more come: not before twelve hours are over.
    Files.writeString(draft, "another idea");
    project.client().state().incrementCurationCount(3).await();
    project.time().advance(Duration.ofHours(11));
    assertTrue(Files.exists(draft));
  }
}
