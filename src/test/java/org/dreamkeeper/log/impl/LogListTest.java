package org.dreamkeeper.log.impl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.LongStream;
import org.dreamkeeper.bus.FailureCode;
import org.dreamkeeper.bus.impl.json.JsonText;
import org.dreamkeeper.file.FaultyDisk.Op;
import org.dreamkeeper.log.Prune;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Filters, order, pages. */
class LogListTest extends LogTestBase {
  private static final String[] STATUSES = {"completed", "partial", "error", "undone"};
  private static final String[] TRIGGERS = {"agent-idle", "manual", "cli"};

  private static JsonArray array(Object... values) {
    return new JsonArray(List.of(values));
  }

  /** 24 entries, each status with each trigger twice. */
  private List<JsonObject> fill() throws Exception {
    List<JsonObject> entries = new ArrayList<>();
    for (int i = 1; i <= 24; i++) {
      entries.add(entry(i, STATUSES[i % 4]).put("trigger", TRIGGERS[i % 3]));
      put(entries.get(i - 1));
    }
    start();
    return entries;
  }

  private static List<String> expected(
      List<JsonObject> entries, java.util.function.Predicate<JsonObject> wanted) {
    List<String> ids = new ArrayList<>();
    for (int i = entries.size() - 1; i >= 0; i--) {
      if (wanted.test(entries.get(i))) {
        ids.add(entries.get(i).getString("id"));
      }
    }
    return ids;
  }

  @Test
  void eachFilterAndAllTogether() throws Exception {
    List<JsonObject> all = fill();
    assertEquals(expected(all, each -> true), host.ids());
    assertEquals(
        expected(all, each -> each.getString("status").equals("partial")),
        LogHost.ids(host.list(query().put("status", array("partial")))));
    assertEquals(
        expected(all, each -> !each.getString("trigger").equals("cli")),
        LogHost.ids(host.list(query().put("trigger", array("manual", "agent-idle")))));
    assertEquals(
        expected(all, each -> each.getLong("startedAt") >= 5 && each.getLong("startedAt") <= 9),
        LogHost.ids(host.list(query().put("after", 5).put("before", 9))));
    assertEquals(
        expected(all, each -> each.getLong("startedAt") >= 5 && each.getLong("startedAt") <= 9),
        LogHost.ids(host.list(query().put("after", 4.5).put("before", 9.5))));
    JsonObject narrow =
        query()
            .put("after", 2)
            .put("before", 20)
            .put("status", array("completed", "error"))
            .put("trigger", array("agent-idle", "cli"))
            .put("limit", 3);
    List<String> wanted =
        expected(
            all,
            each ->
                each.getLong("startedAt") >= 2
                    && each.getLong("startedAt") <= 20
                    && List.of("completed", "error").contains(each.getString("status"))
                    && !each.getString("trigger").equals("manual"));
    JsonObject first = host.list(narrow);
    assertEquals(wanted.subList(0, 3), LogHost.ids(first));
    JsonObject second =
        host.list(narrow.copy().put("limit", 4).put("cursor", first.getString("cursor")));
    assertEquals(wanted.subList(3, wanted.size()), LogHost.ids(second));
    assertFalse(second.containsKey("cursor"));
    assertEquals(List.of(), LogHost.ids(host.list(query().put("status", array()))));
    assertEquals(List.of(), LogHost.ids(host.list(query().put("after", 25))));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 5, 7, 24, 25, 1_000})
  void walkThroughAllPages(int limit) throws Exception {
    List<String> all = expected(fill(), each -> true);
    List<String> walked = new ArrayList<>();
    JsonObject ask = query().put("limit", limit);
    String cursor;
    do {
      JsonObject page = host.list(ask);
      walked.addAll(LogHost.ids(page));
      assertTrue(LogHost.ids(page).size() <= limit);
      cursor = page.getString("cursor");
      ask.put("cursor", cursor);
    } while (cursor != null);
    assertEquals(all, walked);
  }

  @Test
  void cursorIsGoodWhenItsEntryIsGone() throws Exception {
    List<String> all = expected(fill(), each -> true);
    JsonObject first = host.list(query().put("limit", 10));
    Files.delete(file(all.get(9)));
    Files.delete(file(all.get(10)));
    Files.delete(file(all.get(2)));
    JsonObject rest = host.list(query().put("cursor", first.getString("cursor")));
    assertEquals(all.subList(11, 24), LogHost.ids(rest));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "x",
        "!!",
        "ZHJtLTE",
        "ZHJtLTFAeA",
        "ZHJtLTFATmFO",
        "ZHJtLTFAMHgxcDM",
        "ZHJtLXhAMS4w"
      })
  void refusesACursorThatIsNone(String cursor) {
    start();
    String reason =
        host.refused(FailureCode.INVALID_REQUEST, "list", query().put("cursor", cursor));
    assertTrue(reason.contains("/cursor"), reason);
  }

  @Test
  void briefLeavesTheOperationsOut() throws Exception {
    JsonObject operation =
        new Prune(Prune.Action.KEEP, "a.md", "still good", false, null, null).toJson();
    put(completed(1).put("operations", array(operation)).put("more", 1));
    start();
    JsonObject brief =
        host.list(query().put("brief", true)).getJsonArray("entries").getJsonObject(0);
    JsonObject whole = completed(1).put("more", 1);
    whole.remove("operations");
    assertEquals(whole, brief);
    assertEquals(
        array(operation),
        host.list(query()).getJsonArray("entries").getJsonObject(0).getJsonArray("operations"));
  }

  @Test
  void idsCompareAsNumbersAndTimesAsDoubles() throws Exception {
    put(completed(9).put("startedAt", 5));
    put(completed(10).put("startedAt", 5));
    put("drm-0009", text(completed(9).put("id", "drm-0009").put("startedAt", 5)));
    String endless = "drm-123456789012345678901234567890";
    put(endless, text(completed(9).put("id", endless).put("startedAt", 5)));
    put(completed(3).put("startedAt", 5.5));
    put(completed(4).put("startedAt", -1.25));
    start();
    List<String> order = List.of("drm-3", endless, "drm-10", "drm-9", "drm-0009", "drm-4");
    assertEquals(order, host.ids());
    List<String> walked = new ArrayList<>();
    JsonObject page = query();
    do {
      JsonObject ask = query().put("limit", 1);
      page =
          host.list(page.containsKey("cursor") ? ask.put("cursor", page.getString("cursor")) : ask);
      walked.addAll(LogHost.ids(page));
    } while (page.containsKey("cursor"));
    assertEquals(order, walked);
    assertEquals(
        List.of("drm-3"), LogHost.ids(host.list(query().put("after", 5.25).put("before", 5.5))));
    assertEquals(-1.25, host.get("drm-4").getDouble("startedAt"));
  }

  static String text(JsonObject entry) {
    return new String(JsonText.print(entry), java.nio.charset.StandardCharsets.UTF_8);
  }

  @Test
  void pageEndsBeforeItIsTooLarge() throws Exception {
    String large = "x".repeat(LogHost.MAX_MESSAGE_BYTES / 3);
    for (int i = 1; i <= 5; i++) {
      put(completed(i).put("text", large));
    }
    put(completed(6).put("text", large.repeat(4)));
    start();
    List<List<String>> pages = new ArrayList<>();
    JsonObject ask = query();
    String cursor;
    do {
      JsonObject page = host.list(ask);
      pages.add(LogHost.ids(page));
      cursor = page.getString("cursor");
      ask.put("cursor", cursor);
    } while (cursor != null);
    assertEquals(
        List.of(
            List.of("drm-6"),
            List.of("drm-5", "drm-4"),
            List.of("drm-3", "drm-2"),
            List.of("drm-1")),
        pages);
  }

  @Test
  void readsOnlyWhatItReturnsAndThatOnce() throws Exception {
    LongStream.rangeClosed(1, 300).forEach(this::putQuietly);
    Files.setLastModifiedTime(log, FileTime.fromMillis(System.currentTimeMillis() - 10_000));
    start();
    Set<String> read = ConcurrentHashMap.newKeySet();
    disk.on(Op.READ, read::add);
    disk.on(Op.LIST, name -> read.add("the whole directory"));
    host.list(query().put("limit", 5));
    assertEquals(
        new TreeSet<>(
            List.of(
                "drm-300.json", "drm-299.json", "drm-298.json", "drm-297.json", "drm-296.json")),
        new TreeSet<>(read));
    read.clear();
    host.list(query().put("limit", 5));
    assertEquals(Set.of(), read);
  }

  private void putQuietly(long number) {
    try {
      put(completed(number));
    } catch (java.io.IOException failure) {
      throw new AssertionError(failure);
    }
  }
}
