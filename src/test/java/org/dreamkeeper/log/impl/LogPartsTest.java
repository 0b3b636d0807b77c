package org.dreamkeeper.log.impl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.dreamkeeper.log.DreamStatus;
import org.dreamkeeper.log.DreamTrigger;
import org.dreamkeeper.log.LogOptions;
import org.dreamkeeper.store.EntryVersion;
import org.dreamkeeper.store.LogId;
import org.dreamkeeper.store.StoredEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Options, ids, index and scan, each by itself. */
class LogPartsTest {

  @Test
  void optionsHaveDefaults() {
    assertEquals(
        new JsonObject().put("maxEntries", 50).put("staleProcessingMs", 600_000),
        new LogOptions().toJson());
    JsonObject json = new JsonObject().put("maxEntries", 7).put("staleProcessingMs", 1_000);
    assertEquals(json, new LogOptions(json).toJson());
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
        assertThrows(IllegalArgumentException.class, () -> new LogOptions(config)).getMessage();
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
  void formAndNumberOfIds() {
    assertTrue(LogId.valid("drm-1"));
    assertFalse(LogId.valid("drm-"));
    assertFalse(LogId.valid("drm-1\n"));
    assertFalse(LogId.valid("drm-" + "1".repeat(201)));
    assertEquals(1L << 52, LogId.number("drm-4503599627370496"));
    assertEquals(0, LogId.number("drm-4503599627370497"));
    assertEquals(0, LogId.number("drm-9999999999999999"));
    assertEquals(0, LogId.number("drm-99999999999999999"));
  }

  @Test
  void rowsAreKeptInBothOrders() {
    Rows rows = new Rows();
    Random random = new Random(1);
    List<Row> all = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      JsonObject entry =
          LogTestBase.entry(i, List.of(DreamStatus.values()).get(random.nextInt(5)).json())
              .put("startedAt", random.nextInt(50));
      all.add(row(entry));
    }
    all.forEach(row -> rows.put(row, 0));
    all.sort(Row.NEWEST_FIRST);
    assertEquals(all, List.copyOf(rows.listed()));
    assertEquals(all.subList(100, 500), List.copyOf(rows.listed().tailSet(all.get(99), false)));
    for (int i = 0; i < 500; i++) {
      assertEquals("drm-" + i, rows.byId().firstKey());
      rows.remove("drm-" + i);
    }
    assertTrue(rows.listed().isEmpty() && rows.processing().isEmpty());
    assertEquals(499, rows.highestId());
  }

  static Row row(JsonObject entry) {
    EntryVersion version = new EntryVersion(entry.getString("id"), "1", true, 0, 10, 100);
    return Row.of(new StoredEntry(version, entry, null, false));
  }

  @Test
  void rowOfAnEntry() {
    Row row =
        row(LogTestBase.completed(7).put("startedAt", -0.0).put("lockToken", 7.0).put("x", true));
    assertNull(row.flaw());
    assertEquals(0.0, row.startedAt());
    assertEquals(DreamStatus.COMPLETED, row.status());
    assertEquals(DreamTrigger.AGENT_IDLE, row.trigger());
    assertEquals(7, row.lockToken());
    assertEquals(12L, row.completedAt());
    assertNull(row.curationsSeen());
  }
}
