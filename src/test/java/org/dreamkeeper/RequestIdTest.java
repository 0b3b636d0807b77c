package org.dreamkeeper;

import static org.dreamkeeper.Served.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.dreamkeeper.file.FaultyDisk;
import org.dreamkeeper.junit5.ManualTime;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is the same request, and what is another one that bears its id. */
final class RequestIdTest {
  private static final String ONCE = "once";

  /** A body of many values is checked off the event loop. */
  private static final int MANY = 20_000;

  @TempDir Path dir;
  private final Vertx vertx = Vertx.vertx();
  private final FaultyDisk disk = new FaultyDisk();
  private Served served;

  @BeforeEach
  void serve() {
    served = Served.at(vertx, new ManualTime(1_000_000), disk.machine(), Served.config(dir));
  }

  @AfterEach
  void close() {
    served.close();
    await(vertx.close());
  }

  private JsonObject add(int by, String... headers) {
    return served.ask("state", "incrementCurationCount", by(by), with(headers));
  }

  private static JsonObject by(Object by) {
    return new JsonObject().put("by", by);
  }

  private static String[] with(String... headers) {
    List<String> all = new ArrayList<>(List.of("requestId", ONCE));
    all.addAll(List.of(headers));
    return all.toArray(String[]::new);
  }

  private void isAnother(String actor, String action, JsonObject body, String... headers) {
    ReplyException failure = served.refused(actor, action, body, with(headers));
    assertEquals(400, failure.failureCode(), failure::getMessage);
    assertTrue(failure.getMessage().contains("header requestId \"once\" was used before"));
  }

  private int curations() {
    return served.ask("state", "read", null).getInteger("curationsSinceDream");
  }

  @Test
  void anotherActionBodyTokenOrRevisionIsRefused() {
    add(2);
    isAnother("state", "drainStaleSummaryPaths", null);
    isAnother("state", "incrementCurationCount", by(3));
    isAnother("state", "incrementCurationCount", null);
    isAnother("state", "incrementCurationCount", by(2), "token", "7");
    isAnother("state", "incrementCurationCount", by(2), "revision", "7");
    assertEquals(2, curations());
    assertEquals(2, add(2).getInteger("curationsSinceDream"));
  }

  @Test
  void anotherDeadlineOrOrderOfKeysOrFormOfANumberIsTheSame() {
    JsonObject patch = new JsonObject().put("a", 1).put("b", new JsonArray().add(1e21).add("x"));
    String revision =
        await(served.send("state", "update", patch, with())).headers().get("revision");
    JsonObject again =
        new JsonObject()
            .put("b", new JsonArray().add(new java.math.BigInteger("1" + "0".repeat(21))).add("x"))
            .put("a", 1.0);
    Message<JsonObject> reply =
        await(served.send("state", "update", again, with("deadline", "2000000")));
    assertEquals(revision, reply.headers().get("revision"));
    isAnother("state", "update", new JsonObject().put("a", 1).put("b", new JsonArray().add("x")));
    isAnother("state", "update", new JsonObject().put("a", "1").put("b", patch.getValue("b")));
  }

  @Test
  void isSoWhileTheFirstOneIsUnderWay() {
    CountDownLatch open = new CountDownLatch(1);
    disk.on(FaultyDisk.Op.RENAME, name -> pass(open));
    Future<Message<JsonObject>> first =
        served.send("state", "incrementCurationCount", by(2), with());
    isAnother("state", "incrementCurationCount", by(3));
    isAnother("state", "drainStaleSummaryPaths", null);
    Future<Message<JsonObject>> same =
        served.send("state", "incrementCurationCount", by(2), with());
    disk.heal();
    open.countDown();
    assertEquals(2, await(first).body().getInteger("curationsSinceDream"));
    assertEquals(2, await(same).body().getInteger("curationsSinceDream"));
    assertEquals(2, curations());
  }

  @Test
  void anotherInstanceDoesNotDoItAgain() {
    Message<JsonObject> first =
        await(served.send("state", "incrementCurationCount", by(2), with()));
    String instance = first.headers().get("instance");
    assertEquals(2, add(2, "instance", instance).getInteger("curationsSinceDream"));
    assertEquals(
        instance,
        await(served.send("lock", "status", null)).headers().get("instance"),
        "as others");
    assertEquals(instance, served.events("state.changed").get(0).getString("instance"));
    served.close();
    serve();
    ReplyException failure =
        served.refused("state", "incrementCurationCount", by(2), with("instance", instance));
    assertEquals(503, failure.failureCode());
    assertTrue(failure.getMessage().contains("another one serves"), failure::getMessage);
    assertEquals(2, curations());
    assertEquals(4, add(2).getInteger("curationsSinceDream"), "it does not remember");
  }

  @Test
  void isSoForTheLock() {
    JsonObject wish = new JsonObject().put("owner", "me");
    JsonObject grant = served.ask("lock", "tryAcquire", wish, with());
    Future<Message<JsonObject>> waiter =
        served.send("lock", "tryAcquire", wish.copy().put("waitMs", 60_000), "requestId", "wait");
    assertEquals(grant, served.ask("lock", "tryAcquire", wish, with()));
    isAnother("lock", "tryAcquire", new JsonObject().put("owner", "you"));
    ReplyException shorter =
        served.refused("lock", "tryAcquire", wish.copy().put("waitMs", 1), "requestId", "wait");
    assertEquals(400, shorter.failureCode());
    served.ask("lock", "release", null, "token", grant.getLong("token").toString());
    assertTrue(await(waiter).body().getBoolean("acquired"));
  }

  @Test
  void isSoForLargeBodiesThatAreStillBeingChecked() {
    List<Future<Message<JsonObject>>> sent = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      sent.add(served.send("state", "update", large(i / 5), with()));
    }
    sent.add(served.send("state", "update", new JsonObject().put("x", 0), with()));
    sent.add(served.send("state", "update", large(0), with()));
    List<Integer> codes = new ArrayList<>();
    for (Future<Message<JsonObject>> each : sent) {
      codes.add(await(each.transform(end -> Future.succeededFuture(code(end.cause())))));
    }
    assertEquals(List.of(0, 0, 0, 0, 0, 400, 400, 400, 400, 400, 400, 0), codes);
    assertEquals(1, served.events("state.changed").size());
    assertEquals(0, served.ask("state", "read", null).getJsonArray("x").getInteger(MANY));
  }

  private static JsonObject large(int last) {
    JsonArray many = new JsonArray();
    for (int i = 0; i < MANY; i++) {
      many.add(i);
    }
    return new JsonObject().put("x", many.add(last));
  }

  private static int code(Throwable failure) {
    return failure == null ? 0 : ((ReplyException) failure).failureCode();
  }

  private static void pass(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException stop) {
      throw new AssertionError(stop);
    }
  }
}
