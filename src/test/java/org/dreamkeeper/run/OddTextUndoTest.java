package org.dreamkeeper.run;

import static org.dreamkeeper.Served.await;
import static org.dreamkeeper.Served.until;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.dreamkeeper.Calls;
import org.dreamkeeper.admin.OperationDiff;
import org.dreamkeeper.admin.UndoPlan;
import org.dreamkeeper.admin.UndoPlan.FileStep;
import org.dreamkeeper.admin.UndoRequest;
import org.dreamkeeper.bus.FailureCode;
import org.dreamkeeper.log.Prune;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What cannot be taken back says so in one line; what is odd in the folder is left alone. */
final class OddTextUndoTest extends TextUndoTestBase {

  private String refused(UndoRequest request) {
    return refused(FailureCode.INVALID_REQUEST, keeper.admin().planUndo(request));
  }

  private String dream() throws IOException {
    text("a.md", "a");
    return dream(run -> run.texts().write("a.md", "ab").record(merge("a.md", "a.md")));
  }

  /** Saves an entry of nobody's with that operation. */
  private String saved(JsonObject... operations) {
    JsonObject entry = Calls.entry("completed", Calls.prune());
    served.ask("log", "save", entry.put("operations", new JsonArray(List.of(operations))));
    return "drm-7";
  }

  private static JsonObject merged(String path) {
    return Calls.consolidate()
        .put("outputFile", path)
        .put("previousTexts", new JsonObject().put(path, "evil"));
  }

  @Test
  void whatIsNoDreamThatIsOverIsRefused() throws IOException {
    assertEquals("drm-5 is not in the log", refused(UndoRequest.of("drm-5")));
    assertTrue(
        refused(UndoRequest.of("drm-12345678901234567")).contains("expected drm- and 1 to 16"));
    String id = dream();
    assertTrue(
        refused(UndoRequest.of(id).withOperations(List.of(0, 1)))
            .contains("/operations/1: 1, expected 0 to 0"));
    undo(UndoRequest.of(id));
    assertEquals(id + " is undone already", refused(UndoRequest.of(id)));
    Promise<Void> goOn = Promise.promise();
    AtomicReference<String> running = new AtomicReference<>();
    Future<?> dream =
        keeper.run(
            new RunOptions().setForce(true),
            run ->
                run.record(RunTestBase.operation("a.md"))
                    .compose(
                        recorded -> {
                          running.set(run.id());
                          return goOn.future();
                        }));
    until(() -> running.get() != null);
    assertTrue(refused(UndoRequest.of(running.get())).contains("is processing"));
    goOn.complete();
    await(dream);
  }

  @ParameterizedTest
  @ValueSource(strings = {"../x.md", "/tmp/x.md", "a/../../x.md", "", ".", "x\0", "link/x.md"})
  void aPathThatLeadsOutOfTheFolderIsNotFollowed(String path) throws IOException {
    Files.createSymbolicLink(texts.resolve("link"), dir);
    String id = saved(merged(path));
    UndoPlan done = undo(UndoRequest.of(id).withForce(Set.of(path)));
    assertEquals(UndoPlan.Status.PARTIAL, done.status());
    assertFalse(done.files().get(0).reason().orElseThrow().contains("\n"));
    assertTrue(Files.notExists(dir.resolve("x.md")));
    assertEquals(Set.of(), entry(id).undoneOperations());
  }

  private FileStep standing(String id) {
    UndoPlan done = undo(UndoRequest.of(id));
    assertEquals(UndoPlan.Status.PARTIAL, done.status());
    assertEquals(UndoPlan.Step.CONFLICT, done.files().get(0).step());
    return done.files().get(0);
  }

  @Test
  void aDirectoryAndALinkInTheWayStayEvenByForce() throws IOException {
    String id = dream();
    Path file = texts.resolve("a.md");
    Files.delete(file);
    Files.createDirectory(file);
    assertEquals("it is a directory", standing(id).reason().orElseThrow());
    undo(UndoRequest.of(id).withForce(Set.of("a.md")));
    assertTrue(Files.isDirectory(file));
    Files.delete(file);
    Files.createSymbolicLink(file, dir.resolve("elsewhere"));
    assertEquals("it is a link or a device", standing(id).reason().orElseThrow());
    undo(UndoRequest.of(id).withForce(Set.of("a.md")));
    assertTrue(Files.isSymbolicLink(file));
    assertTrue(Files.notExists(dir.resolve("elsewhere")));
  }

  @Test
  void whatIsNoTextOrHugeIsAConflict() throws IOException {
    String id = dream();
    Path file = texts.resolve("a.md");
    byte[] binary = {0, (byte) 0xff, 7};
    Files.write(file, binary);
    standing(id);
    assertArrayEquals(binary, Files.readAllBytes(file));
    try (RandomAccessFile huge = new RandomAccessFile(file.toFile(), "rw")) {
      huge.setLength(200L << 20);
    }
    assertTrue(standing(id).reason().orElseThrow().contains("larger than"));
    assertEquals(200L << 20, Files.size(file));
    undo(UndoRequest.of(id).withForce(Set.of("a.md")));
    assertEquals("a", Files.readString(file));
  }

  @Test
  void aFileOfAnotherCaseOrFormOfItsNameIsAnother() throws IOException {
    text("\u00e9.md", "before");
    String id =
        dream(
            run -> run.texts().write("\u00e9.md", "after").record(merge("\u00e9.md", "\u00e9.md")));
    Files.move(texts.resolve("\u00e9.md"), texts.resolve("e\u0301.md"));
    assertEquals("it is gone", standing(id).reason().orElseThrow());
    assertEquals("after", texts().get("e\u0301.md"));
  }

  @Test
  void operationsThatContradictEachOtherAreTakenBackAsFarAsTheyGo() throws IOException {
    String hash = "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb";
    JsonObject deletes =
        Calls.consolidate()
            .put("outputFile", "a.md")
            .put("previousTexts", new JsonObject().put("a.md", "x"))
            .put("results", new JsonObject().putNull("a.md"));
    JsonObject leaves =
        Calls.consolidate()
            .put("outputFile", "a.md")
            .put("previousTexts", new JsonObject().put("a.md", "y"))
            .put("results", new JsonObject().put("a.md", hash));
    text("a.md", "a");
    String id = saved(deletes, deletes, leaves);
    UndoPlan done = undo(UndoRequest.of(id));
    assertEquals(UndoPlan.Status.PARTIAL, done.status());
    assertEquals("y", texts().get("a.md"));
    assertEquals(List.of("a"), kept());
  }

  @Test
  void aFolderThatIsGoneIsNamed() throws IOException {
    String id = dream();
    Path away = dir.resolve("away");
    Files.move(texts, away);
    String why = refused(FailureCode.STORAGE_FAILED, keeper.admin().planUndo(UndoRequest.of(id)));
    assertTrue(why.contains(texts.toString()), why);
    refused(FailureCode.STORAGE_FAILED, keeper.admin().diff(id, 0));
    dream(run -> run.record(new Prune(Prune.Action.KEEP, "a.md", "still true", false, null, null)));
    Files.move(away, texts);
    assertEquals(UndoPlan.Status.COMPLETED, undo(UndoRequest.of(id)).status());
  }

  @Test
  void aDiffSaysWhatBecameOfTheFileAndOfLargeOnesGivesTheTexts() throws IOException {
    String line = "one line\n";
    text("a.md", line.repeat(30_000));
    String id =
        dream(
            run ->
                run.texts()
                    .write("a.md", "short\n")
                    .record(merge("a.md", "a.md"))
                    .compose(first -> run.texts().write("b.md", "b\n").record(create("b.md")))
                    .compose(
                        second -> run.texts().write("b.md", "c\n").record(merge("b.md", "b.md"))));
    OperationDiff large = await(keeper.admin().diff(id, 0));
    assertEquals("short\n", large.files().get(0).after().orElseThrow());
    assertEquals(270_000, large.files().get(0).before().orElseThrow().length());
    assertEquals(OperationDiff.State.UNCHANGED, large.files().get(0).state());
    OperationDiff created = await(keeper.admin().diff(id, 1));
    assertEquals(List.of("+b"), created.files().get(0).hunks().get(0).lines(), "as it left it");
    assertEquals(OperationDiff.State.CHANGED, created.files().get(0).state());
    text("b.md", "mine\n");
    OperationDiff changed = await(keeper.admin().diff(id, 2));
    assertEquals(OperationDiff.State.CHANGED, changed.files().get(0).state());
    assertEquals(List.of("-b", "+mine"), changed.files().get(0).hunks().get(0).lines());
    Files.delete(texts.resolve("b.md"));
    assertEquals(
        OperationDiff.State.GONE, await(keeper.admin().diff(id, 2)).files().get(0).state());
    assertTrue(
        refused(FailureCode.INVALID_REQUEST, keeper.admin().diff(id, 3))
            .contains("expected 0 to 2"));
    assertEquals(Map.of("a.md", "short\n"), texts());
  }
}
