package org.dreamkeeper;

import static org.dreamkeeper.Served.await;
import static org.dreamkeeper.Served.until;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import org.dreamkeeper.file.FaultyDisk;
import org.dreamkeeper.junit5.ManualTime;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a project holds in memory is bounded in bytes, by {@code maxBytes}. */
final class MemoryTest {
  /** So 200 KiB and a bit for one thing, or one actor's queue. */
  private static final int MAX_BYTES = 1 << 20;

  private static final int SHARE = MAX_BYTES / 5;

  @TempDir Path dir;
  private final Vertx vertx = Vertx.vertx();
  private final FaultyDisk disk = new FaultyDisk();
  private final ManualTime time = new ManualTime(1_000_000);
  private Served served;

  @BeforeEach
  void serve() {
    served = Served.at(vertx, time, disk.machine(), Served.config(dir).put("maxBytes", MAX_BYTES));
  }

  @AfterEach
  void close() {
    served.close();
    await(vertx.close());
  }

  /** How many ended with which code; 0 is a reply. */
  private static Map<Integer, Integer> codes(List<Future<Message<JsonObject>>> sent) {
    Map<Integer, Integer> codes = new TreeMap<>();
    for (Future<Message<JsonObject>> each : sent) {
      int code = await(each.transform(end -> Future.succeededFuture(code(end.cause()))));
      codes.merge(code, 1, Integer::sum);
    }
    return codes;
  }

  private static int code(Throwable failure) {
    return failure == null ? 0 : ((ReplyException) failure).failureCode();
  }

  private static JsonObject entry(int id, Object more) {
    return Calls.bareEntry("drm-" + id, id, "completed").put("completedAt", id).put("more", more);
  }

  /** More than 100 are checked off the event loop; some 64 bytes each. */
  private static JsonArray values(int count) {
    JsonArray values = new JsonArray();
    for (int i = 0; i < count; i++) {
      values.add(1);
    }
    return values;
  }

  private List<Future<Message<JsonObject>>> floodWhileTheDiskHangs(Object more) {
    CountDownLatch open = new CountDownLatch(1);
    disk.on(FaultyDisk.Op.RENAME, name -> pass(open));
    List<Future<Message<JsonObject>>> sent = new ArrayList<>();
    for (int i = 1; i <= 50; i++) {
      sent.add(served.send("log", "save", entry(i, more)));
    }
    // The last one is among those that are refused at once.
    await(sent.get(49).transform(refused -> Future.succeededFuture()));
    disk.heal();
    open.countDown();
    return sent;
  }

  @Test
  void whatQueuesUpIsBoundedAndRoomComesBack() {
    for (int round = 0; round < 3; round++) {
      assertEquals(
          "{0=10, 429=40}",
          codes(floodWhileTheDiskHangs("x".repeat(SHARE / 10 - 2_500))).toString());
    }
    // Those are checked off the event loop, but measured before.
    assertEquals("{0=3, 429=47}", codes(floodWhileTheDiskHangs(values(SHARE / 64 / 4))).toString());
    assertEquals(
        "drm-1", served.ask("log", "save", entry(1, "x".repeat(SHARE / 2))).getString("id"));
  }

  @Test
  void whatIsRepeatedHoldsRoomUntilTheFirstIsAnswered() {
    JsonObject entry = entry(1, "x".repeat(SHARE / 10 - 2_500));
    for (int round = 0; round < 2; round++) {
      CountDownLatch open = new CountDownLatch(1);
      disk.on(FaultyDisk.Op.RENAME, name -> pass(open));
      List<Future<Message<JsonObject>>> sent = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        sent.add(served.send("log", "save", entry, "requestId", "round " + round));
      }
      await(sent.get(49).transform(refused -> Future.succeededFuture()));
      disk.heal();
      open.countDown();
      assertEquals("{0=10, 429=40}", codes(sent).toString());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {10, 1_000})
  void whatIsRefusedTakesNoRoom(int values) {
    JsonObject wrong = entry(1, values(values)).put("status", "odd");
    for (int i = 0; i < 100; i++) {
      assertEquals(400, served.refused("log", "save", wrong).failureCode());
    }
    served.ask("log", "save", entry(1, "x".repeat(SHARE / 2)));
  }

  @Test
  void whoWaitsInLineHoldsRoomTooButShutsNobodyOut() {
    String token = served.ask("lock", "tryAcquire", new JsonObject()).getLong("token").toString();
    List<Future<Message<JsonObject>>> line = new ArrayList<>();
    for (int i = 0; i < 600; i++) {
      line.add(served.send("lock", "tryAcquire", new JsonObject().put("waitMs", 60_000)));
    }
    int waiting = served.ask("lock", "status", null).getInteger("waiting");
    assertTrue(waiting < 200, () -> waiting + " wait");
    served.ask("lock", "renew", null, "token", token);
    time.advance(60_000);
    assertEquals("{0=" + waiting + ", 429=" + (600 - waiting) + "}", codes(line).toString());
    assertEquals(0, served.ask("lock", "status", null).getInteger("waiting"));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 20})
  void aBodyLargerThanAShareIsTooLarge(int values) {
    Object more = values == 0 ? "x".repeat(SHARE) : values(SHARE / values);
    ReplyException failure = served.refused("log", "save", entry(1, more));
    assertEquals(413, failure.failureCode());
    assertTrue(failure.getMessage().endsWith("a fifth of maxBytes"), failure::getMessage);
  }

  @Test
  void anEntryThatWouldBeTooLargeToReadIsNotWritten() {
    Object deep = values(300);
    for (int i = 0; i < 450; i++) {
      deep = new JsonArray().add(deep);
    }
    ReplyException failure = served.refused("log", "save", entry(1, deep));
    assertEquals(413, failure.failureCode(), failure::getMessage);
    assertNull(served.ask("log", "getById", new JsonObject().put("id", "drm-1")));
  }

  private void foreign(String name, String head, String element, int count) throws IOException {
    Path file = dir.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, head + element.repeat(count) + element.replace(",", "") + "]}");
  }

  private static String head(JsonObject json) {
    String text = json.encode();
    return text.substring(0, text.length() - 1) + ",\"x\":[";
  }

  @ParameterizedTest
  @ValueSource(strings = {"{},", "\"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\","})
  void anEntryThatIsTooLargeIsUnreadableAndCostsNoOtherItsPlace(String element) throws IOException {
    for (int i = 1; i <= 3; i++) {
      served.ask("log", "save", entry(i, "x"));
    }
    foreign("dream-log/drm-9.json", head(entry(9, "x")), element, 2_500);
    for (int i = 0; i < 2; i++) {
      JsonObject page = served.ask("log", "list", new JsonObject().put("limit", 2));
      assertEquals(2, page.getJsonArray("entries").size());
      assertEquals(1, page.getInteger("unreadable"));
      assertNull(served.ask("log", "getById", new JsonObject().put("id", "drm-9")));
    }
    until(() -> served.events("log.unreadable").size() == 1);
    String reason = served.events("log.unreadable").get(0).getString("reason");
    assertTrue(reason.endsWith("a fifth of maxBytes"), reason);
  }

  @Test
  void aPageEndsBeforeItIsTooLarge() {
    for (int i = 1; i <= 10; i++) {
      served.ask("log", "save", entry(i, values(SHARE / 64 / 4)));
    }
    JsonObject page = served.ask("log", "list", new JsonObject());
    assertEquals(3, page.getJsonArray("entries").size());
    assertTrue(page.containsKey("cursor"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"{},", "\"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\","})
  void aStateThatIsTooLargeIsUnreadable(String element) throws IOException {
    served.ask("state", "incrementCurationCount", null);
    Path file = dir.resolve("dream-state.json");
    String before = Files.readString(file);
    foreign("dream-state.json", head(Calls.state()), element, 4_000);
    String large = Files.readString(file);
    Message<JsonObject> reply = await(served.send("state", "read", null));
    assertEquals("unreadable", reply.headers().get("degraded"));
    ReplyException failure = served.refused("state", "incrementCurationCount", null);
    assertEquals(507, failure.failureCode());
    assertTrue(failure.getMessage().contains("maxBytes"), failure::getMessage);
    assertEquals(large, Files.readString(file));
    Files.writeString(file, before);
    assertEquals(1, served.ask("state", "read", null).getInteger("curationsSinceDream"));
  }

  @Test
  void theStateDoesNotOutgrowItsShare() {
    int added = 0;
    JsonObject path = new JsonObject();
    ReplyException failure = null;
    for (; failure == null && added < 10_000; added++) {
      path.put("paths", new JsonArray().add("p" + added));
      Future<Message<JsonObject>> sent =
          served.send("state", "enqueueStaleSummaryPaths", path.copy());
      failure = (ReplyException) await(sent.transform(end -> Future.succeededFuture(end.cause())));
    }
    assertEquals(413, code(failure));
    assertEquals(
        added - 1, served.ask("state", "read", null).getJsonArray("staleSummaryPaths").size());
    served.ask("state", "drainStaleSummaryPaths", null);
    served.ask("state", "enqueueStaleSummaryPaths", path);
  }

  @Test
  void repliesAreRememberedWithinAShareTheLatestAlways() {
    served.ask("state", "update", new JsonObject().put("large", "x".repeat(MAX_BYTES / 20 / 3)));
    JsonObject first = count("first");
    assertEquals(first, count("first"));
    count("second");
    count("third");
    assertNotEquals(first, count("first"), "forgotten for the room it took");
    served.ask("state", "update", new JsonObject().put("large", "x".repeat(MAX_BYTES / 20)));
    assertEquals(count("last"), count("last"));
  }

  private JsonObject count(String requestId) {
    return served.ask("state", "incrementCurationCount", null, "requestId", requestId);
  }

  private static void pass(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException stop) {
      throw new AssertionError(stop);
    }
  }
}
