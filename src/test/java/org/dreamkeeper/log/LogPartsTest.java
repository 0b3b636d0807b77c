package org.dreamkeeper.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import org.dreamkeeper.file.FileStat;
import org.dreamkeeper.file.NamedFiles;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Options, ids, index and scan, each by itself. */
class LogPartsTest {
  private static final FileStat STAT = new FileStat(true, false, 1, Instant.EPOCH, "1");

  @Test
  void optionsHaveDefaults() {
    assertEquals(new LogOptions(50, 600_000), LogOptions.of(null));
    assertEquals(
        new LogOptions(7, 1_000),
        LogOptions.of(new JsonObject().put("maxEntries", 7).put("staleProcessingMs", 1_000)));
  }

  @ParameterizedTest
  @CsvSource({
    "maxEntries, 0",
    "maxEntries, 1000001",
    "maxEntries, 1.5",
    "maxEntries, '\"x\"'",
    "maxEntries, null",
    "staleProcessingMs, 999",
    "staleProcessingMs, 31536000001",
    "maxEntrys, 5"
  })
  void refusedOptionIsNamed(String key, String value) {
    JsonObject config = new JsonObject("{\"" + key + "\":" + value + "}");
    String reason =
        assertThrows(IllegalArgumentException.class, () -> LogOptions.of(config)).getMessage();
    assertTrue(reason.startsWith("log." + key), reason);
  }

  @Test
  void idsCompareAsNumbersOfAnyLength() {
    List<String> order =
        List.of(
            "drm-0", "drm-007", "drm-7", "drm-08", "drm-8", "drm-10", "drm-99999999999999999999");
    for (int i = 0; i < order.size(); i++) {
      for (int j = 0; j < order.size(); j++) {
        assertEquals(
            Integer.signum(i - j), Integer.signum(LogId.compare(order.get(i), order.get(j))));
      }
      assertTrue(LogId.compare(order.get(i), LogId.HIGHEST) < 0);
    }
  }

  @Test
  void idsAndFiles() {
    assertEquals("drm-1", LogId.ofFile("drm-1.json"));
    assertNull(LogId.ofFile("drm-1.json\n"));
    assertNull(LogId.ofFile("drm-.json"));
    assertFalse(LogId.valid("drm-1\n"));
    assertFalse(LogId.valid("drm-" + "1".repeat(201)));
    assertEquals(1L << 52, LogId.number("drm-4503599627370496"));
    assertEquals(0, LogId.number("drm-4503599627370497"));
    assertEquals(0, LogId.number("drm-9999999999999999"));
    assertEquals(0, LogId.number("drm-99999999999999999"));
  }

  @Test
  void walkMergesAllBucketsInOrder() {
    LogIndex index = new LogIndex();
    Random random = new Random(1);
    List<LogRow> rows = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      JsonObject entry =
          new JsonObject()
              .put("id", "drm-" + i)
              .put("startedAt", random.nextInt(50))
              .put("status", List.of(DreamStatus.values()).get(random.nextInt(5)).json())
              .put("trigger", List.of(DreamTrigger.values()).get(random.nextInt(3)).json());
      rows.add(LogRow.of("drm-" + i, entry::getValue, STAT, true, true));
    }
    rows.forEach(index::put);
    rows.sort(LogRow.ORDER);
    LogWalk walk =
        index.newest(
            EnumSet.allOf(DreamStatus.class), EnumSet.allOf(DreamTrigger.class), rows.get(99));
    for (int i = 100; i < 500; i++) {
      assertEquals(rows.get(i), walk.next());
    }
    assertNull(walk.next());
    for (int i = 0; i < 500; i++) {
      assertEquals("drm-" + i, index.oldest(1).get(0).id());
      index.remove("drm-" + i);
    }
    assertEquals(0, index.readable());
    assertEquals(499, index.highest());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"a\":{\"id\":\"x\"},\"id\":\"drm-1\",\"startedAt\":1.5,\"status\":\"error\",\"trigger\":\"cli\",\"lockToken\":7}",
        "{\"id\":\"x\",\"id\":\"drm-1\",\"startedAt\":15e-1,\"status\":\"error\",\"trigger\":\"cli\",\"lockToken\":7.0,\"l\":[[1]]}"
            + " \n"
      })
  void scanFindsTheFieldsOfTheTopLevel(String text) {
    LogRow row = scan(text.getBytes(StandardCharsets.UTF_8));
    assertNull(row.flaw());
    assertEquals(1.5, row.startedAt());
    assertEquals(DreamStatus.ERROR, row.status());
    assertEquals(DreamTrigger.CLI, row.trigger());
    assertEquals(7, row.lockToken());
  }

  @Test
  void scanTakesMalformedUtf8AsTheParserDoes() {
    byte[] text =
        "{\"id\":\"drm-1\",\"startedAt\":1,\"status\":\"error\",\"trigger\":\"cli\",\"x\":\"?\"}"
            .getBytes(StandardCharsets.UTF_8);
    text[text.length - 3] = (byte) 0xff;
    assertNull(scan(text).flaw());
  }

  private static LogRow scan(byte[] text) {
    return EntryScan.scan("drm-1", new NamedFiles.Content(text, STAT, true));
  }
}
