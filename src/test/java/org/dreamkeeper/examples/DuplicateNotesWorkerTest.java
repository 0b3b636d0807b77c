package org.dreamkeeper.examples;

import static org.dreamkeeper.Served.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.DeploymentOptions;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.dreamkeeper.Dreamkeeper;
import org.dreamkeeper.Locks;
import org.dreamkeeper.Served;
import org.dreamkeeper.admin.UndoPlan;
import org.dreamkeeper.admin.UndoRequest;
import org.dreamkeeper.bus.impl.async.Time;
import org.dreamkeeper.file.Machine;
import org.dreamkeeper.lock.DreamLock;
import org.dreamkeeper.lock.LockStatus;
import org.dreamkeeper.log.Consolidate;
import org.dreamkeeper.log.DreamLogEntry;
import org.dreamkeeper.log.DreamStatus;
import org.dreamkeeper.log.LogQuery;
import org.dreamkeeper.state.DreamState;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The dream that needs no model: what it does to the notes, and what log, state and lock say. */
final class DuplicateNotesWorkerTest {
  private static final long BEFORE = 1_741_939_242_000L;

  private final long began = System.currentTimeMillis();

  @TempDir Path dir;
  private Path notes;
  private Vertx vertx;
  private Served served;
  private Dreamkeeper project;

  @BeforeEach
  void start() throws IOException {
    notes = Files.createDirectory(dir.resolve("notes"));
    Files.writeString(dir.resolve("dream.lock"), "");
    Files.setLastModifiedTime(dir.resolve("dream.lock"), FileTime.fromMillis(BEFORE));
    vertx = Vertx.vertx();
    served =
        Served.at(
            vertx,
            Time.system(vertx),
            Machine.REAL,
            Served.config(dir).put("texts", notes.toString()));
    project = Dreamkeeper.client(vertx);
    await(project.state().incrementCurationCount(5));
  }

  @AfterEach
  void stop() {
    served.close();
    await(vertx.close());
  }

  private void note(String path, String text) throws IOException {
    Path file = notes.resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  /** All files below the notes' folder, with their texts. */
  private Map<String, String> notes() throws IOException {
    Map<String, String> found = new TreeMap<>();
    try (Stream<Path> files = Files.walk(notes)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        found.put(notes.relativize(file).toString(), Files.readString(file));
      }
    }
    return found;
  }

  private UndoPlan undo(String id) {
    return await(
        project.admin().planUndo(UndoRequest.of(id)).compose(plan -> project.admin().undo(plan)));
  }

  private void dream() {
    JsonObject config = new JsonObject().put("notesDir", notes.toString());
    await(
        vertx.deployVerticle(
            "org.dreamkeeper.examples.DuplicateNotesWorker",
            new DeploymentOptions().setConfig(config)));
  }

  private List<DreamLogEntry> log() {
    return await(project.log().list(LogQuery.all())).entries();
  }

  private void assertLockAndStateAreAsBefore() {
    LockStatus lock = await(project.lock().status());
    assertFalse(lock.held());
    assertEquals(Optional.of(Instant.ofEpochMilli(BEFORE)), lock.lastCompletedAt());
    DreamState state = await(project.state().read());
    assertEquals(0, state.totalDreams());
    assertEquals(5, state.curationsSinceDream());
  }

  @Test
  void allButOneOfEqualNotesAreArchived() throws IOException {
    note("api/limits.md", "# Limits\n\n600 a minute\n");
    note("billing/rate-limits.md", "# Limits  \r\n\r\n600 a minute\r\n\r\n");
    note("limits-2025.md", "# Limits\n\n600 a minute");
    note("other.md", "# Limits\n\n700 a minute\n");
    dream();
    assertEquals(
        Map.of(
            "api/limits.md", "# Limits\n\n600 a minute\n",
            "billing/archive/rate-limits.md", "# Limits  \r\n\r\n600 a minute\r\n\r\n",
            "archive/limits-2025.md", "# Limits\n\n600 a minute",
            "other.md", "# Limits\n\n700 a minute\n"),
        notes());

    DreamLogEntry entry = log().get(0);
    assertEquals(1, log().size());
    assertEquals(DreamStatus.COMPLETED, entry.status());
    Instant completedAt = entry.completedAt().orElseThrow();
    assertTrue(completedAt.toEpochMilli() >= began && !completedAt.isAfter(Instant.now()));
    Consolidate merge = (Consolidate) entry.operations().get(0);
    assertEquals(Consolidate.Action.MERGE, merge.action());
    assertEquals(Optional.of("api/limits.md"), merge.outputFile());
    assertEquals(
        List.of("api/limits.md", "limits-2025.md", "billing/rate-limits.md"), merge.inputFiles());
    assertEquals(
        "# Limits  \r\n\r\n600 a minute\r\n\r\n",
        merge.previousTexts().orElseThrow().get("billing/rate-limits.md"));
    assertEquals(
        Optional.empty(),
        merge.results().orElseThrow().get("billing/rate-limits.md"),
        "it is gone");
    assertTrue(merge.results().orElseThrow().containsKey("billing/archive/rate-limits.md"));
    assertEquals(1, entry.summary().consolidated());

    DreamState state = await(project.state().read());
    assertEquals(1, state.totalDreams());
    assertEquals(0, state.curationsSinceDream());
    assertEquals(Optional.of(entry.id()), state.lastDreamLogId());
    LockStatus lock = await(project.lock().status());
    assertFalse(lock.held());
    assertFalse(lock.lastCompletedAt().orElseThrow().isBefore(completedAt));
  }

  @Test
  void aCurationThatArrivesDuringTheDreamStillCounts() throws IOException {
    note("a.md", "same");
    note("b.md", "same");
    AtomicBoolean arrived = new AtomicBoolean();
    vertx
        .eventBus()
        .<JsonObject>consumer(
            "dream.events",
            event -> {
              if ("processing".equals(event.body().getString("status"))
                  && !arrived.getAndSet(true)) {
                project.state().incrementCurationCount();
              }
            });
    dream();
    await(project.state().read());
    assertEquals(1, await(project.state().read()).curationsSinceDream());
  }

  @Test
  void whatIsNoNoteIsLeftAlone() throws IOException {
    note("a.md", "same");
    note("a.txt", "same");
    note(".hidden.md", "same");
    note(".git/b.md", "same");
    note("archive/c.md", "same");
    note("empty.md", " \n");
    note("empty-too.md", "\n");
    Files.write(notes.resolve("latin1.md"), new byte[] {'s', (byte) 0xe4});
    Files.write(notes.resolve("latin2.md"), new byte[] {'s', (byte) 0xe4});
    Files.createSymbolicLink(notes.resolve("link.md"), notes.resolve("a.md"));
    Files.createSymbolicLink(notes.resolve("loop"), notes);
    dream();
    assertTrue(Files.isSymbolicLink(notes.resolve("link.md")));
    assertTrue(Files.exists(notes.resolve("latin2.md")));
    assertTrue(log().isEmpty());
    assertLockAndStateAreAsBefore();
  }

  @Test
  void theArchiveOverwritesNothing() throws IOException {
    note("a.md", "same");
    note("bb.md", "same");
    note("archive/bb.md", "an older one");
    dream();
    assertEquals(
        Map.of("a.md", "same", "archive/bb.md", "an older one", "archive/bb-2.md", "same"),
        notes());
  }

  @Test
  void whereNothingIsToBeDoneTheClockStays() throws IOException {
    note("a.md", "one");
    note("b.md", "two");
    dream();
    assertEquals(Map.of("a.md", "one", "b.md", "two"), notes());
    assertTrue(log().isEmpty());
    assertLockAndStateAreAsBefore();
  }

  @Test
  void whereTheLockIsHeldNothingIsDone() throws IOException {
    note("a.md", "same");
    note("b.md", "same");
    DreamLock lock = Locks.take(project, "somebody");
    dream();
    assertEquals(Map.of("a.md", "same", "b.md", "same"), notes());
    assertTrue(log().isEmpty());
    await(lock.rollback());
    assertLockAndStateAreAsBefore();
  }

  @Test
  void aDreamThatFailsIsTakenBackLater() throws IOException {
    note("a.md", "same");
    note("deep/er.md", "same");
    note("x.md", "other");
    note("y/er.md", "other");
    note("y/archive", "a file where a folder is needed");
    Map<String, String> before = notes();
    dream();
    DreamLogEntry entry = log().get(0);
    assertEquals(DreamStatus.ERROR, entry.status());
    assertTrue(entry.error().orElseThrow().contains("leads through a file"), entry::toString);
    assertFalse(entry.operations().isEmpty(), "what was done stays in the log");
    assertLockAndStateAreAsBefore();
    undo(entry.id());
    assertEquals(before, kept());
  }

  @Test
  void aMissingFolderFailsTheDreamAndNotTheDeployment() throws IOException {
    Files.delete(notes);
    dream();
    assertEquals(DreamStatus.ERROR, log().get(0).status());
    assertTrue(log().get(0).error().orElseThrow().contains(notes.toString()));
    assertLockAndStateAreAsBefore();
  }

  @Test
  void aDreamIsTakenBack() throws IOException {
    note("api/limits.md", "same");
    note("billing/limits.md", "same");
    note("x.md", "other");
    note("y/x.md", "other");
    Map<String, String> before = notes();
    dream();
    assertTrue(notes().containsKey("billing/archive/limits.md"));
    undo(log().get(0).id());
    assertEquals(before, kept());
    assertEquals(DreamStatus.UNDONE, log().get(0).status());
    assertEquals(2, log().get(0).operations().size());
    assertTrue(await(project.state().read()).lastDreamLogId().isEmpty());
  }

  @Test
  void whatAPersonDidSinceStays() throws IOException {
    note("a.md", "same");
    note("bb.md", "same");
    note("c/cc.md", "same");
    dream();
    Files.delete(notes.resolve("archive/bb.md"));
    note("c/cc.md", "a newer one");
    assertEquals(UndoPlan.Status.PARTIAL, undo(log().get(0).id()).status());
    assertEquals(Map.of("a.md", "same", "bb.md", "same", "c/cc.md", "a newer one"), kept());
    assertEquals(DreamStatus.COMPLETED, log().get(0).status());
  }

  /** The notes, without what an undo keeps beside them. */
  private Map<String, String> kept() throws IOException {
    Map<String, String> all = notes();
    all.keySet().removeIf(path -> path.startsWith(".dreamkeeper."));
    return all;
  }
}
