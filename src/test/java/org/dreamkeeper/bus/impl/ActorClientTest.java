package org.dreamkeeper.bus.impl;

import static org.dreamkeeper.Served.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.dreamkeeper.Served;
import org.dreamkeeper.bus.DreamkeeperException;
import org.dreamkeeper.bus.FailureCode;
import org.dreamkeeper.bus.impl.async.Time;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a client does where an answer does not come, before a host that does as it is told. */
final class ActorClientTest {
  /** Longer than anything takes; nothing depends on it but a hanging test. */
  private static final long LONG_MS = 30_000;

  private final Vertx vertx = Vertx.vertx();
  private final List<MultiMap> seen = new CopyOnWriteArrayList<>();
  private MessageConsumer<JsonObject> host;

  @AfterEach
  void stop() {
    await(vertx.close());
  }

  private ActorClient client(long timeoutMs) {
    Time system = Time.system(vertx);
    Time standing =
        new Time() {
          @Override
          public long millis() {
            return 1_000;
          }

          @Override
          public long nanos() {
            return system.nanos();
          }

          @Override
          public Runnable schedule(long delayMs, Runnable task) {
            return system.schedule(delayMs, task);
          }
        };
    return new ActorClient(vertx, "dream.state", timeoutMs, standing);
  }

  /** Serves: the n-th request is answered by the n-th of these, all others by the last. */
  @SafeVarargs
  private void serve(Consumer<Message<JsonObject>>... answers) {
    host =
        vertx
            .eventBus()
            .localConsumer(
                "dream.state",
                message -> {
                  seen.add(message.headers());
                  answers[Math.min(seen.size(), answers.length) - 1].accept(message);
                });
  }

  private static void silence(Message<JsonObject> message) {}

  private static Consumer<Message<JsonObject>> reply(String instance) {
    return message ->
        message.reply(
            new JsonObject().put("by", instance),
            new DeliveryOptions().addHeader("instance", instance));
  }

  private static Consumer<Message<JsonObject>> refuse(FailureCode code) {
    return message -> message.fail(code.code(), code + ": no");
  }

  private static DreamkeeperException refusal(Future<?> request) {
    Served.Failed failed = assertThrows(Served.Failed.class, () -> await(request));
    return (DreamkeeperException) failed.getCause();
  }

  private static void assertInDoubt(DreamkeeperException failure) {
    assertTrue(failure.inDoubt());
    assertNull(failure.code());
    assertEquals(ReplyFailure.TIMEOUT, failure.failureType());
    assertTrue(
        failure.getMessage().startsWith("in doubt: no answer to add at dream.state within "),
        failure::getMessage);
  }

  @Test
  void aLostAnswerIsAskedForAgainAtTheSameInstance() {
    serve(reply("A"), ActorClientTest::silence, ActorClientTest::silence, reply("A"));
    ActorClient client = client(1_200);
    await(client.read("read", null));
    assertEquals("A", await(client.write("add", null)).body().getString("by"));
    assertEquals(4, seen.size());
    assertNull(seen.get(0).get("requestId"));
    assertNull(seen.get(1).get("instance"));
    for (MultiMap again : seen.subList(2, 4)) {
      assertEquals("A", again.get("instance"));
      assertNotNull(again.get("requestId"));
      assertEquals(seen.get(1).get("requestId"), again.get("requestId"));
      assertEquals("2200", again.get("deadline"));
      assertEquals(1, again.getAll("instance").size());
    }
    await(client.write("add", null));
    assertFalse(seen.get(4).get("requestId").equals(seen.get(1).get("requestId")));
  }

  @Test
  void soItIsBeforeALeaseIsOver() {
    serve(reply("A"), ActorClientTest::silence, reply("A"));
    ActorClient client = client(LONG_MS);
    await(client.read("read", null));
    ActorClient held = client.under(new ActorClient.Hold(7, 50, lost -> {}));
    await(held.write("add", null));
    assertEquals("7", seen.get(2).get("token"));
  }

  @Test
  void withoutAnyAnswerItIsInDoubt() {
    serve(reply("A"), ActorClientTest::silence);
    ActorClient client = client(120);
    await(client.read("read", null));
    assertInDoubt(refusal(client.write("add", null)));
    assertTrue(seen.size() > 2);
  }

  @Test
  void whereTheInstanceIsNotKnownThereIsNoOtherTry() {
    serve(ActorClientTest::silence);
    assertInDoubt(refusal(client(120).write("add", null)));
    assertEquals(1, seen.size());
  }

  @Test
  void anotherInstanceLeavesItInDoubt() {
    serve(reply("A"), ActorClientTest::silence, refuse(FailureCode.NOT_SERVING), reply("B"));
    ActorClient client = client(600);
    await(client.read("read", null));
    assertInDoubt(refusal(client.write("add", null)));
    assertEquals(3, seen.size());
    // Which one it is, is remembered for requests to come.
    await(client.write("add", null));
    assertEquals("B", await(client.write("add", null)).body().getString("by"));
  }

  @Test
  void theInstanceIsThatOfAllActors() {
    vertx.eventBus().localConsumer("dream.lock", reply("A")::accept);
    serve(ActorClientTest::silence, reply("A"));
    ActorClient client = client(600);
    await(client.to("dream.lock").read("status", null));
    await(client.write("add", null));
    assertEquals("A", seen.get(1).get("instance"));
  }

  @Test
  void whatIsRefusedIsNotAskedAgain() {
    serve(refuse(FailureCode.BUSY), refuse(FailureCode.NOT_SERVING), refuse(FailureCode.TOO_LARGE));
    for (FailureCode code :
        List.of(FailureCode.BUSY, FailureCode.NOT_SERVING, FailureCode.TOO_LARGE)) {
      DreamkeeperException refusal = refusal(client(LONG_MS).write("add", null));
      assertEquals(code, refusal.code());
      assertFalse(refusal.inDoubt());
    }
    assertEquals(3, seen.size());
  }

  @Test
  void whereThereIsNoRoomForAnotherTryItIsMadeLater() {
    serve(reply("A"), ActorClientTest::silence, refuse(FailureCode.BUSY), reply("A"));
    ActorClient client = client(1_200);
    await(client.read("read", null));
    await(client.write("add", null));
    assertEquals(4, seen.size());
  }

  @Test
  void aWriteWaitsForWhoServes() {
    Future<Message<JsonObject>> early = client(LONG_MS).write("add", null);
    vertx.setTimer(100, later -> serve(reply("A")));
    assertEquals("A", await(early).body().getString("by"));
    assertNull(seen.get(0).get("instance"));
    await(host.unregister());
    DreamkeeperException nobody = refusal(client(120).write("add", null));
    assertEquals(ReplyFailure.NO_HANDLERS, nobody.failureType());
    assertFalse(nobody.inDoubt(), "nothing was done");
    assertTrue(nobody.getMessage().startsWith("nobody serves '"), nobody.getMessage());
    assertTrue(nobody.getMessage().contains("deploy DreamkeeperVerticle first"));
  }

  @Test
  void oneThatMayHaveBeenDoneByWhoHasGoneIsInDoubt() {
    serve(reply("A"), message -> host.unregister());
    ActorClient client = client(300);
    await(client.read("read", null));
    assertInDoubt(refusal(client.write("add", null)));
  }

  @Test
  void aReadIsAskedOnce() {
    serve(reply("A"), ActorClientTest::silence);
    ActorClient client = client(100);
    await(client.read("read", null));
    assertEquals(ReplyFailure.TIMEOUT, refusal(client.read("read", null)).failureType());
    assertEquals(2, seen.size());
    await(host.unregister());
    DreamkeeperException nobody = refusal(client.read("read", null));
    assertEquals(ReplyFailure.NO_HANDLERS, nobody.failureType());
    assertTrue(nobody.getMessage().startsWith("nobody serves '"), nobody.getMessage());
  }

  @Test
  void whoHoldsTheLockHearsThatItIsLost() {
    serve(refuse(FailureCode.SUPERSEDED), refuse(FailureCode.NOT_HOLDER), refuse(FailureCode.BUSY));
    List<String> lost = new CopyOnWriteArrayList<>();
    ActorClient held = client(LONG_MS).under(new ActorClient.Hold(7, 50, lost::add));
    refusal(held.read("gates", null));
    refusal(held.write("renew", null));
    refusal(held.write("add", null));
    assertEquals(List.of("SUPERSEDED: no", "NOT_HOLDER: no"), lost);
  }
}
