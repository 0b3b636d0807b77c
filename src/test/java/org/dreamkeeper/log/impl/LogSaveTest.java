package org.dreamkeeper.log.impl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.dreamkeeper.Keepers;
import org.dreamkeeper.bus.FailureCode;
import org.dreamkeeper.file.FaultyDisk.Op;
import org.dreamkeeper.log.DreamLogEntry;
import org.dreamkeeper.log.DreamOperation;
import org.dreamkeeper.log.LogClient;
import org.dreamkeeper.log.Prune;
import org.dreamkeeper.log.Synthesize;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is saved, how, and under whose token. */
class LogSaveTest extends LogTestBase {

  @ParameterizedTest
  @ValueSource(strings = {"processing", "completed", "partial", "error", "undone"})
  void savedEntryIsReadAndOnDisk(String status) throws Exception {
    start();
    JsonObject entry = entry(time.millis(), status).put("future", new JsonArray().add(1));
    host.save(entry);
    assertEquals(entry.encode(), host.get(entry.getString("id")).encode());
    assertEquals(entry.encode(), onDisk(entry.getString("id")).encode());
    JsonObject told = host.events("log.saved").get(0);
    assertEquals(entry.getString("id"), told.getString("id"));
    assertEquals(status, told.getString("status"));
  }

  @Test
  void createsTheDirectory() throws Exception {
    Files.delete(log);
    start();
    assertEquals(List.of(), host.ids());
    host.save(completed(1));
    assertEquals(List.of("drm-1"), host.ids());
  }

  @Test
  void replacesWhole() throws Exception {
    start();
    host.save(completed(7).put("note", "x"));
    host.save(entry(7, "undone"));
    assertEquals(entry(7, "undone"), host.get("drm-7"));
    assertEquals(List.of("drm-7"), host.ids());
    assertEquals(List.of("drm-7.json"), names());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "drm-",
        "drm-1x",
        "drm-1\n",
        "../drm-1",
        "drm-1/../../x",
        "1",
        "drm-12345678901234567"
      })
  void refusesAnIdOfTheWrongForm(String id) throws Exception {
    start();
    host.refused(FailureCode.INVALID_REQUEST, "save", completed(1).put("id", id));
    assertEquals(List.of(), names());
  }

  @ParameterizedTest
  @ValueSource(doubles = {-0.0001, 1.0001})
  void refusesAConfidenceOutOfRange(double confidence) {
    start();
    String reason = host.refused(FailureCode.INVALID_REQUEST, "save", synthesis(confidence));
    assertTrue(reason.contains("/operations/0/confidence"), reason);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.82, 1})
  void acceptsAConfidenceInRange(double confidence) {
    start();
    host.save(synthesis(confidence));
    assertEquals(synthesis(confidence), host.get("drm-1"));
  }

  private static JsonObject synthesis(double confidence) {
    Synthesize operation =
        new Synthesize(Synthesize.Action.CREATE, "out.md", List.of("in.md"), confidence, false);
    return completed(1).put("operations", new JsonArray().add(operation.toJson()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"completedAt", "abortReason", "status", "summary", "operations"})
  void refusesWhatItsStatusLacks(String field) {
    start();
    JsonObject entry = entry(1, "partial");
    entry.remove(field);
    host.refused(FailureCode.INVALID_REQUEST, "save", entry);
  }

  @Test
  void twoHundredAtOnceShareTheirSyncs() throws Exception {
    start();
    AtomicInteger syncs = new AtomicInteger();
    disk.on(Op.SYNC_DIRECTORY, name -> syncs.incrementAndGet());
    List<Future<Message<JsonObject>>> saves = new ArrayList<>();
    for (int i = 1; i <= 200; i++) {
      saves.add(host.send("save", completed(i)));
    }
    saves.forEach(LogHost::await);
    assertEquals(200, host.ids().size());
    assertEquals(200, names().size());
    assertTrue(syncs.get() < 100, syncs + " syncs of the directory");
    assertEquals(200, host.events("log.saved").size());
  }

  @Test
  void twoSavesOfOneIdKeepTheirOrderAndAreWrittenOnce() throws Exception {
    start();
    CountDownLatch go = new CountDownLatch(1);
    AtomicInteger written = new AtomicInteger();
    disk.on(
        Op.CREATE,
        name -> {
          written.incrementAndGet();
          await(go);
        });
    Future<?> first = host.send("save", completed(1));
    List<Future<?>> behind = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      behind.add(host.send("save", completed(2).put("round", i)));
    }
    behind.add(host.send("save", completed(3)));
    host.send("getById", new JsonObject().put("id", "x"));
    go.countDown();
    LogHost.await(first);
    behind.forEach(LogHost::await);
    assertEquals(19, host.get("drm-2").getInteger("round"));
    assertEquals(19, onDisk("drm-2").getInteger("round"));
    assertTrue(written.get() <= 4, written + " files written");
  }

  static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void savesAndReadsKeepTheirOrder() {
    start();
    List<Future<Message<JsonObject>>> answers = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      answers.add(host.send("save", completed(1).put("round", i)));
      answers.add(host.send("getById", new JsonObject().put("id", "drm-1")));
    }
    for (int i = 0; i < 50; i++) {
      assertEquals(i, LogHost.await(answers.get(2 * i + 1)).body().getInteger("round"));
    }
  }

  @Test
  void repeatedRequestIdIsAnsweredAlikeAndDoneOnce() {
    start();
    host.save(completed(1).put("round", 1), "requestId", "a");
    host.save(completed(1).put("round", 2), "requestId", "b");
    host.save(completed(1).put("round", 1), "requestId", "a");
    assertEquals(2, host.get("drm-1").getInteger("round"));
    assertEquals(
        host.ask("nextId", null, "requestId", "c"), host.ask("nextId", null, "requestId", "c"));
  }

  @Test
  void onlyTheHoldersTokenWrites() throws Exception {
    start();
    String holder = Long.toString(host.token(1));
    host.refused(FailureCode.SUPERSEDED, "save", completed(1), "token", holder);
    host.refused(FailureCode.SUPERSEDED, "save", completed(1), "token", "0");
    host.fence(host.token(1));
    host.save(completed(1), "token", holder);
    host.fence(host.token(2));
    host.refused(FailureCode.SUPERSEDED, "save", entry(1, "undone"), "token", holder);
    assertEquals("completed", onDisk("drm-1").getString("status"));
    host.save(entry(1, "undone"));
    assertEquals("undone", onDisk("drm-1").getString("status"));
  }

  @Test
  void tokenIsStampedFromTheHeaderAlone() throws Exception {
    start();
    host.fence(host.token(1));
    host.save(completed(1).put("lockToken", 5));
    assertFalse(onDisk("drm-1").containsKey("lockToken"));
    host.save(completed(1).put("lockToken", 5), "token", Long.toString(host.token(1)));
    assertEquals(host.token(1), onDisk("drm-1").getLong("lockToken"));
    host.save(completed(1).put("lockToken", 5));
    assertEquals(host.token(1), onDisk("drm-1").getLong("lockToken"), "without a header, it stays");
    put(completed(1).put("lockToken", 77));
    host.save(completed(1));
    assertEquals(77, onDisk("drm-1").getLong("lockToken"), "also a foreign one");
  }

  @Test
  void tokenIsNotLostWhereTheOldEntryCannotBeRead() throws Exception {
    start();
    host.fence(host.token(1));
    host.save(completed(1), "token", Long.toString(host.token(1)));
    disk.fail(Op.READ, "Input/output error");
    String reason = host.refused(FailureCode.STORAGE_FAILED, "save", completed(1).put("round", 2));
    assertTrue(reason.contains("drm-1.json: Input/output error"), reason);
    disk.heal();
    assertFalse(onDisk("drm-1").containsKey("round"));
    host.save(completed(1).put("round", 3));
    assertEquals(host.token(1), onDisk("drm-1").getLong("lockToken"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"CREATE", "RENAME", "STAT"})
  void failedWriteLeavesTheOldOneWhole(String op) throws Exception {
    start();
    host.save(completed(1).put("round", 1));
    disk.fail(Op.valueOf(op), "No space left on device");
    String reason = host.refused(FailureCode.STORAGE_FAILED, "save", completed(1).put("round", 2));
    assertTrue(reason.contains("drm-1.json: No space left on device"), reason);
    disk.heal();
    assertEquals(1, host.get("drm-1").getInteger("round"));
    assertEquals(1, onDisk("drm-1").getInteger("round"));
    assertEquals(List.of("drm-1"), host.ids());
    assertEquals(List.of("drm-1.json"), names());
    host.save(completed(1).put("round", 3));
    assertEquals(3, host.get("drm-1").getInteger("round"));
  }

  @Test
  void failedWriteOfANewOneLeavesNothing() throws Exception {
    start();
    disk.fail(Op.RENAME, "Input/output error");
    host.refused(FailureCode.STORAGE_FAILED, "save", completed(1));
    assertEquals(List.of(), host.ids());
    assertNull(host.get("drm-1"));
    assertEquals(List.of(), names());
    assertEquals(List.of(), host.events("log.saved"));
  }

  @Test
  void failedLastSyncLeavesTheNewOneInDoubt() throws Exception {
    start();
    host.save(completed(1).put("round", 1));
    host.events("log.saved");
    disk.fail(Op.SYNC_DIRECTORY, "Input/output error");
    host.refused(
        FailureCode.STORAGE_FAILED, "save", completed(1).put("round", 2), "requestId", "a");
    disk.heal();
    host.refused(
        FailureCode.STORAGE_FAILED, "save", completed(1).put("round", 2), "requestId", "a");
    assertEquals(2, host.get("drm-1").getInteger("round"));
    assertEquals(2, onDisk("drm-1").getInteger("round"));
    assertEquals(List.of(), host.events("log.saved"));
  }

  @Test
  void oneFailureInAGroupIsItsOwn() throws Exception {
    start();
    disk.on(
        Op.CREATE,
        name -> {
          if (name.startsWith("drm-7.")) {
            throw new java.nio.file.FileSystemException(name, null, "Input/output error");
          }
        });
    List<Future<Message<JsonObject>>> saves = new ArrayList<>();
    for (int i = 1; i <= 20; i++) {
      saves.add(host.send("save", completed(i)));
    }
    for (int i = 1; i <= 20; i++) {
      if (i == 7) {
        LogHost.refused(FailureCode.STORAGE_FAILED, saves.get(i - 1));
      } else {
        LogHost.await(saves.get(i - 1));
      }
    }
    assertEquals(19, host.ids().size());
    assertEquals(19, names().size());
  }

  /** Unknown fields lie between the known ones, on each level. */
  private static final String TURNED =
      """
      {
        "status": "completed",
        "more": {
          "z": 1,
          "a": 2.5
        },
        "operations": [
          {
            "needsReview": false,
            "x": [],
            "reason": "old",
            "file": "a.md",
            "action": "KEEP",
            "type": "PRUNE"
          },
          {
            "sources": [],
            "confidence": 0.25,
            "x": null,
            "action": "CREATE",
            "needsReview": true,
            "type": "SYNTHESIZE",
            "outputFile": "b.md"
          },
          {
            "reason": "same",
            "y": 1e+300,
            "previousTexts": {
              "b": "B",
              "a": "A"
            },
            "inputFiles": [],
            "action": "MERGE",
            "needsReview": false,
            "type": "CONSOLIDATE"
          }
        ],
        "trigger": "cli",
        "completedAt": 15,
        "summary": {
          "synthesized": 1,
          "x": true,
          "pruned": 1,
          "errors": 0,
          "consolidated": 1,
          "flaggedForReview": 1
        },
        "id": "drm-7",
        "startedAt": 1
      }\
      """
          .stripTrailing();

  @Test
  void orderOfTheKeysStaysOnEveryLevelThroughTheTypedClient() throws Exception {
    put("drm-7", TURNED);
    start();
    LogClient client = Keepers.client(vertx, "dream", 30_000, time).log();
    DreamLogEntry entry = LogHost.await(client.getById("drm-7")).orElseThrow();
    LogHost.await(client.save(entry));
    assertEquals(TURNED, Files.readString(file("drm-7")));
    List<DreamOperation> operations = new ArrayList<>(entry.operations());
    Prune was = (Prune) operations.get(0);
    operations.set(
        0,
        new Prune(
            Prune.Action.KEEP,
            "a.md",
            "new",
            false,
            Optional.empty(),
            Optional.of("s.md"),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            was.more()));
    LogHost.await(client.save(entry.withOperations(operations).withSummary(entry.summary())));
    assertEquals(
        TURNED
            .replace("\"old\"", "\"new\"")
            .replace("\"PRUNE\"", "\"PRUNE\",\n      \"stubPath\": \"s.md\""),
        Files.readString(file("drm-7")));
  }

  @Test
  void orderMattersLessThanASaveUnderTheLock() throws Exception {
    put("drm-7", TURNED);
    start();
    host.fence(host.token(1));
    disk.fail(Op.READ, "Input/output error");
    host.save(completed(7), "token", Long.toString(host.token(1)));
    disk.heal();
    assertEquals(completed(7).put("lockToken", host.token(1)), host.get("drm-7"));
    disk.fail(Op.READ, "Input/output error");
    host.refused(FailureCode.STORAGE_FAILED, "save", completed(7));
  }

  @Test
  void whatMayBeLostWithThePowerIsNotTold() {
    start();
    host.fence(host.token(1));
    String token = Long.toString(host.token(1));
    disk.fail(Op.SYNC_DIRECTORY, "Input/output error");
    host.refused(FailureCode.STORAGE_FAILED, "save", completed(7), "token", token);
    host.refused(FailureCode.STORAGE_FAILED, "getById", new JsonObject().put("id", "drm-7"));
    host.refused(FailureCode.STORAGE_FAILED, "list", query());
    LogHost.refused(FailureCode.STORAGE_FAILED, host.outcome(host.token(1), 0));
    assertNull(host.get("drm-8"));
    AtomicInteger syncs = new AtomicInteger();
    disk.on(Op.SYNC_DIRECTORY, name -> syncs.incrementAndGet());
    assertEquals("completed", host.outcome(host.token(1)).getString("status"));
    assertEquals(1, syncs.get());
    assertEquals("completed", host.get("drm-7").getString("status"));
    assertEquals(List.of("drm-7"), host.ids());
    assertEquals(1, syncs.get());
  }

  @Test
  void whatAnEarlierHostLeftIsDurableBeforeItIsTold() throws Exception {
    put(completed(7));
    disk.on(
        Op.SYNC_DIRECTORY,
        name -> {
          if (name.equals("dream-log")) {
            throw new java.nio.file.FileSystemException(name, null, "Input/output error");
          }
        });
    start();
    host.refused(FailureCode.STORAGE_FAILED, "getById", new JsonObject().put("id", "drm-7"));
    disk.heal();
    assertEquals(completed(7), host.get("drm-7"));
  }
}
