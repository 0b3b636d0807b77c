package com.example.notes;

import static org.junit.jupiter.api.Assertions.assertEquals;

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
    var draft = project.texts().resolve("draft.md");
    var notes = project.texts().resolve("notes.md");
    Files.writeString(draft, "one");
    project.vertx().deployVerticle(new NotesWorker()).await();
    project.client().state().incrementCurationCount(3).await();
    project.time().advance(Duration.ofMinutes(1));
    project.events().await(DreamEvent.Released.class);
    assertEquals("one", Files.readString(notes));
    // Three more come: not before twelve hours are over.
    Files.writeString(draft, ", two");
    project.client().state().incrementCurationCount(3).await();
    project.time().advance(Duration.ofHours(11));
    assertEquals("one", Files.readString(notes));
  }
}
