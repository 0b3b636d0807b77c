package org.dreamkeeper;

import static org.dreamkeeper.Served.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.dreamkeeper.bus.DreamkeeperException;
import org.dreamkeeper.bus.FailureCode;
import org.dreamkeeper.bus.impl.json.JsonText;
import org.dreamkeeper.file.KeptInFiles;
import org.dreamkeeper.file.Machine;
import org.dreamkeeper.junit5.ManualTime;
import org.dreamkeeper.postgres.TestDatabase;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A project goes from a directory to a database and back; in a database it is renamed, removed. */
final class ProjectsTest {
  private static final int ENTRIES = 120;
  private static final Instant DREAMT = Instant.parse("2026-04-10T12:00:00.123456789Z");

  private final Vertx vertx = Vertx.vertx();
  private final ManualTime time = new ManualTime(System.currentTimeMillis());

  @TempDir Path dir;

  @AfterEach
  void close() {
    await(vertx.close());
  }

  private DreamkeeperOptions directory(String name) {
    return new DreamkeeperOptions().setBaseDir(dir.resolve(name).toString());
  }

  private DreamkeeperOptions database(String address) {
    String uri = TestDatabase.of(dir).uri();
    return new DreamkeeperOptions().setPostgres(uri).setAddress(address);
  }

  private Served serve(DreamkeeperOptions options) {
    JsonObject config = options.toJson().put("log", new JsonObject().put("maxEntries", 1_000));
    return Served.at(vertx, time, Machine.REAL, config);
  }

  /** A directory as a host has left it, with what a rewrite must not change. */
  private Path left() throws IOException {
    Path left = dir.resolve("left");
    KeptInFiles kept = new KeptInFiles(vertx, left, "dream");
    String state =
        """
        {
          "zeta": 1.5,
          "version": 1,
          "curationsSinceDream": 3,
          "totalDreams": 7,
          "lastDreamAt": null,
          "lastDreamLogId": null,
          "big": 1e+21
        }\
        """;
    kept.putState(state);
    for (int i = 1; i <= ENTRIES; i++) {
      JsonObject entry = Calls.bareEntry("drm-" + i, i, "completed").put("completedAt", i);
      kept.putEntry("drm-" + i, text(entry.put("mine", "\u00e9 " + i)));
    }
    kept.putEntry("drm-5000", "torn");
    kept.completedAt(DREAMT);
    return left;
  }

  private static String text(JsonObject json) {
    return new String(JsonText.print(json), StandardCharsets.UTF_8);
  }

  private static Map<String, String> contents(Path directory) throws IOException {
    Map<String, String> contents = new TreeMap<>();
    try (Stream<Path> all = Files.walk(directory)) {
      for (Path each : all.filter(Files::isRegularFile).toList()) {
        String name = directory.relativize(each).toString();
        if (!name.startsWith(".dreamkeeper") && !name.contains("drm-5000")) {
          contents.put(name, Files.readString(each));
        }
      }
    }
    return contents;
  }

  private static String refused(FailureCode code, Future<?> future) {
    DreamkeeperException refusal =
        (DreamkeeperException) assertThrows(Served.Failed.class, () -> await(future)).getCause();
    assertEquals(code, refusal.code(), refusal.getMessage());
    assertEquals(1, refusal.getMessage().lines().count());
    assertFalse(refusal.getMessage().contains("postgres:postgres"), refusal.getMessage());
    return refusal.reason();
  }

  @Test
  void goesToADatabaseAndBackByteForByte() throws IOException {
    Path left = left();
    Map<String, String> before = KeptInFiles.all(left);
    Projects.Copied there = await(Projects.copy(vertx, directory("left"), database("notes")));
    assertEquals(ENTRIES, there.entries());
    assertEquals(List.of("drm-5000: it is not a JSON object"), there.left());
    assertEquals(before, KeptInFiles.all(left), "nothing changes where it comes from");
    Projects.Copied back = await(Projects.copy(vertx, database("notes"), directory("back")));
    assertEquals(ENTRIES, back.entries());
    assertEquals(contents(left), contents(dir.resolve("back")));
    assertEquals(DREAMT, Files.getLastModifiedTime(dir.resolve("back/dream.lock")).toInstant());
  }

  @Test
  void aStampThatProvesNothingIsNoChange() throws IOException {
    Path left = left();
    FileTime ahead = FileTime.from(Instant.now().plusSeconds(3_600));
    try (Stream<Path> entries = Files.list(left.resolve("dream-log"))) {
      for (Path each : entries.toList()) {
        Files.setLastModifiedTime(each, ahead);
      }
    }
    Files.setLastModifiedTime(left.resolve("dream-log"), ahead);
    Projects.Copied there = await(Projects.copy(vertx, directory("left"), database("young")));
    assertEquals(ENTRIES, there.entries());
    assertEquals(1, there.left().size());
  }

  @Test
  void isServedFromThereWithTokensThatKeepGrowing() throws IOException {
    left();
    Served served = serve(directory("left"));
    long token = served.ask("lock", "tryAcquire", null).getLong("token");
    String id = served.ask("log", "nextId", null).getString("id");
    JsonObject entry = Calls.bareEntry(id, time.millis(), "processing");
    served.ask("log", "save", entry, "token", Long.toString(token));
    JsonArray operations = new JsonArray().add(Calls.prune());
    JsonObject more = new JsonObject().put("id", id).put("operations", operations);
    served.ask("log", "append", more, "token", Long.toString(token));
    served.ask("lock", "rollback", null, "token", Long.toString(token));
    served.close();
    await(Projects.copy(vertx, directory("left"), database("dream")));
    served = serve(database("dream"));
    assertEquals(3, served.ask("state", "read", null).getInteger("curationsSinceDream"));
    JsonObject logged = served.ask("log", "getById", new JsonObject().put("id", id));
    assertEquals("error", logged.getString("status"));
    assertEquals(operations, logged.getJsonArray("operations"));
    assertTrue(served.ask("lock", "tryAcquire", null).getLong("token") > token);
    String next = served.ask("log", "nextId", null).getString("id");
    assertTrue(Long.parseLong(next.substring(4)) > Long.parseLong(id.substring(4)));
    served.close();
  }

  @Test
  void whatIsNotEmptyOrServedOrNotThereIsRefused() throws IOException {
    left();
    String none = refused(FailureCode.STORAGE_FAILED, copy(directory("none"), database("a")));
    assertTrue(none.contains("none"), none);
    assertFalse(Files.exists(dir.resolve("none")));
    String nobody = refused(FailureCode.INVALID_REQUEST, copy(database("no"), directory("b")));
    assertTrue(nobody.startsWith("no in 127.0.0.1:"), nobody);
    assertTrue(nobody.endsWith(" is not there"), nobody);
    await(copy(directory("left"), database("a")));
    String full = refused(FailureCode.INVALID_REQUEST, copy(directory("left"), database("a")));
    assertTrue(full.endsWith(" is not empty"), full);
    try (Served served = serve(directory("left"))) {
      served.ask("state", "read", null);
      String used = refused(FailureCode.BUSY, copy(directory("left"), database("c")));
      assertTrue(used.contains(" is served by "), used);
    }
    try (Served served = serve(database("a"))) {
      served.ask("state", "read", null);
      String used = refused(FailureCode.BUSY, copy(database("a"), directory("b")));
      assertTrue(used.startsWith("a is served by process "), used);
    }
    refused(FailureCode.INVALID_REQUEST, copy(database("a"), database("a")));
  }

  private Future<?> copy(DreamkeeperOptions from, DreamkeeperOptions to) {
    return Projects.copy(vertx, from, to);
  }

  @Test
  void whatChangesWhileItIsCopiedIsNoCopy() throws IOException {
    left();
    TestDatabase database = TestDatabase.of(dir);
    database.sql(
        """
        CREATE OR REPLACE FUNCTION dreamkeeper.meddle() RETURNS trigger LANGUAGE plpgsql AS
         $$ BEGIN NEW.content = '{"id": "other"}'; RETURN NEW; END $$
        """);
    database.sql(
        """
        CREATE TRIGGER meddle BEFORE INSERT ON dreamkeeper.entry
         FOR EACH ROW WHEN (NEW.id = 'drm-77') EXECUTE FUNCTION dreamkeeper.meddle()
        """);
    String no = refused(FailureCode.INVALID_REQUEST, copy(directory("left"), database("a")));
    assertTrue(no.contains("drm-77 is not the same; remove it, and copy again"), no);
  }

  @Test
  void isRenamedAndRemoved() throws IOException {
    left();
    await(copy(directory("left"), database("one")));
    await(copy(directory("left"), database("two")));
    String taken =
        refused(FailureCode.INVALID_REQUEST, Projects.rename(vertx, database("one"), "two"));
    assertTrue(taken.endsWith(" cannot be two: it is there"), taken);
    await(Projects.rename(vertx, database("one"), "three"));
    refused(FailureCode.INVALID_REQUEST, Projects.remove(vertx, database("one")));
    await(copy(database("three"), directory("back")));
    assertEquals(contents(dir.resolve("left")), contents(dir.resolve("back")));
    await(Projects.remove(vertx, database("three")));
    refused(FailureCode.INVALID_REQUEST, copy(database("three"), directory("again")));
    assertEquals("two", TestDatabase.of(dir).sql("SELECT min(project) FROM dreamkeeper.entry"));
    assertNull(TestDatabase.of(dir).sql("SELECT min(project) FROM dreamkeeper.project"));
    await(copy(directory("left"), database("three")));
  }
}
