package org.dreamkeeper;

import static org.dreamkeeper.Served.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Vertx;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.dreamkeeper.bus.FailureCode;
import org.dreamkeeper.bus.impl.json.JsonText;
import org.dreamkeeper.file.Machine;
import org.dreamkeeper.junit5.ManualTime;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Links, FIFOs and directories where our files should be; and files that are nobody's of ours. */
@DisabledOnOs(OS.WINDOWS)
final class OddFilesTest {
  /** What may stand in a file's or directory's place. */
  enum Kind {
    LINK,
    DANGLING_LINK,
    FIFO,
    FILE
  }

  private static final Instant LONG_AGO = Instant.parse("2026-01-01T00:00:00Z");

  private final Vertx vertx = Vertx.vertx();
  @TempDir Path base;
  @TempDir Path elsewhere;

  @BeforeEach
  void fillElsewhere() throws IOException {
    for (int i = 1; i < 6; i++) {
      JsonObject entry = Calls.bareEntry("drm-" + i, i, "processing");
      Files.write(elsewhere.resolve("drm-" + i + ".json"), JsonText.print(entry));
    }
    old(Files.writeString(elsewhere.resolve("drm-1.json.x.tmp"), "theirs"));
  }

  @AfterEach
  void stop() {
    await(vertx.close());
  }

  private Served serve() {
    return serve(base);
  }

  private Served serve(Path dir) {
    ManualTime time = new ManualTime(System.currentTimeMillis());
    JsonObject config = Served.config(dir).put("log", new JsonObject().put("maxEntries", 2));
    return Served.at(vertx, time, Machine.REAL, config);
  }

  private static Path old(Path file) throws IOException {
    return Files.setLastModifiedTime(file, FileTime.from(LONG_AGO));
  }

  private void put(Path at, Kind kind) throws IOException, InterruptedException {
    switch (kind) {
      case LINK -> Files.createSymbolicLink(at, elsewhere);
      case DANGLING_LINK -> Files.createSymbolicLink(at, elsewhere.resolve("nowhere"));
      case FIFO -> new ProcessBuilder("mkfifo", at.toString()).start().waitFor();
      case FILE -> Files.writeString(at, "a file");
    }
    assertTrue(Files.exists(at, LinkOption.NOFOLLOW_LINKS));
  }

  private static Map<String, String> content(Path dir) throws IOException {
    Map<String, String> content = new TreeMap<>();
    try (Stream<Path> all = Files.list(dir)) {
      for (Path each : all.toList()) {
        content.put(each.getFileName().toString(), Files.readString(each));
      }
    }
    return content;
  }

  @ParameterizedTest
  @EnumSource
  void aLogThatIsNoDirectoryIsRefusedAndNothingElsewhereIsTouched(Kind kind) throws Exception {
    put(base.resolve("dream-log"), kind);
    Map<String, String> before = content(elsewhere);
    Served served = serve();
    JsonObject entry = Calls.entry("completed", Calls.prune());
    for (ReplyException refusal :
        List.of(
            served.refused("log", "list", null),
            served.refused("log", "getById", new JsonObject().put("id", "drm-1")),
            served.refused("log", "nextId", null),
            served.refused("log", "save", entry))) {
      assertEquals(FailureCode.STORAGE_FAILED.code(), refusal.failureCode());
      String said = refusal.getMessage();
      assertTrue(said.contains("is not a directory, and links are not followed"), said);
      assertEquals(1, said.lines().count(), said);
    }
    served.ask("state", "incrementCurationCount", null);
    // What a dead host's dream came to cannot be asked.
    served.refused("lock", "tryAcquire", new JsonObject());
    assertEquals(before, content(elsewhere));
    Files.delete(base.resolve("dream-log"));
    served.ask("log", "save", entry);
    served.ask("lock", "tryAcquire", new JsonObject());
    served.close();
    assertEquals(before, content(elsewhere));
  }

  @Test
  void aLogThatBecomesALinkWhileItIsServedIsRefused() throws Exception {
    Served served = serve();
    served.ask("log", "save", Calls.bareEntry("drm-1", 1, "processing"));
    Files.move(base.resolve("dream-log"), base.resolve("moved"));
    put(base.resolve("dream-log"), Kind.LINK);
    Map<String, String> before = content(elsewhere);
    served.refused("log", "list", null);
    served.refused("log", "getById", new JsonObject().put("id", "drm-1"));
    served.refused("log", "save", Calls.bareEntry("drm-1", 1, "processing"));
    served.close();
    assertEquals(before, content(elsewhere));
  }

  @ParameterizedTest
  @CsvSource({
    "LINK, dream-state.json",
    "DANGLING_LINK, dream-state.json",
    "FIFO, dream-state.json",
    "LINK, dream.lock",
    "DANGLING_LINK, dream.lock",
    "FIFO, dream.lock",
    "LINK, dream-log/drm-5.json",
    "DANGLING_LINK, dream-log/drm-5.json",
    "FIFO, dream-log/drm-5.json"
  })
  void whatIsNoRegularFileIsNotOpened(Kind kind, String name) throws Exception {
    Files.createDirectory(base.resolve("dream-log"));
    put(base.resolve(name), kind);
    Map<String, String> before = content(elsewhere);
    Served served = serve();
    await(served.send("state", "read", null));
    await(served.send("log", "list", null));
    await(served.send("log", "getById", new JsonObject().put("id", "drm-5")));
    await(served.send("state", "incrementCurationCount", null).otherwiseEmpty());
    await(served.send("log", "save", Calls.entry("error", Calls.prune())).otherwiseEmpty());
    await(served.send("lock", "status", null).otherwiseEmpty());
    await(served.send("lock", "tryAcquire", null).otherwiseEmpty());
    served.close();
    assertEquals(before, content(elsewhere));
    assertFalse(Files.exists(elsewhere.resolve("nowhere")));
  }

  @Test
  void theBaseDirectoryItselfMayBeALink() throws Exception {
    Path link = Files.createSymbolicLink(base.resolve("link"), elsewhere);
    Served served = serve(link);
    served.ask("state", "incrementCurationCount", null);
    assertTrue(Files.exists(elsewhere.resolve("dream-state.json")));
  }

  @Test
  void onlyTemporaryFilesOfOurNamesAreSwept() throws Exception {
    Path log = Files.createDirectory(base.resolve("dream-log"));
    List<Path> theirs =
        List.of(
            base.resolve("notes.tmp"),
            base.resolve("draft.md.tmp"),
            base.resolve("draft.md.dk1-2.tmp"),
            base.resolve("my-dream-state.json.1.tmp"),
            base.resolve("dream-state.json.tmp"),
            log.resolve("my.tmp"),
            log.resolve("drm-x.json.1.tmp"));
    List<Path> ours =
        List.of(
            base.resolve("dream-state.json.4711.tmp"),
            base.resolve("dream.lock.5f0c-2a1e.tmp"),
            base.resolve("dream-state.json.corrupt-5.dk1-2.tmp"),
            log.resolve("drm-5.json.4711.99.tmp"));
    for (Path each : Stream.concat(theirs.stream(), ours.stream()).toList()) {
      old(Files.writeString(each, "x"));
    }
    serve();
    theirs.forEach(each -> assertTrue(Files.exists(each), each::toString));
    ours.forEach(each -> assertFalse(Files.exists(each), each::toString));
  }
}
