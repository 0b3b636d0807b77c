package org.dreamkeeper;

import static org.dreamkeeper.Served.await;
import static org.dreamkeeper.Served.until;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Vertx;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.dreamkeeper.file.KeptInFiles;
import org.dreamkeeper.file.Machine;
import org.dreamkeeper.file.Processes;
import org.dreamkeeper.junit5.ManualTime;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Base directories that the reference wrote, served whole. */
final class FixturesTest {
  /** When the youngest run, which is still {@code processing}, began. */
  private static final long BEGAN = 1_793_714_400_003L;

  private static final long STALE_MS = 600_000;
  private static final long DEAD_PID = 999_999;
  private static final Instant STAMP = Instant.parse("2026-11-03T09:59:00.123456789Z");
  private static final String ORPHAN = "dream-state.json.5f0c2a1e-7b1f-4d55-9f0a-0d5b8f1f3c11.tmp";
  private static final List<String> EMPTY_AND_INVALID =
      List.of("drm-1762000000000", "drm-1762000000001");
  private static final List<String> IDS =
      List.of(
          "drm-1793714400000",
          "drm-1793671200000",
          "drm-1793628000000",
          "drm-1793584800000",
          "drm-1793541600000",
          "drm-1793498400000");

  private final Vertx vertx = Vertx.vertx();

  /** Just before the run becomes too old. */
  private final ManualTime time = new ManualTime(BEGAN + STALE_MS);

  @TempDir Path dir;
  private Served served;

  @AfterEach
  void stop() {
    await(vertx.close());
  }

  private void lay(String fixture) throws Exception {
    Path from = Path.of(getClass().getResource("/fixtures/" + fixture).toURI());
    try (Stream<Path> files = Files.walk(from)) {
      for (Path each : files.toList()) {
        Path to = dir.resolve(from.relativize(each).toString());
        if (Files.isDirectory(each)) {
          Files.createDirectories(to);
        } else {
          Files.copy(each, to);
          stamp(to, Instant.ofEpochMilli(BEGAN));
        }
      }
    }
    stamp(dir.resolve("dream.lock"), STAMP);
  }

  private static void stamp(Path file, Instant modified) throws IOException {
    Files.setLastModifiedTime(file, FileTime.from(modified));
  }

  /** The fixture names a PID that may well be somebody's on this machine. */
  private static Machine machine() {
    Processes real = Machine.REAL.processes();
    Processes without =
        new Processes() {
          @Override
          public Identity self() {
            return real.self();
          }

          @Override
          public boolean alive(long pid) {
            return pid != DEAD_PID && real.alive(pid);
          }

          @Override
          public boolean alive(Identity other) {
            return real.alive(other);
          }
        };
    return new Machine(Machine.REAL.disk(), Machine.REAL.writer(), without);
  }

  private void serve() {
    served = Served.at(vertx, time, machine(), Served.config(dir));
  }

  private Path entry(String id) {
    return dir.resolve("dream-log/" + id + ".json");
  }

  private static JsonObject json(Path file) throws IOException {
    return new JsonObject(Files.readString(file));
  }

  private JsonObject logged(String id) {
    return served.ask("log", "getById", new JsonObject().put("id", id));
  }

  private Map<String, String> files() {
    Map<String, String> files = KeptInFiles.all(dir);
    // The claim and, with it, the base directory's own mtime are the host's.
    files.keySet().removeAll(Set.of("", ".dreamkeeper.claim"));
    return files;
  }

  @ParameterizedTest
  @ValueSource(strings = {"pr378", "head"})
  void areServedWholeAndLeftAsTheyAre(String fixture) throws Exception {
    lay(fixture);
    Map<String, String> before = files();
    JsonObject state = json(dir.resolve("dream-state.json"));
    serve();
    Message<JsonObject> read = await(served.send("state", "read", null));
    assertNull(read.headers().get("degraded"));
    for (String array : List.of("pendingMerges", "staleSummaryPaths")) {
      state.put(array, state.getJsonArray(array, new JsonArray()));
    }
    assertEquals(state, read.body());
    JsonObject page = served.ask("log", "list", new JsonObject());
    assertEquals(Set.of("entries", "unreadable"), page.fieldNames());
    assertEquals(0, page.getInteger("unreadable"));
    assertEquals(IDS.size(), page.getJsonArray("entries").size());
    for (int i = 0; i < IDS.size(); i++) {
      String onDisk = json(entry(IDS.get(i))).encode();
      assertEquals(onDisk, logged(IDS.get(i)).encode());
      assertEquals(onDisk, page.getJsonArray("entries").getJsonObject(i).encode());
    }
    assertEquals(
        new JsonObject()
            .put("held", false)
            .put("lastCompletedAt", STAMP.toEpochMilli())
            .put("waiting", 0),
        served.ask("lock", "status", null));
    served.close();
    assertEquals(before, files());
    assertEquals(List.of(), served.events());
  }

  @ParameterizedTest
  @ValueSource(strings = {"pr378", "head"})
  void areRewrittenByteForByte(String fixture) throws Exception {
    lay(fixture);
    byte[] state = Files.readAllBytes(dir.resolve("dream-state.json"));
    serve();
    JsonObject read = served.ask("state", "read", null);
    served.ask("state", "incrementCurationCount", null);
    assertFalse(
        new String(state, StandardCharsets.UTF_8)
            .equals(Files.readString(dir.resolve("dream-state.json"))));
    served.ask("state", "write", read);
    assertArrayEquals(state, Files.readAllBytes(dir.resolve("dream-state.json")));
    assertEquals(2, served.events("state.changed").size());
    for (String id : IDS) {
      byte[] before = Files.readAllBytes(entry(id));
      served.ask("log", "save", logged(id));
      assertArrayEquals(before, Files.readAllBytes(entry(id)), id);
    }
    assertEquals(IDS.size(), served.events("log.saved").size());
    JsonObject grant = served.ask("lock", "tryAcquire", new JsonObject());
    assertEquals(STAMP.toEpochMilli(), grant.getLong("priorMtime"));
    served.ask("lock", "rollback", null, "token", grant.getLong("token").toString());
    assertEquals(0, Files.size(dir.resolve("dream.lock")));
    assertEquals(STAMP, Files.getLastModifiedTime(dir.resolve("dream.lock")).toInstant());
  }

  @Test
  void theTornStateIsSetAsideByTheFirstWriteAndNotBefore() throws Exception {
    lay("crashed");
    byte[] torn = Files.readAllBytes(dir.resolve("dream-state.json"));
    serve();
    Message<JsonObject> read = await(served.send("state", "read", null));
    assertEquals("corrupt", read.headers().get("degraded"));
    assertEquals(0, read.body().getInteger("curationsSinceDream"));
    assertArrayEquals(torn, Files.readAllBytes(dir.resolve("dream-state.json")));
    served.ask("state", "incrementCurationCount", null);
    String aside = "dream-state.json.corrupt-" + time.millis();
    assertArrayEquals(torn, Files.readAllBytes(dir.resolve(aside)));
    until(() -> !served.events("state.quarantined").isEmpty());
    assertEquals(aside, served.events("state.quarantined").get(0).getString("file"));
    read = await(served.send("state", "read", null));
    assertNull(read.headers().get("degraded"));
    assertEquals(1, read.body().getInteger("curationsSinceDream"));
    JsonObject onDisk = json(dir.resolve("dream-state.json"));
    assertEquals(1, onDisk.getInteger("curationsSinceDream"));
    assertEquals(
        Set.of("version", "curationsSinceDream", "lastDreamAt", "lastDreamLogId", "totalDreams"),
        onDisk.fieldNames());
  }

  @Test
  void theDeadProcessesLockIsFreeAtOnce() throws Exception {
    lay("crashed");
    stamp(dir.resolve("dream.lock"), Instant.ofEpochMilli(time.millis() - 1_000));
    serve();
    assertFalse(served.ask("lock", "status", null).getBoolean("held"));
    JsonObject grant = served.ask("lock", "tryAcquire", new JsonObject());
    assertTrue(grant.getBoolean("acquired"));
    assertEquals(time.millis() - 1_000, grant.getLong("priorMtime"));
    assertEquals(
        new JsonObject().put("pid", DEAD_PID).put("foreign", true).put("why", "dead"),
        grant.getJsonObject("reclaimed"));
    assertEquals("dead", served.events("lock.takenOver").get(0).getString("why"));
  }

  @Test
  void theEmptyAndTheInvalidEntryAreCountedAndCostNobodyHisPlace() throws Exception {
    lay("crashed");
    serve();
    JsonObject page = served.ask("log", "list", new JsonObject().put("limit", 5));
    assertEquals(2, page.getInteger("unreadable"));
    assertEquals(IDS.subList(0, 5), ids(page));
    page = served.ask("log", "list", new JsonObject().put("cursor", page.getString("cursor")));
    assertEquals(IDS.subList(5, 6), ids(page));
    assertFalse(page.containsKey("cursor"));
    for (String id : EMPTY_AND_INVALID) {
      assertNull(logged(id));
    }
    until(() -> served.events("log.unreadable").size() == EMPTY_AND_INVALID.size());
    assertEquals(
        Set.copyOf(EMPTY_AND_INVALID),
        served.events("log.unreadable").stream()
            .map(event -> event.getString("id"))
            .collect(Collectors.toSet()));
    assertEquals("not an entry", Files.readString(dir.resolve("dream-log/notes.txt")));
  }

  private static List<String> ids(JsonObject page) {
    return page.getJsonArray("entries").stream()
        .map(entry -> ((JsonObject) entry).getString("id"))
        .toList();
  }

  @Test
  void theOrphanedTemporaryFileStaysWhileItMayBeSomebodys() throws Exception {
    lay("crashed");
    // Files are as old as the machine's clock says, not the injected one.
    stamp(dir.resolve(ORPHAN), Instant.now().minus(Duration.ofMinutes(50)));
    serve();
    served.ask("state", "incrementCurationCount", null);
    assertTrue(Files.exists(dir.resolve(ORPHAN)));
    served.close();
    stamp(dir.resolve(ORPHAN), Instant.now().minus(Duration.ofMinutes(61)));
    serve();
    assertFalse(Files.exists(dir.resolve(ORPHAN)));
  }

  @Test
  void theRunThatNobodyIsAtEndsBeforeAnybodyAsks() throws Exception {
    lay("crashed");
    Map<String, String> before = files();
    JsonObject run = json(entry(IDS.get(0)));
    assertEquals("processing", run.getString("status"));
    time.advance(1);
    serve();
    JsonObject ended = json(entry(IDS.get(0)));
    assertTrue(ended.getString("error").startsWith("Interrupted"), ended.getString("error"));
    assertEquals(
        run.put("status", "error")
            .put("completedAt", time.millis())
            .put("error", ended.getString("error"))
            .encode(),
        ended.encode());
    assertEquals(ended, logged(IDS.get(0)));
    JsonObject processing = new JsonObject().put("status", Calls.array("processing"));
    assertEquals(List.of(), ids(served.ask("log", "list", processing)));
    assertEquals(
        List.of(IDS.get(0)),
        served.events("log.interrupted").stream().map(event -> event.getString("id")).toList());
    Map<String, String> after = files();
    for (String id : IDS.subList(1, IDS.size())) {
      assertEquals(before.get("dream-log/" + id + ".json"), after.get("dream-log/" + id + ".json"));
    }
  }

  @Test
  void theRunThatMayGoOnIsLeftUntilItsAgePassesTheLimit() throws Exception {
    lay("crashed");
    serve();
    assertEquals("processing", logged(IDS.get(0)).getString("status"));
    time.advance(1);
    assertTrue(logged(IDS.get(0)).getString("error").startsWith("Interrupted"));
  }
}
