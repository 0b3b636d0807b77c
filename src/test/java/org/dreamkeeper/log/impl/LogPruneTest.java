package org.dreamkeeper.log.impl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.dreamkeeper.file.FaultyDisk.Op;
import org.dreamkeeper.store.LogId;
import org.junit.jupiter.api.Test;

/** What goes when there is too much. */
class LogPruneTest extends LogTestBase {

  private static List<JsonArray> pruned(List<JsonObject> events) {
    return events.stream().map(each -> each.getJsonArray("ids")).toList();
  }

  @Test
  void oldestGoFirst() throws Exception {
    start(3);
    for (int i : new int[] {4, 2, 1, 3, 5}) {
      host.save(completed(i));
    }
    assertEquals(List.of("drm-5", "drm-4", "drm-3"), host.ids());
    assertEquals(List.of("drm-3.json", "drm-4.json", "drm-5.json"), names());
    assertEquals(
        List.of(new JsonArray().add("drm-1"), new JsonArray().add("drm-2")),
        pruned(host.events("log.pruned")));
  }

  @Test
  void neverWhatWasSavedLast() throws Exception {
    start(2);
    host.save(completed(5));
    host.save(completed(6));
    host.save(completed(1));
    assertEquals(List.of("drm-6", "drm-5", "drm-1"), host.ids());
    host.save(completed(2));
    assertEquals(List.of("drm-6", "drm-5", "drm-2"), host.ids());
  }

  @Test
  void neverWhatWasSavedTogetherWithTheLast() throws Exception {
    start(1);
    host.save(completed(9));
    List<Future<Message<JsonObject>>> saves = new ArrayList<>();
    disk.on(Op.CREATE, name -> LogHost.await(started(saves, 3)));
    host.save(completed(8));
    disk.heal();
    saves.forEach(LogHost::await);
    assertEquals(List.of("drm-9", "drm-4", "drm-3", "drm-2"), host.ids());
  }

  /** Sends saves that queue up together, while another one is under way. */
  private Future<?> started(List<Future<Message<JsonObject>>> saves, int count) {
    if (saves.isEmpty()) {
      for (int i = 0; i < count; i++) {
        saves.add(host.send("save", completed(2 + i)));
      }
    }
    Promise<Void> arrived = Promise.promise();
    host.verticle.context().runOnContext(arrived::complete);
    return arrived.future();
  }

  @Test
  void goesByIdAlsoWhereTheClockWasAYearAhead() throws Exception {
    long ahead = time.millis() + 365L * 86_400_000;
    for (int i = 0; i < 5; i++) {
      put(completed(ahead + i));
    }
    start(5);
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      String id = host.nextId();
      host.save(entry(LogId.number(id), "error").put("startedAt", time.millis() + i));
      expected.add(0, id);
      assertEquals(id, host.get(id).getString("id"));
    }
    // The newest that can be undone stays beside them.
    expected.add(0, "drm-" + (ahead + 4));
    assertEquals(expected, host.ids());
  }

  @Test
  void neverAProcessingOne() throws Exception {
    start(2);
    host.fence(host.token(1));
    host.save(entry(1, "processing"), "token", Long.toString(host.token(1)));
    for (int i = 2; i <= 6; i++) {
      host.save(completed(i));
    }
    assertEquals(List.of("drm-6", "drm-5", "drm-1"), host.ids());
  }

  @Test
  void neverTheNewestThatCanBeUndone() throws Exception {
    start(2);
    host.save(entry(1, "partial"));
    host.save(completed(2));
    for (int i = 3; i <= 6; i++) {
      host.save(entry(i, "error"));
    }
    assertEquals(List.of("drm-6", "drm-5", "drm-2"), host.ids());
    host.save(completed(7));
    assertEquals(List.of("drm-7", "drm-6"), host.ids());
  }

  @Test
  void newestThatCanBeUndoneMayBeGoneByAForeignHand() throws Exception {
    start(2);
    host.save(completed(1));
    host.save(completed(2));
    host.save(entry(3, "error"));
    assertEquals(List.of("drm-3", "drm-2"), host.ids());
    put(completed(1));
    Files.delete(file("drm-2"));
    host.save(entry(4, "error"));
    host.save(entry(5, "error"));
    assertEquals(List.of("drm-5", "drm-4", "drm-1"), host.ids());
  }

  @Test
  void newestThatCanBeUndoneMayGoWhileOursIsWritten() throws Exception {
    start(2);
    host.save(completed(1));
    host.save(completed(2));
    disk.on(Op.CREATE, name -> Files.deleteIfExists(file("drm-2")));
    host.save(entry(3, "error"));
    disk.heal();
    assertEquals(List.of("drm-3", "drm-1"), host.ids());
  }

  @Test
  void lastDreamStaysAlsoWhereTheClockWasSetBack() throws Exception {
    start(2);
    host.save(completed(1_001));
    host.save(completed(1_002));
    host.save(completed(1_003).put("startedAt", 10));
    assertEquals(List.of("drm-1002", "drm-1003"), host.ids());
    host.save(entry(1_004, "error").put("startedAt", 20));
    host.save(entry(1_005, "error").put("startedAt", 30));
    assertEquals(List.of("drm-1005", "drm-1004", "drm-1003"), host.ids());
    host.save(completed(1_006).put("startedAt", 40));
    assertEquals(List.of("drm-1006", "drm-1005"), host.ids());
  }

  @Test
  void foreignOnesCount() throws Exception {
    for (int i = 1; i <= 9; i++) {
      put(completed(i));
    }
    start(5);
    assertEquals(9, host.ids().size(), "only a save prunes");
    put(completed(10));
    host.save(completed(11));
    assertEquals(List.of("drm-11", "drm-10", "drm-9", "drm-8", "drm-7"), host.ids());
  }

  @Test
  void unreadableOnesAreNeitherCountedNorRemoved() throws Exception {
    put("drm-1", "{");
    JsonObject lacking = completed(5);
    lacking.remove("summary");
    put(lacking);
    put(completed(2));
    put(completed(3));
    start(3);
    host.save(completed(6));
    assertEquals(List.of("drm-6", "drm-3", "drm-2"), host.ids());
    host.save(completed(7));
    assertEquals(List.of("drm-7", "drm-6", "drm-3"), host.ids());
    assertTrue(names().containsAll(List.of("drm-1.json", "drm-5.json")), names().toString());
  }

  @Test
  void oneThatOnlyLooksLikeTheNewestCompletedProtectsNothing() throws Exception {
    put(completed(2));
    JsonObject lacking = completed(5);
    lacking.remove("summary");
    put(lacking);
    start(1);
    host.save(entry(6, "error"));
    assertEquals(List.of("drm-6", "drm-2"), host.ids());
  }

  @Test
  void prunedEvenIfThereIsTooMuchToCheckInOneStep() throws Exception {
    for (int i = 1; i <= 1_200; i++) {
      put(completed(i));
    }
    start(10);
    host.save(completed(2_000));
    // Each is one step further, for the steps stand in the mailbox's order.
    for (int i = 0; i < 100 && names().size() > 10; i++) {
      host.settle();
    }
    assertEquals(10, host.ids().size());
    assertEquals(1_191, host.events("log.pruned").get(0).getJsonArray("ids").size());
  }

  @Test
  void costsWhatItPrunes() throws Exception {
    start(20);
    for (int i = 1; i <= 25; i++) {
      host.save(completed(i));
    }
    AtomicInteger operations = new AtomicInteger();
    for (Op op : Op.values()) {
      disk.on(op, name -> operations.incrementAndGet());
    }
    disk.on(
        Op.LIST,
        name -> {
          throw new AssertionError("a listing");
        });
    host.save(completed(26));
    assertTrue(operations.get() < 20, operations + " operations");
    disk.heal();
    assertEquals(20, host.ids().size());
  }

  @Test
  void failureToDeleteDoesNotFailTheSave() throws Exception {
    start(1);
    host.save(completed(1));
    disk.fail(Op.DELETE, "Input/output error");
    host.save(completed(2));
    assertEquals(List.of("drm-2", "drm-1"), host.ids());
    disk.heal();
    host.save(completed(3));
    assertEquals(List.of("drm-3"), host.ids());
  }
}
