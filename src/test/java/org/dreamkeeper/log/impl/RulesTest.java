package org.dreamkeeper.log.impl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.dreamkeeper.log.DreamStatus;
import org.dreamkeeper.log.impl.InterruptionRule.Moment;
import org.dreamkeeper.store.Carried;
import org.dreamkeeper.store.EntryVersion;
import org.dreamkeeper.store.LogStore.Removal;
import org.dreamkeeper.store.StoredEntry;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The rules of the log, each by a table: no store, no bus, no clock. */
class RulesTest {
  private static final long STALE_MS = 600_000;
  private static final long EPOCH = 5;
  private static final long NOW = 2_000_000;

  private static Row row(JsonObject entry, long touchedAt) {
    EntryVersion version = new EntryVersion(entry.getString("id"), "1", true, touchedAt, 10, 100);
    return Row.of(new StoredEntry(version, entry, null, false));
  }

  private static Row row(int id, String status) {
    return row(LogTestBase.entry(id, status), id);
  }

  /**
   * Entries as {@code <status><id>}: p(rocessing), c(ompleted), P(artial), e(rror), u(ndone), x.
   */
  private static Row row(String text) {
    int id = Integer.parseInt(text.substring(1));
    EntryVersion version = new EntryVersion("drm-" + id, "1", true, 0, 10, 100);
    return text.charAt(0) == 'x'
        ? Row.of(new StoredEntry(version, null, "no entry", false))
        : row(id, status(text));
  }

  private static String status(String text) {
    return switch (text.charAt(0)) {
      case 'p' -> "processing";
      case 'c' -> "completed";
      case 'P' -> "partial";
      case 'e' -> "error";
      default -> "undone";
    };
  }

  private static List<String> words(String text) {
    return text == null ? List.of() : Arrays.asList(text.split(" "));
  }

  private static String ids(List<EntryVersion> versions) {
    return String.join(" ", versions.stream().map(each -> each.id().substring(4)).toList());
  }

  @ParameterizedTest
  @CsvSource({
    // what is there, what is saved, the limit, what goes, and as long as what is there
    "'', c1, 1, '', ''",
    "c1 c2 c3, c4, 4, '', ''",
    "c1 c2 c3, c4, 3, 1, ''",
    "c1 c2 c3, c3, 2, 1, ''",
    "c1 c2 c3, c3, 3, '', ''",
    "c1 c2 c3, c4, 1, 1 2 3, ''",
    "c5 c6, c1, 2, '', 6",
    "c5 c6 c7, c1, 2, 5, 7",
    "p1 c2 c3, c4, 2, 2, ''",
    "p1 p2 p3, p4, 1, '', ''",
    "c1 e2 e3, e4, 2, 2, 1",
    "P1 e2 e3, e4, 1, 2 3, 1",
    "c1 c2 e3, e4, 1, 1 3, 2",
    "c1 c2, u2, 1, '', 1",
    "c1 c2, e2, 1, '', 1",
    "u1 u2 e3, e4, 2, 1 2, ''",
    "x1 c2 c3, c4, 3, '', ''",
    "x1 c2 c3, c4, 2, 2, ''",
    "x1 c2 c3, c1, 2, '', 3",
    "c10 c9 c11, e12, 2, 9 10, 11",
    "c1 c2 c3 c4, c5 c6, 3, 1 2 3, ''",
    "e1 e2 e3, c4 e5, 2, 1 2 3, ''"
  })
  void whatGoesWithASave(String there, String saved, int limit, String goes, String provided) {
    Rows rows = new Rows();
    words(there).stream().filter(each -> !each.isEmpty()).forEach(it -> rows.put(row(it), 0));
    Map<String, DreamStatus> saves = new HashMap<>();
    words(saved)
        .forEach(
            each ->
                saves.put("drm-" + each.substring(1), DreamStatus.of(status(each)).orElseThrow()));
    Removal removal = Retention.of(rows, saves, limit, gone -> Carried.NONE);
    assertEquals(goes, ids(removal.versions()));
    assertEquals(provided, ids(removal.provided()));
  }

  @ParameterizedTest
  @CsvSource({
    // status, token, startedAt, written, seen for, holder; interrupted?
    "processing, 7, 0, 0, 0, 7, false",
    "processing, 7, 0, 0, 0, 8, true",
    "processing, 7, 0, 0, 0, 0, true",
    "completed, 7, 0, 0, 0, 8, false",
    "error, , 0, 0, 999999, 0, false",
    "processing, , 1400000, 2000000, 0, 0, false",
    "processing, , 1399999, 2000000, 0, 0, true",
    "processing, , 2000000, 1399999, 0, 7, true",
    "processing, , 1399999.5, 2000000, 0, 7, true",
    "processing, , 2000001, 1400000, 0, 0, false",
    "processing, , 2000001, 1399999, 0, 0, true",
    "processing, , 2000001, 2000001, 600000, 0, false",
    "processing, , 2000001, 2000001, 600000.5, 0, true",
    "processing, , 1e300, 4000000, 0, 0, false",
    "processing, , -5, 2000000, 0, 0, true"
  })
  void whoIsInterrupted(
      String status,
      Long token,
      double startedAt,
      long touchedAt,
      double seenFor,
      long holder,
      boolean interrupted) {
    JsonObject entry = LogTestBase.entry(1, status).put("startedAt", startedAt);
    Row row = row(token == null ? entry : entry.put("lockToken", token), touchedAt);
    InterruptionRule rule = new InterruptionRule(STALE_MS, EPOCH);
    Moment now = new Moment(holder, NOW, seenFor);
    assertEquals(interrupted, rule.interrupted(row, now));
    if (token == null && row.is(DreamStatus.PROCESSING)) {
      // It rings when it is too old, at the earliest.
      assertTrue(rule.dueMs(row, now) > 0 || interrupted, () -> "" + rule.dueMs(row, now));
      assertTrue(!interrupted || rule.dueMs(row, now) <= 1, () -> "" + rule.dueMs(row, now));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "5242880, 0, the lock was taken over or given back before the dream ended",
    "5242879, 0, the host ended before the dream did",
    ", 1340000, nobody finished it for 11 min",
    ", 1940000, nobody finished it for 60 s",
  })
  void whatIsSaidOfAnInterruptedOne(Long token, long startedAt, String reason) {
    JsonObject entry = LogTestBase.entry(1, "processing").put("startedAt", startedAt).put("x", 1);
    Row row = row(token == null ? entry : entry.put("lockToken", token), NOW);
    JsonObject ended = new InterruptionRule(STALE_MS, EPOCH).ended(entry, row, moment());
    assertEquals("Interrupted: " + reason, ended.getString("error"));
    assertEquals("error", ended.getString("status"));
    assertEquals(NOW, ended.getLong("completedAt"));
    List<String> keys = new ArrayList<>(entry.fieldNames());
    keys.addAll(List.of("completedAt", "error"));
    assertEquals(keys, List.copyOf(ended.fieldNames()));
    assertEquals("processing", entry.getString("status"), "a copy");
  }

  private static Moment moment() {
    return new Moment(0, NOW, 0);
  }

  @ParameterizedTest
  @CsvSource({
    "'{}', 9 8 7 6 5 4 3 2 1",
    "'{\"after\":7}', 9 8 7",
    "'{\"after\":6.5,\"before\":8.5}', 8 7",
    "'{\"before\":3}', 3 2 1",
    "'{\"status\":[\"error\"]}', 8 5 2",
    "'{\"status\":[]}', ''",
    "'{\"status\":[\"error\",\"undone\"],\"after\":4}', 9 8 6 5",
    "'{\"trigger\":[\"cli\"]}', 9 6 3",
    "'{\"trigger\":[\"cli\",\"manual\"],\"status\":[\"undone\",\"completed\"]}', 9 7 6 4 3 1",
    "'{\"cursor\":\"ZHJtLTNAMy4w\"}', 2 1",
    "'{\"cursor\":\"ZHJtLTNAMy4w\",\"before\":1}', 1",
    "'{\"cursor\":\"ZHJtLTNAMy4w\",\"before\":8}', 2 1",
  })
  void whatAFilterFinds(String query, String found) {
    Rows rows = new Rows();
    for (int i = 1; i < 10; i++) {
      String status = List.of("undone", "completed", "error").get(i % 3);
      String trigger = List.of("cli", "manual", "agent-idle").get(i % 3);
      rows.put(row(LogTestBase.entry(i, status).put("trigger", trigger), 0), 0);
    }
    LogFilter filter = LogFilter.of(new JsonObject(query));
    List<String> ids =
        rows.listed().stream().filter(filter::matches).map(each -> each.id().substring(4)).toList();
    assertEquals(found, String.join(" ", ids));
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "100, 1", "101, 1", "199, 1", "200, 2", "350, 3", "1000, 4"})
  void asManyAreReadAtOnceAsMemoryHolds(long maxHeld, int fitting) {
    List<Row> rows = List.of(row("c1"), row("c2"), row("c3"), row("c4"));
    assertEquals(rows.subList(0, fitting), Rows.fitting(rows.iterator(), 9, maxHeld));
    assertEquals(
        Math.min(2, fitting), Rows.fitting(rows.iterator(), 2, maxHeld).size(), "and no more");
  }
}
