package org.dreamkeeper.lock;

import static org.dreamkeeper.Served.await;
import static org.dreamkeeper.Served.until;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.dreamkeeper.Served;
import org.dreamkeeper.bus.FailureCode;
import org.dreamkeeper.file.FaultyDisk;
import org.dreamkeeper.file.FaultyDisk.Op;
import org.dreamkeeper.file.Machine;
import org.junit.jupiter.api.Test;

/** First come, first served; who has waited too long is answered, never granted. */
final class WaitingTest extends LockScenario {

  private Future<Message<JsonObject>> join(long waitMs, String... headers) {
    int before = status().getInteger("waiting");
    Future<Message<JsonObject>> waiting =
        served.send("lock", "tryAcquire", new JsonObject().put("waitMs", waitMs), headers);
    until(() -> status().getInteger("waiting") == before + 1);
    return waiting;
  }

  /** Waits in line, but not for long: nobody hears the grant. */
  private void joinAndGo() {
    Future<Message<JsonObject>> gone =
        vertx
            .eventBus()
            .request(
                "dream.lock",
                new JsonObject().put("waitMs", 60_000),
                new DeliveryOptions().addHeader("action", "tryAcquire").setSendTimeout(100));
    assertThrows(Served.Failed.class, () -> await(gone), "its reply address is closed now");
  }

  @Test
  void theLineIsServedInOrderAndNobodyOvertakes() {
    serve();
    String token = token();
    List<Future<Message<JsonObject>>> line = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      line.add(join(60_000));
    }
    for (Future<Message<JsonObject>> next : line) {
      served.ask("lock", "release", null, "token", token);
      JsonObject grant = await(next).body();
      assertTrue(grant.getBoolean("acquired"));
      assertFalse(acquire().getBoolean("acquired"), "a newcomer does not overtake");
      token = grant.getLong("token").toString();
    }
    assertEquals(0, status().getInteger("waiting"));
  }

  @Test
  void whoHasWaitedInVainHearsWhoHoldsIt() {
    serve();
    token();
    Future<Message<JsonObject>> waiting = join(5_000);
    time.advance(5_000);
    JsonObject reply = await(waiting).body();
    assertFalse(reply.getBoolean("acquired"));
    assertFalse(reply.getJsonObject("holder").getBoolean("foreign"));
    assertEquals(0, status().getInteger("waiting"));
  }

  @Test
  void aDeadlineIsWatchedWhileItWaits() {
    serve();
    String token = token();
    Future<Message<JsonObject>> waiting =
        join(60_000, "deadline", Long.toString(time.millis() + 2_000));
    time.advance(2_001);
    Served.Failed failed = assertThrows(Served.Failed.class, () -> await(waiting));
    assertEquals(408, ((ReplyException) failed.getCause()).failureCode());
    served.ask("lock", "release", null, "token", token);
    assertFalse(status().getBoolean("held"), "never granted afterwards");
  }

  @Test
  void aLeaseThatRunsOutGoesToTheFirstInLineAtOnce() {
    serve();
    served.ask("lock", "tryAcquire", new JsonObject().put("leaseMs", 1_000));
    Future<Message<JsonObject>> waiting = join(60_000);
    time.advance(1_000);
    JsonObject grant = await(waiting).body();
    assertTrue(grant.getBoolean("acquired"));
    assertEquals("expired", grant.getJsonObject("reclaimed").getString("why"));
  }

  @Test
  void aLeaseThatWasRenewedMeanwhileIsNot() {
    serve();
    String token =
        served
            .ask("lock", "tryAcquire", new JsonObject().put("leaseMs", 2_000))
            .getLong("token")
            .toString();
    Future<Message<JsonObject>> waiting = join(60_000);
    time.advance(1_500);
    served.ask("lock", "renew", null, "token", token);
    time.advance(1_500);
    assertEquals(1, status().getInteger("waiting"));
    time.advance(600);
    assertTrue(await(waiting).body().getBoolean("acquired"));
  }

  @Test
  void theLineIsBounded() {
    served = Served.at(vertx, time, Machine.REAL, Served.config(dir).put("maxPending", 3));
    acquire();
    for (int i = 0; i < 3; i++) {
      join(60_000);
    }
    assertEquals(
        429, served.refused("lock", "tryAcquire", new JsonObject().put("waitMs", 1)).failureCode());
    assertFalse(acquire().getBoolean("acquired"), "who does not wait is answered");
  }

  @Test
  void stoppingAnswersAllWhoWait() {
    serve();
    acquire();
    List<Future<Message<JsonObject>>> line = List.of(join(60_000), join(60_000));
    served.close();
    for (Future<Message<JsonObject>> each : line) {
      Served.Failed failed = assertThrows(Served.Failed.class, () -> await(each));
      assertEquals(503, ((ReplyException) failed.getCause()).failureCode());
    }
  }

  @Test
  void aGrantWhoseRequesterIsGoneIsRolledBackAtOnce() {
    serve();
    String token = token();
    joinAndGo();
    Future<Message<JsonObject>> next = join(60_000);
    served.ask("lock", "release", null, "token", token);
    assertTrue(await(next).body().getBoolean("acquired"), "the next one gets it");
    assertEquals("unheard", served.events("lock.rolledBack").get(0).getString("why"));
  }

  @Test
  void aGrantThatNobodyHeardIsRolledBackAsSoonAsTheDiskLetsIt() {
    FaultyDisk disk = new FaultyDisk();
    AtomicInteger made = new AtomicInteger();
    serve(new JsonObject(), disk.machine());
    String token = token();
    joinAndGo();
    disk.on(
        Op.CREATE,
        name -> {
          // For the release, the grant, and then its end.
          if (name.startsWith("dream.lock") && made.incrementAndGet() > 2) {
            throw new IOException("Input/output error");
          }
        });
    served.ask("lock", "release", null, "token", token);
    until(() -> made.get() > 2);
    assertFalse(status().getBoolean("held"));
    assertTrue(content().contains("{"), "nobody's, for now");
    disk.heal();
    time.advance(10_000);
    until(() -> content().isEmpty());
    until(() -> !served.events("lock.rolledBack").isEmpty());
    assertEquals("unheard", served.events("lock.rolledBack").get(0).getString("why"));
  }

  @Test
  void aGrantIsRolledBackWhoseRequesterWasToldThatTheDiskIsSilent() {
    FaultyDisk disk = new FaultyDisk();
    CountDownLatch reached = new CountDownLatch(1);
    CountDownLatch open = new CountDownLatch(1);
    serve(new JsonObject(), disk.machine());
    disk.on(
        Op.RENAME,
        name -> {
          reached.countDown();
          pass(open);
        });
    Future<Message<JsonObject>> refused =
        served.send("lock", "tryAcquire", null, "requestId", "mine");
    pass(reached);
    served.arrived();
    time.leap(10_000);
    Served.Failed failed = assertThrows(Served.Failed.class, () -> await(refused));
    assertEquals(
        FailureCode.STORAGE_FAILED.code(), ((ReplyException) failed.getCause()).failureCode());
    disk.heal();
    open.countDown();
    until(() -> !served.events("lock.rolledBack").isEmpty());
    assertFalse(status().getBoolean("held"));
    assertTrue(served.ask("lock", "tryAcquire", null, "requestId", "mine").getBoolean("acquired"));
  }

  private static void pass(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException stop) {
      throw new AssertionError(stop);
    }
  }
}
