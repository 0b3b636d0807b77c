package org.dreamkeeper.log.impl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.dreamkeeper.bus.FailureCode;
import org.dreamkeeper.bus.impl.json.JsonText;
import org.dreamkeeper.file.FaultyDisk.Op;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What else lies in the directory, and what others do to it. */
class LogForeignTest extends LogTestBase {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "[]",
        "{",
        "{}",
        "{\"id\":\"drm-5\",\"status\":\"unknown\"}",
        "{\"id\":\"drm-5\"} x",
        "// a comment\n{}",
        "\ufeff\ufeff{}"
      })
  void corruptEntryIsSkippedAndCostsNobodyItsPlace(String text) throws Exception {
    put("drm-5", text);
    put(completed(1));
    put(completed(2));
    put(completed(9));
    start();
    JsonObject page = host.list(query().put("limit", 2));
    assertEquals(List.of("drm-9", "drm-2"), LogHost.ids(page));
    assertEquals(1, page.getInteger("unreadable"));
    assertTrue(page.containsKey("cursor"));
    assertNull(host.get("drm-5"));
    assertEquals(text, Files.readString(file("drm-5")));
  }

  @Test
  void aByteOrderMarkIsReadOverAndNotWrittenAgain() throws Exception {
    JsonObject running = completed(5).put("status", "processing").put("startedAt", 1);
    running.remove("completedAt");
    put("drm-1", "\ufeff" + completed(1).encodePrettily());
    put("drm-5", "\ufeff" + running.encodePrettily());
    start();
    assertEquals(completed(1), host.get("drm-1"));
    assertEquals(List.of("drm-5", "drm-1"), LogHost.ids(host.list(query())));
    assertTrue(host.get("drm-5").getString("error").startsWith("Interrupted"));
    assertTrue(Files.readString(file("drm-5")).startsWith("{"));
    host.save(completed(1).put("more", 1));
    assertTrue(Files.readString(file("drm-1")).startsWith("{"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"summary", "operations", "completedAt"})
  void entryThatIsFoundInvalidWhenReadCostsNobodyItsPlace(String missing) throws Exception {
    JsonObject lacking = completed(5);
    lacking.remove(missing);
    put(lacking);
    put(completed(1));
    put(completed(2));
    put(completed(9));
    start();
    JsonObject page = host.list(query().put("limit", 2));
    assertEquals(List.of("drm-9", "drm-2"), LogHost.ids(page));
    JsonObject rest = host.list(query().put("limit", 2).put("cursor", page.getString("cursor")));
    assertEquals(List.of("drm-1"), LogHost.ids(rest));
    assertEquals(1, rest.getInteger("unreadable"));
    assertEquals(List.of("drm-1"), LogHost.ids(host.list(query().put("before", 1))));
    List<JsonObject> told = host.events("log.unreadable");
    assertEquals(1, told.size());
    assertEquals("drm-5", told.get(0).getString("id"));
  }

  @Test
  void cursorIsOnlyThereIfSomethingValidFollows() throws Exception {
    JsonObject lacking = completed(1);
    lacking.remove("summary");
    put(lacking);
    put(completed(2));
    start();
    assertNull(host.list(query().put("limit", 1)).getString("cursor"));
  }

  @Test
  void unreadableVersionIsToldOnceAndItsRepairIsSeen() throws Exception {
    put("drm-5", "{");
    start();
    host.list(query());
    assertEquals(1, host.events("log.unreadable").size(), "told at the start");
    put("drm-5", "[");
    host.list(query());
    host.list(query());
    assertEquals(1, host.events("log.unreadable").size());
    put(completed(5));
    assertEquals(List.of("drm-5"), host.ids());
    assertEquals(0, host.list(query()).getInteger("unreadable"));
  }

  @Test
  void entryUnderAnothersNameIsInvalid() throws Exception {
    put("drm-6", new String(JsonText.print(completed(5)), StandardCharsets.UTF_8));
    start();
    assertNull(host.get("drm-6"));
    assertEquals(1, host.list(query()).getInteger("unreadable"));
  }

  @Test
  void onlyNamesOfEntriesCount() throws Exception {
    put(completed(1));
    for (String name :
        List.of(
            "notes.txt",
            "drm-2.json.bak",
            "drm-x.json",
            "xdrm-2.json",
            "drm-2.json\n",
            "DRM-2.json")) {
      Files.writeString(log.resolve(name), "x");
    }
    Files.writeString(log.resolve("drm-4.json.5f0c.tmp"), "x");
    start();
    assertEquals(List.of("drm-1"), host.ids());
    assertEquals(0, host.list(query()).getInteger("unreadable"));
  }

  @Test
  void linksAndDirectoriesAreUnreadable() throws Exception {
    Path elsewhere = temporary.resolve("elsewhere.json");
    Files.write(elsewhere, JsonText.print(completed(5)));
    Files.createSymbolicLink(file("drm-5"), elsewhere);
    Files.createDirectory(file("drm-6"));
    put(completed(7));
    start();
    JsonObject page = host.list(query());
    assertEquals(List.of("drm-7"), LogHost.ids(page));
    assertEquals(2, page.getInteger("unreadable"));
    assertNull(host.get("drm-5"));
    assertNull(host.get("drm-6"));
    host.refused(FailureCode.STORAGE_FAILED, "save", completed(6));
    host.save(completed(5).put("mine", true));
    assertTrue(Files.isRegularFile(file("drm-5"), java.nio.file.LinkOption.NOFOLLOW_LINKS));
    assertEquals(completed(5), JsonText.parseObject(Files.readAllBytes(elsewhere)).orElseThrow());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../drm-1",
        "../../etc/passwd",
        "drm-1/../drm-1",
        "drm-1\n",
        "drm-1\u0000",
        "drm-1.json",
        "drm-",
        "drm--1",
        "DRM-1",
        "drm-\u0661",
        "",
        "x"
      })
  void idOfTheWrongFormNeverBecomesAPath(String id) throws Exception {
    put(completed(1));
    start();
    AtomicInteger touched = new AtomicInteger();
    disk.on(Op.STAT, name -> touched.incrementAndGet());
    disk.on(Op.READ, name -> touched.incrementAndGet());
    assertNull(host.get(id));
    assertEquals(0, touched.get());
  }

  @Test
  void addedReplacedAndDeletedIsSeenByTheNextRequest() throws Exception {
    start();
    for (int round = 0; round < 40; round++) {
      put(completed(round).put("version", 1));
      assertTrue(host.ids().contains("drm-" + round));
      put(entry(round, "partial").put("version", 2));
      JsonObject page = host.list(query().put("status", new JsonArray().add("partial")));
      assertEquals(List.of("drm-" + round), LogHost.ids(page));
      assertEquals(2, host.get("drm-" + round).getInteger("version"));
      if (round % 2 == 0) {
        host.save(completed(1_000));
      }
      Files.delete(file("drm-" + round));
      assertNull(host.get("drm-" + round));
      assertEquals(List.of("drm-1000"), host.ids());
    }
  }

  @Test
  void editInPlaceIsSeenByTheNextThatReturnsIt() throws Exception {
    put(completed(5).put("text", "aaaa"));
    put(completed(6));
    // Old enough to prove that the names are known: only the look at the file itself can tell.
    age(log);
    start();
    assertEquals(2, host.ids().size());
    Files.write(file("drm-5"), JsonText.print(completed(5).put("text", "bbbb")));
    assertEquals("bbbb", host.get("drm-5").getString("text"));
    Files.write(file("drm-5"), JsonText.print(completed(5).put("text", "cccc")));
    assertEquals(
        "cccc", host.list(query()).getJsonArray("entries").getJsonObject(1).getString("text"));
    Files.write(file("drm-5"), JsonText.print(completed(5).put("startedAt", 7)));
    assertEquals(List.of("drm-5", "drm-6"), host.ids(), "it belongs elsewhere now");
  }

  @Test
  void filterSeesAnEditInPlaceWithinTenSeconds() throws Exception {
    put(completed(5));
    put(completed(6));
    age(log);
    start();
    JsonObject failed = query().put("status", new JsonArray().add("error"));
    assertEquals(List.of(), LogHost.ids(host.list(failed)));
    Files.write(file("drm-5"), JsonText.print(entry(5, "error")));
    time.advance(10_001);
    assertEquals(List.of("drm-5"), LogHost.ids(host.list(failed)));
    assertEquals(List.of("drm-6", "drm-5"), host.ids());
  }

  @Test
  void addedInTheSameTickIsSeen() throws Exception {
    start();
    Tick tick = new Tick("dream-log", log);
    int added = 0;
    boolean seen;
    do {
      disk.heal();
      put(completed(++added));
      disk.on(Op.STAT, tick::stamp).on(Op.LIST, name -> tick.used());
      host.ids();
      put(completed(++added));
      seen = host.ids().contains("drm-" + added);
    } while (!tick.wasOne());
    assertTrue(seen);
  }

  @Test
  void editOfTheSameSizeInTheSameTickIsSeen() throws Exception {
    start();
    Tick tick = new Tick("drm-5.json", file("drm-5"));
    int round = 10;
    int seen;
    do {
      disk.heal();
      put(completed(5).put("round", round++));
      disk.on(Op.STAT, tick::stamp).on(Op.READ, name -> tick.used());
      host.get("drm-5");
      Files.write(file("drm-5"), JsonText.print(completed(5).put("round", round)));
      seen = host.get("drm-5").getInteger("round");
    } while (!tick.wasOne());
    assertEquals(round, seen);
  }

  /** Gives a file the stamp that it would have if all changes of a round were in one tick. */
  private static final class Tick {
    private final String name;
    private final Path file;
    private long stamp;
    private long usedAfter;

    Tick(String name, Path file) {
      this.name = name;
      this.file = file;
    }

    synchronized void stamp(String looked) throws java.io.IOException {
      if (looked.equals(name)) {
        stamp = stamp == 0 ? System.currentTimeMillis() : stamp;
        Files.setLastModifiedTime(file, FileTime.fromMillis(stamp));
      }
    }

    synchronized void used() {
      usedAfter = stamp > 0 && usedAfter == 0 ? 1 + System.currentTimeMillis() - stamp : usedAfter;
    }

    /** Tells whether the stamp was young when it was used; if the machine dawdled: once more. */
    synchronized boolean wasOne() {
      boolean young = usedAfter > 0 && usedAfter < 40;
      stamp = 0;
      usedAfter = 0;
      return young;
    }
  }

  @Test
  void addedWhileOursIsSavedIsSeen() throws Exception {
    put(completed(1));
    age(log);
    start();
    disk.on(Op.SYNC_DIRECTORY, name -> put(completed(2)));
    host.save(completed(3));
    disk.heal();
    assertEquals(List.of("drm-3", "drm-2", "drm-1"), host.ids());
  }

  @Test
  void whatIsDeletedAllAtOnceIsGone() throws Exception {
    List<Path> files = new ArrayList<>();
    for (int i = 1; i <= 20; i++) {
      put(completed(i));
      files.add(file("drm-" + i));
    }
    start();
    assertEquals(20, host.ids().size());
    for (Path each : files) {
      Files.delete(each);
    }
    Files.delete(log);
    assertEquals(List.of(), host.ids());
    host.save(completed(3));
    assertEquals(List.of("drm-3"), host.ids());
  }

  @Test
  void directoryThatCannotBeListedFailsTheListAndNotTheActor() throws Exception {
    put(completed(1));
    disk.fail(Op.LIST, "Input/output error");
    start();
    String reason = host.refused(FailureCode.STORAGE_FAILED, "list", query());
    assertTrue(reason.contains("dream-log: Input/output error"), reason);
    host.refused(FailureCode.STORAGE_FAILED, "nextId", null);
    assertEquals(completed(1), host.get("drm-1"));
    host.save(completed(2));
    disk.heal();
    assertEquals(List.of("drm-2", "drm-1"), host.ids());
  }

  @Test
  void entryThatCannotBeReadForAMomentIsBackAfterwards() throws Exception {
    put(completed(1));
    put(completed(2));
    start();
    disk.on(
        Op.READ,
        name -> {
          if (name.equals("drm-1.json")) {
            throw new java.nio.file.FileSystemException(name, null, "Input/output error");
          }
        });
    JsonObject page = host.list(query());
    assertEquals(List.of("drm-2"), LogHost.ids(page));
    assertEquals(1, page.getInteger("unreadable"));
    host.refused(FailureCode.STORAGE_FAILED, "getById", new JsonObject().put("id", "drm-1"));
    disk.heal();
    assertEquals(completed(1), host.get("drm-1"));
    assertEquals(2, host.ids().size());
  }
}
