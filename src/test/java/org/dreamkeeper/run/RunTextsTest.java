package org.dreamkeeper.run;

import static org.dreamkeeper.Served.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.stream.Stream;
import org.dreamkeeper.Dreamkeeper;
import org.dreamkeeper.Served;
import org.dreamkeeper.bus.DreamkeeperException;
import org.dreamkeeper.bus.FailureCode;
import org.dreamkeeper.bus.impl.async.Time;
import org.dreamkeeper.file.Machine;
import org.dreamkeeper.log.Consolidate;
import org.dreamkeeper.log.DreamLogEntry;
import org.dreamkeeper.log.DreamOperation;
import org.dreamkeeper.log.DreamStatus;
import org.dreamkeeper.log.LogQuery;
import org.dreamkeeper.log.Prune;
import org.dreamkeeper.log.Synthesize;
import org.dreamkeeper.texts.HookedDisk;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a dream does to the project's texts, and what its entry says of that. */
final class RunTextsTest {
  private static final String A =
      "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb";
  private static final String AB =
      "fb8e20fc2e4c3f248c60c39bd652f3c1347298bb977b8b4d5903b85055620603";

  @TempDir Path dir;
  @TempDir Path texts;
  private final HookedDisk disk = new HookedDisk();
  private Vertx vertx;
  private Served served;
  private Dreamkeeper keeper;

  @BeforeEach
  void start() throws IOException {
    vertx = Vertx.vertx();
    served =
        Served.at(
            vertx,
            Time.system(vertx),
            disk.machine(),
            Served.config(dir).put("texts", texts.toString()));
    keeper = Dreamkeeper.client(vertx);
    text("a.md", "a");
    text("b.md", "b");
  }

  @AfterEach
  void stop() {
    served.close();
    await(vertx.close());
  }

  private void text(String path, String text) throws IOException {
    Path file = texts.resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  private Map<String, String> texts() throws IOException {
    Map<String, String> found = new TreeMap<>();
    try (Stream<Path> files = Files.walk(texts)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        found.put(texts.relativize(file).toString(), Files.readString(file));
      }
    }
    return found;
  }

  private RunResult<Void> dream(Function<DreamRun, Future<Void>> work) {
    return await(keeper.run(new RunOptions().setForce(true), work));
  }

  private DreamLogEntry entry() {
    return await(keeper.log().list(LogQuery.all())).entries().get(0);
  }

  private static Consolidate merge() {
    return new Consolidate(
        Consolidate.Action.MERGE, List.of("a.md", "b.md"), "a.md", null, false, "the same");
  }

  @Test
  void aWorkerOfOneLineIsRight() throws IOException {
    RunTestBase.completed(
        dream(run -> run.texts().write("a.md", "ab").delete("b.md").record(merge())));
    assertEquals(Map.of("a.md", "ab"), texts());
    DreamOperation done = entry().operations().get(0);
    assertEquals(Optional.of(Map.of("a.md", "a", "b.md", "b")), done.previousTexts());
    assertEquals(
        Optional.of(Map.of("a.md", Optional.of(AB), "b.md", Optional.empty())), done.results());
    assertTrue(entry().more().getValue("unexpected") == null, entry()::toString);
  }

  @Test
  void whatIsMovedKeepsItsTextWhereItGoes() throws IOException {
    Prune prune = new Prune(Prune.Action.ARCHIVE, "a.md", "stale", false, null, null);
    RunTestBase.completed(
        dream(run -> run.texts().move("a.md", "archive/2025/a.md").record(prune)));
    assertEquals(Map.of("archive/2025/a.md", "a", "b.md", "b"), texts());
    Prune done = (Prune) entry().operations().get(0);
    assertEquals(Optional.of("archive/2025/a.md"), done.archivedTo());
    assertEquals(Optional.of(Map.of()), done.previousTexts());
    assertEquals(
        Optional.of(Map.of("a.md", Optional.empty(), "archive/2025/a.md", Optional.of(A))),
        done.results());
  }

  @Test
  void aWorkerThatDoesItAloneHasTheTextsFilledIn() {
    AtomicReference<DreamOperation> before = new AtomicReference<>();
    RunTestBase.completed(
        dream(
            run ->
                run.record(merge())
                    .compose(recorded -> keeper.log().getById(run.id()))
                    .compose(
                        entry -> {
                          before.set(entry.orElseThrow().operations().get(0));
                          return put("a.md", "ab");
                        })
                    .compose(
                        written -> vertx.fileSystem().delete(texts.resolve("b.md").toString()))));
    assertEquals(Optional.of(Map.of("a.md", "a", "b.md", "b")), before.get().previousTexts());
    assertEquals(
        Optional.of(Map.of("a.md", Optional.of(AB), "b.md", Optional.empty())),
        entry().operations().get(0).results());
  }

  @Test
  void ofTwoThatChangeOneFileEachSaysWhatItLeft() throws IOException {
    Synthesize update = new Synthesize(Synthesize.Action.UPDATE, "a.md", List.of(), 1, false);
    RunTestBase.completed(
        dream(
            run ->
                run.record(update)
                    .compose(first -> put("a.md", "ab"))
                    .compose(done -> run.record(update))
                    .compose(second -> put("a.md", "abc"))));
    List<DreamOperation> done = entry().operations();
    assertEquals(Optional.of(Map.of("a.md", Optional.of(AB))), done.get(0).results());
    assertEquals(Optional.of(Map.of("a.md", "ab")), done.get(1).previousTexts());
  }

  private Future<Void> put(String path, String text) {
    return vertx.fileSystem().writeFile(texts.resolve(path).toString(), Buffer.buffer(text));
  }

  @Test
  void whatIsNotAsAnnouncedIsSaid() throws IOException {
    RunTestBase.completed(
        dream(
            run ->
                run.texts().write("a.md", "ab").record(merge()).compose(done -> put("a.md", "a"))));
    assertEquals(A, entry().more().getJsonObject("unexpected").getString("a.md"));
  }

  @Test
  void whatSomebodyWroteMeanwhileIsLeftAndFailsTheDream() throws IOException {
    AtomicInteger reads = new AtomicInteger();
    disk.hook(
        (operation, path) -> {
          if (operation.equals("read")
              && path.endsWith("b.md")
              // Three times to describe it, then for the deed.
              && reads.incrementAndGet() == 4) {
            text("b.md", "mine");
          }
        });
    Throwable why =
        RunTestBase.failed(dream(run -> run.texts().delete("b.md").record(merge()))).cause();
    assertTrue(why.getMessage().contains("b.md: it was changed meanwhile"), why.getMessage());
    assertEquals("mine", Files.readString(texts.resolve("b.md")));
    assertEquals(DreamStatus.ERROR, entry().status());
    assertTrue(entry().more().getJsonObject("unexpected").containsKey("b.md"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../a.md",
        "/etc/passwd",
        "",
        "sub/../a.md",
        "./a.md",
        "a//b.md",
        "a.md/",
        "\0",
        ".dreamkeeper.undo-drm-1/0/a.md",
        "link/a.md",
        "a.md/b.md",
        "folder",
        "binary.md"
      })
  void whatIsNoPlaceForATextIsRefusedBeforeAnythingIsDone(String path) throws IOException {
    Files.createSymbolicLink(texts.resolve("link"), dir);
    text("folder/x.md", "x");
    Files.write(texts.resolve("binary.md"), new byte[] {(byte) 0xe4});
    Throwable why =
        RunTestBase.failed(dream(run -> run.texts().write(path, "evil").record(merge()))).cause();
    assertEquals(FailureCode.INVALID_REQUEST, ((DreamkeeperException) why).code());
    assertFalse(why.getMessage().contains("\n"));
    assertEquals("a", Files.readString(texts.resolve("a.md")));
    assertTrue(entry().operations().isEmpty());
    assertEquals(DreamStatus.ERROR, entry().status());
  }

  @Test
  void withoutAFolderOfTextsItSaysWhatIsMissing() {
    Served bare =
        Served.at(
            vertx,
            Time.system(vertx),
            Machine.REAL,
            Served.config(dir.resolve("bare")).put("address", "bare"));
    Throwable why =
        RunTestBase.failed(
                await(
                    Dreamkeeper.client(vertx, "bare")
                        .run(
                            new RunOptions().setForce(true),
                            run -> run.texts().delete("a.md").record(merge()))))
            .cause();
    bare.close();
    assertTrue(why.getMessage().contains("set texts in its configuration"), why.getMessage());
  }
}
