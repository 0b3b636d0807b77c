package org.dreamkeeper.log.impl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.dreamkeeper.Keepers;
import org.dreamkeeper.log.DreamLogEntry;
import org.dreamkeeper.log.DreamStatus;
import org.dreamkeeper.log.LogClient;
import org.dreamkeeper.log.LogOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Directories that the reference wrote. */
class LogFixturesTest extends LogTestBase {
  private static final List<String> IDS =
      List.of(
          "drm-1793714400000",
          "drm-1793671200000",
          "drm-1793628000000",
          "drm-1793584800000",
          "drm-1793541600000",
          "drm-1793498400000");

  private void lay(String fixture) throws Exception {
    Path from = Path.of(getClass().getResource("/fixtures/" + fixture + "/dream-log").toURI());
    try (Stream<Path> files = Files.list(from)) {
      for (Path each : files.toList()) {
        Path to = log.resolve(each.getFileName());
        Files.copy(each, to);
        age(to);
      }
    }
    // Just before the dream that is still going on becomes too old.
    time.setMillis(1_793_714_400_003L + LogOptions.DEFAULT_STALE_PROCESSING.toMillis());
  }

  @ParameterizedTest
  @ValueSource(strings = {"pr378", "head", "crashed"})
  void isServedWhole(String fixture) throws Exception {
    lay(fixture);
    start();
    JsonObject page = host.list(query());
    assertEquals(IDS, LogHost.ids(page));
    assertEquals(fixture.equals("crashed") ? 2 : 0, page.getInteger("unreadable"));
    for (int i = 0; i < IDS.size(); i++) {
      JsonObject onDisk = onDisk(IDS.get(i));
      assertEquals(onDisk.encode(), host.get(IDS.get(i)).encode());
      assertEquals(onDisk, page.getJsonArray("entries").getJsonObject(i));
      assertEquals(onDisk, DreamLogEntry.fromJson(onDisk).toJson());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"pr378", "head", "crashed"})
  void isRewrittenByteForByte(String fixture) throws Exception {
    lay(fixture);
    start();
    for (String id : IDS) {
      byte[] before = Files.readAllBytes(file(id));
      host.save(host.get(id));
      assertArrayEquals(before, Files.readAllBytes(file(id)));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"pr378", "head", "crashed"})
  void isRewrittenByteForByteThroughTheTypedClient(String fixture) throws Exception {
    lay(fixture);
    start();
    LogClient client = Keepers.client(vertx, "dream", 30_000, time).log();
    for (String id : IDS) {
      String before = Files.readString(file(id));
      DreamLogEntry entry = LogHost.await(client.getById(id)).orElseThrow();
      LogHost.await(client.save(entry));
      assertEquals(before, Files.readString(file(id)));
      if (entry.status() == DreamStatus.COMPLETED) {
        LogHost.await(client.save(entry.undone(Instant.ofEpochMilli(1_793_800_000_000L))));
        String after = before.replace("\"completed\"", "\"undone\"");
        assertEquals(
            after.substring(0, after.length() - 2) + ",\n  \"undoneAt\": 1793800000000\n}",
            Files.readString(file(id)));
      }
    }
  }

  @Test
  void crashedRunIsInterruptedAndNothingElseIsTouched() throws Exception {
    lay("crashed");
    byte[] completed = Files.readAllBytes(file(IDS.get(1)));
    time.advance(1);
    start();
    JsonObject ended = onDisk(IDS.get(0));
    assertEquals("error", ended.getString("status"));
    assertTrue(ended.getString("error").startsWith("Interrupted"));
    JsonObject page = host.list(query().put("status", new JsonArray().add("processing")));
    assertEquals(List.of(), LogHost.ids(page));
    assertArrayEquals(completed, Files.readAllBytes(file(IDS.get(1))));
    assertTrue(names().contains("notes.txt"));
    assertEquals("", Files.readString(file("drm-1762000000000")));
  }
}
