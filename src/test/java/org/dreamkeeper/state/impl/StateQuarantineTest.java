package org.dreamkeeper.state.impl;

import static org.dreamkeeper.state.impl.StateHost.NOW;
import static org.dreamkeeper.state.impl.StateHost.empty;
import static org.dreamkeeper.state.impl.StateHost.merges;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import org.dreamkeeper.bus.FailureCode;
import org.dreamkeeper.file.FaultyDisk.Op;
import org.junit.jupiter.api.Test;

/** A corrupt file: what is kept of it, and where it goes. */
class StateQuarantineTest extends StateTestBase {
  private static final String MERGE =
      "{\"sourceFile\":\"a\",\"mergeTarget\":\"b\",\"reason\":\"r\",\"suggestedByDreamId\":\"drm-1\"}";
  private static final String BROKEN =
      "{\"version\":1,\"later\":{\"x\":1},\"curationsSinceDream\":7,\"lastDreamAt\":\"x\",\"totalDreams\":-1,"
          + "\"pendingMerges\":[7,"
          + MERGE
          + ",{}],\"staleSummaryPaths\":null}";

  private Message<JsonObject> increment() {
    return host.ask("incrementCurationCount", null);
  }

  private String quarantined(String name) throws Exception {
    return Files.readString(host.directory.resolve(name));
  }

  @Test
  void everyFieldThatValidatesIsKept() throws Exception {
    host.put(BROKEN);
    JsonObject salvaged =
        empty()
            .put("curationsSinceDream", 7)
            .put("later", new JsonObject().put("x", 1))
            .put("pendingMerges", new JsonArray().add(new JsonObject(MERGE)));
    assertEquals(salvaged, host.read());
    assertEquals("corrupt", host.degraded());
    assertEquals(BROKEN, host.text());

    Message<JsonObject> reply = increment();
    assertEquals(salvaged.put("curationsSinceDream", 8), reply.body());
    assertNull(reply.headers().get("degraded"));
    assertNull(host.degraded());
    assertEquals(salvaged, host.read());
    assertEquals(List.of("dream-state.json", "dream-state.json.corrupt-" + NOW), host.names());
    assertEquals(BROKEN, quarantined("dream-state.json.corrupt-" + NOW));
    assertTrue(host.text().startsWith("{\n  \"version\": 1,\n  \"later\": {"), host.text());

    List<JsonObject> events = host.events();
    assertEquals("state.quarantined", StateHost.type(events.get(0)));
    assertEquals("dream-state.json.corrupt-" + NOW, events.get(0).getString("file"));
    assertEquals(
        "[\"version\",\"later\",\"curationsSinceDream\",\"pendingMerges\"]",
        events.get(0).getJsonArray("kept").encode());
    assertEquals(
        "[\"lastDreamAt\",\"totalDreams\",\"pendingMerges/0\",\"pendingMerges/2\",\"staleSummaryPaths\"]",
        events.get(0).getJsonArray("dropped").encode());
    assertEquals("state.changed", StateHost.type(events.get(1)));
    assertEquals(2, events.size());
  }

  @Test
  void readsAndNoOpsLeaveTheCorruptFileAlone() throws Exception {
    host.put(BROKEN);
    String stamp = host.stamp();
    host.read();
    host.get("drainStaleSummaryPaths", null);
    host.get("update", new JsonObject());
    Message<JsonObject> reply = host.ask("removePendingMerges", merges());
    assertEquals("corrupt", reply.headers().get("degraded"));
    host.refused(FailureCode.INVALID_REQUEST, "write", new JsonObject());
    assertEquals(stamp, host.stamp());
    assertEquals(List.of("dream-state.json"), host.names());
  }

  @Test
  void writeOfWhatWasSalvagedRepairsTheFile() throws Exception {
    host.put(BROKEN);
    host.get("write", host.read());
    assertNull(host.degraded());
    assertEquals(2, host.names().size());
  }

  @Test
  void invalidUtf8IsCorrupt() throws Exception {
    byte[] bytes =
        StateReadTest.GOOD.replace("drm-5", "drm-\u00e9").getBytes(StandardCharsets.ISO_8859_1);
    host.put(bytes);
    assertEquals("corrupt", host.degraded());
    assertEquals(7, host.read().getInteger("curationsSinceDream"));
    increment();
    assertArrayEquals(
        bytes, Files.readAllBytes(host.directory.resolve("dream-state.json.corrupt-" + NOW)));
  }

  @Test
  void attemptsThatAreNotDurableLeaveNoCopies() throws Exception {
    host.put(BROKEN);
    Files.writeString(host.directory.resolve("dream-state.json.corrupt-1"), "older");
    host.disk.fail(Op.SYNC_DIRECTORY, "Input/output error");
    for (int i = 0; i < 6; i++) {
      host.refused(FailureCode.STORAGE_FAILED, "incrementCurationCount", null);
    }
    host.disk.heal();
    assertEquals(List.of("dream-state.json", "dream-state.json.corrupt-1"), host.names());
    increment();
    assertEquals(BROKEN, quarantined("dream-state.json.corrupt-" + NOW));
    assertEquals("older", quarantined("dream-state.json.corrupt-1"));
  }

  @Test
  void newestFiveAreKept() throws Exception {
    for (int i = 0; i < 7; i++) {
      host.put("broken " + i);
      increment();
      host.time.advance(1_000);
    }
    List<String> kept = new ArrayList<>();
    kept.add("dream-state.json");
    for (int i = 2; i < 7; i++) {
      kept.add("dream-state.json.corrupt-" + (NOW + i * 1_000L));
      assertEquals("broken " + i, quarantined(kept.get(i - 1)));
    }
    assertEquals(kept, host.names());
  }

  @Test
  void takenNameMeansALaterNumber() throws Exception {
    host.put("broken 0");
    increment();
    host.put("broken 1");
    increment();
    // Also when the clock was set back: otherwise the newest would be the first to go.
    host.time.setMillis(5);
    host.put("broken 2");
    increment();
    assertEquals("broken 0", quarantined("dream-state.json.corrupt-" + NOW));
    assertEquals("broken 1", quarantined("dream-state.json.corrupt-" + (NOW + 1)));
    assertEquals("broken 2", quarantined("dream-state.json.corrupt-" + (NOW + 2)));
  }

  @Test
  void otherNamesAreNobodysToDelete() throws Exception {
    for (String name : List.of("x", "1x", "12345678901234567890")) {
      Files.writeString(host.directory.resolve("dream-state.json.corrupt-" + name), name);
    }
    breakSevenTimes();
    assertEquals(9, host.names().size());
  }

  private void breakSevenTimes() throws Exception {
    for (int i = 0; i < 7; i++) {
      host.put("broken " + i);
      increment();
    }
  }

  @Test
  void whereThereAreNoHardLinksACopyDoes() throws Exception {
    host.put(BROKEN);
    host.disk.fail(Op.LINK, "Operation not permitted");
    increment();
    assertEquals(BROKEN, quarantined("dream-state.json.corrupt-" + NOW));
  }

  @Test
  void nothingIsWrittenInItsPlaceUnlessItIsSafe() throws Exception {
    host.put(BROKEN);
    host.disk.on(
        Op.LINK,
        name -> {
          host.disk.fail(Op.CREATE, "No space left on device");
          throw new FileSystemException(name, null, "No space left on device");
        });
    host.refused(FailureCode.STORAGE_FAILED, "incrementCurationCount", null);
    assertEquals(BROKEN, host.text());
    assertEquals(List.of("dream-state.json"), host.names());
    assertEquals("corrupt", host.degraded());
    host.disk.heal();
    assertEquals(8, increment().body().getInteger("curationsSinceDream"));
  }

  @Test
  void failedWritesDoNotFillTheQuarantine() throws Exception {
    host.put(BROKEN);
    host.disk.fail(Op.RENAME, "Input/output error");
    for (int i = 0; i < 3; i++) {
      host.refused(FailureCode.STORAGE_FAILED, "incrementCurationCount", null);
      host.time.advance(1_000);
    }
    assertEquals(List.of("dream-state.json", "dream-state.json.corrupt-" + NOW), host.names());
    assertEquals(
        1,
        host.events().stream()
            .filter(event -> event.getString("type").equals("state.quarantined"))
            .count());
    host.disk.heal();
    increment();
    assertEquals(2, host.names().size());
  }
}
