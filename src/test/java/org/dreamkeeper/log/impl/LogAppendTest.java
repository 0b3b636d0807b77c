package org.dreamkeeper.log.impl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.dreamkeeper.bus.FailureCode;
import org.dreamkeeper.file.FaultyDisk.Op;
import org.dreamkeeper.store.LogId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Operations that are added to an entry one by one. */
class LogAppendTest extends LogTestBase {
  private String id;
  private String token;

  private JsonObject begin() {
    start();
    id = host.nextId();
    host.fence(host.token(1));
    token = Long.toString(host.token(1));
    JsonObject entry = processing();
    host.save(entry, "token", token);
    return entry;
  }

  private JsonObject processing() {
    return entry(LogId.number(id), "processing").put("future", 1);
  }

  private static JsonObject operation(int n) {
    return new JsonObject()
        .put("type", "PRUNE")
        .put("action", "KEEP")
        .put("file", n + "\n\ud800.md")
        .put("reason", "r")
        .put("needsReview", n % 2 == 0)
        .put("more", 1.0);
  }

  private static JsonObject invalid() {
    return operation(0).put("action", "EAT");
  }

  private JsonObject body(JsonObject... operations) {
    return new JsonObject().put("id", id).put("operations", new JsonArray(List.of(operations)));
  }

  private JsonObject append(JsonObject... operations) {
    return host.ask("append", body(operations), "token", token);
  }

  private List<String> files(JsonObject entry) {
    return entry.getJsonArray("operations").stream()
        .map(each -> ((JsonObject) each).getString("file"))
        .toList();
  }

  private static List<String> named(int... numbers) {
    List<String> files = new ArrayList<>();
    for (int each : numbers) {
      files.add(operation(each).getString("file"));
    }
    return files;
  }

  private java.nio.file.Path journal() {
    return log.resolve(id + ".json.ops");
  }

  @Test
  void isShownAndCountedAndWholeInOneFileAtTheNextSave() throws Exception {
    begin();
    byte[] before = Files.readAllBytes(file(id));
    assertEquals(new JsonObject().put("count", 2), append(operation(1), operation(2)));
    assertEquals(new JsonObject().put("count", 3), append(operation(3)));
    JsonObject entry = host.get(id);
    assertEquals(named(1, 2, 3), files(entry));
    assertEquals(operation(2), entry.getJsonArray("operations").getJsonObject(1));
    assertEquals(3, entry.getJsonObject("summary").getInteger("pruned"));
    assertEquals(1, entry.getJsonObject("summary").getInteger("flaggedForReview"));
    assertEquals(1, entry.getInteger("future"));
    assertEquals(entry, host.list(query()).getJsonArray("entries").getJsonObject(0));
    assertEquals(new String(before, StandardCharsets.UTF_8), Files.readString(file(id)));
    host.save(
        entry.copy().put("status", "completed").put("completedAt", time.millis()), "token", token);
    assertEquals(List.of(id + ".json"), names());
    assertEquals(named(1, 2, 3), files(onDisk(id)));
  }

  @Test
  void eachIsJudgedByItself() {
    begin();
    JsonObject reply = append(operation(1), invalid(), operation(3));
    assertEquals(2, reply.getInteger("count"));
    JsonObject refused = reply.getJsonArray("refused").getJsonObject(0);
    assertEquals(1, refused.getInteger("index"));
    assertTrue(
        refused.getString("reason").startsWith("/operations/1/action: "), refused.toString());
    assertEquals(named(1, 3), files(host.get(id)));
    String reason =
        host.refused(FailureCode.INVALID_REQUEST, "append", body(invalid()), "token", token);
    assertTrue(reason.startsWith("INVALID_REQUEST: /operations/0/action"), reason);
    host.refused(FailureCode.INVALID_REQUEST, "append", body(), "token", token);
    JsonObject odd =
        new JsonObject().put("id", id).put("operations", new JsonArray().add(7).add(operation(4)));
    assertEquals(3, host.ask("append", odd).getInteger("count"), "the token is optional");
    assertEquals(named(1, 3, 4), files(host.get(id)));
  }

  @Test
  void onlyTheHolderAddsAndOnlyToWhatIsProcessing() {
    begin();
    append(operation(1));
    String other = Long.toString(host.token(2));
    host.refused(FailureCode.SUPERSEDED, "append", body(operation(2)), "token", other);
    host.refused(
        FailureCode.INVALID_REQUEST,
        "append",
        new JsonObject().put("id", "drm-1").put("operations", new JsonArray().add(operation(1))));
    host.save(completed(LogId.number(id)), "token", token);
    host.refused(FailureCode.SUPERSEDED, "append", body(operation(2)), "token", other);
    String reason =
        host.refused(FailureCode.INVALID_REQUEST, "append", body(operation(2)), "token", token);
    assertTrue(reason.contains("is completed, expected processing"), reason);
    assertEquals(List.of(), files(host.get(id)), "a save replaces all");
  }

  @Test
  void nothingIsLostInACrash() throws Exception {
    begin();
    append(operation(1));
    append(operation(2), operation(3));
    crash();
    assertEquals(List.of(id + ".json"), names());
    JsonObject entry = onDisk(id);
    assertEquals(named(1, 2, 3), files(entry));
    assertEquals("error", entry.getString("status"));
    assertEquals(3, entry.getJsonObject("summary").getInteger("pruned"));
    assertEquals(entry, host.get(id));
  }

  @Test
  void oneThatIsNotInterruptedIsWholeAgainAfterACrashAndGoesOn() throws Exception {
    begin();
    token = "";
    host.save(processing());
    JsonObject one = body(operation(1));
    host.ask("append", one);
    put(new JsonObject(Files.readString(file(id))).putNull("lockToken"));
    JsonObject unlocked = onDisk(id);
    unlocked.remove("lockToken");
    put(unlocked);
    crash();
    assertEquals(List.of(id + ".json"), names());
    assertEquals(named(1), files(onDisk(id)));
    assertEquals(2, host.ask("append", body(operation(2))).getInteger("count"));
    assertEquals(named(1, 2), files(host.get(id)));
  }

  @Test
  void endsWithTheLock() throws Exception {
    begin();
    append(operation(1));
    host.fence(0);
    host.settle();
    assertEquals(named(1), files(onDisk(id)));
    assertEquals(List.of(id + ".json"), names());
  }

  @ParameterizedTest
  @ValueSource(strings = {"00000000{}", "x", "\n", "12345678{\"type\":\"PRUNE\"}\n"})
  void tornTailDoesNotCount(String tail) throws Exception {
    begin();
    append(operation(1));
    Files.writeString(journal(), tail, StandardOpenOption.APPEND);
    assertEquals(named(1), files(host.get(id)));
    host.refused(FailureCode.STORAGE_FAILED, "append", body(operation(2)), "token", token);
    assertEquals(2, append(operation(2)).getInteger("count"));
    crash();
    assertEquals(named(1, 2), files(onDisk(id)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"OPEN", "STAT", "CREATE", "SYNC_DIRECTORY"})
  void whatFailedCanBeDoneAgain(String op) {
    begin();
    if (op.equals("OPEN")) {
      append(operation(1));
    }
    disk.fail(Op.valueOf(op), "Input/output error");
    host.refused(FailureCode.STORAGE_FAILED, "append", body(operation(2)), "token", token);
    disk.heal();
    List<String> had = new ArrayList<>(files(host.get(id)));
    append(operation(3));
    had.addAll(named(3));
    assertEquals(had, files(host.get(id)));
    append(operation(4));
    had.addAll(named(4));
    assertEquals(had, files(host.get(id)));
  }

  @Test
  void crashBehindASaveAddsNothing() throws Exception {
    begin();
    append(operation(1), operation(2));
    disk.on(
        Op.DELETE,
        name -> {
          if (name.endsWith(".ops")) {
            throw new java.nio.file.FileSystemException(name, null, "Input/output error");
          }
        });
    JsonObject ended = host.get(id).put("status", "completed").put("completedAt", 5);
    host.save(ended, "token", token);
    assertTrue(Files.exists(journal()));
    assertEquals(named(1, 2), files(host.get(id)));
    host.refused(FailureCode.INVALID_REQUEST, "append", body(operation(3)));
    disk.heal();
    crash();
    assertEquals(named(1, 2), files(host.get(id)));
    assertEquals(List.of(id + ".json"), names());
  }

  @Test
  void saveOfFewerIsWhatItSays() throws Exception {
    begin();
    append(operation(1), operation(2));
    disk.on(
        Op.RENAME,
        name -> {
          if (onDisk(id).getJsonArray("operations").size() == 2) {
            throw new java.nio.file.FileSystemException(name, null, "Input/output error");
          }
        });
    host.refused(FailureCode.STORAGE_FAILED, "save", completed(LogId.number(id)), "token", token);
    disk.heal();
    assertEquals(named(1, 2), files(host.get(id)), "the old one is whole before the new one comes");
    host.save(processing(), "token", token);
    assertEquals(List.of(), files(host.get(id)));
    assertEquals(1, append(operation(3)).getInteger("count"));
    crash();
    assertEquals(named(3), files(host.get(id)));
  }

  @Test
  void foreignEndDoesNotLoseThem() throws Exception {
    begin();
    append(operation(1));
    put(entry(LogId.number(id), "error"));
    assertEquals(named(1), files(host.get(id)));
    crash();
    assertEquals(named(1), files(onDisk(id)));
    assertEquals("Quota exceeded", onDisk(id).getString("error"));
  }

  @Test
  void foreignDeletionEndsIt() throws Exception {
    begin();
    append(operation(1));
    Files.delete(file(id));
    assertNull(host.get(id));
    host.refused(FailureCode.INVALID_REQUEST, "append", body(operation(2)), "token", token);
    host.save(processing(), "token", token);
    assertEquals(List.of(), files(host.get(id)));
    assertEquals(1, append(operation(3)).getInteger("count"));
    Files.delete(file(id));
    crash();
    assertEquals(List.of(), names());
  }

  @Test
  void tooLargeForASaveIsRefused() {
    begin();
    JsonObject large = operation(1).put("reason", "x".repeat(LogHost.MAX_MESSAGE_BYTES / 2));
    append(large);
    host.refused(FailureCode.TOO_LARGE, "append", body(large), "token", token);
    assertEquals(2, append(operation(2)).getInteger("count"));
    host.save(host.get(id), "token", token);
  }

  @Test
  void costsTheSameHoweverManyThereAre() {
    begin();
    append(operation(0));
    AtomicInteger operations = new AtomicInteger();
    for (Op op : Op.values()) {
      disk.on(op, name -> operations.incrementAndGet());
    }
    append(operation(1));
    int first = operations.getAndSet(0);
    for (int i = 2; i < 50; i++) {
      append(operation(i));
    }
    assertTrue(first <= 10 && operations.get() <= 48 * first, first + ", " + operations);
  }

  @Test
  void thoseThatQueuedUpShareTheirSync() {
    begin();
    append(operation(0));
    AtomicInteger opened = new AtomicInteger();
    disk.on(Op.OPEN, name -> opened.incrementAndGet());
    List<Future<Message<JsonObject>>> sent = new ArrayList<>();
    for (int i = 1; i <= 200; i++) {
      sent.add(host.send("append", body(operation(i)), "token", token));
    }
    for (int i = 1; i <= 200; i++) {
      assertEquals(i + 1, LogHost.await(sent.get(i - 1)).body().getInteger("count"));
    }
    assertTrue(opened.get() < 100, opened.toString());
    assertEquals(201, host.get(id).getJsonArray("operations").size());
  }

  @Test
  void repeatedRequestAddsNothing() {
    begin();
    for (int i = 0; i < 2; i++) {
      JsonObject reply =
          host.ask("append", body(operation(1)), "token", token, "requestId", "the same");
      assertEquals(1, reply.getInteger("count"));
    }
    assertEquals(named(1), files(host.get(id)));
  }
}
