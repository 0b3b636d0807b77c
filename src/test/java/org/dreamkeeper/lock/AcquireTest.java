package org.dreamkeeper.lock;

import static org.dreamkeeper.Served.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.dreamkeeper.Keepers;
import org.dreamkeeper.Locks;
import org.dreamkeeper.bus.FailureCode;
import org.junit.jupiter.api.Test;

/** The lock is granted to one, by token, and comes back as it was. */
final class AcquireTest extends LockScenario {
  private static final Instant PRIOR = Instant.parse("2026-11-03T02:00:52.123456789Z");

  @Test
  void aMissingFileIsFree() {
    serve();
    JsonObject grant = served.ask("lock", "tryAcquire", new JsonObject().put("owner", "me"));
    assertTrue(grant.getBoolean("acquired"));
    assertEquals(0, grant.getLong("priorMtime"));
    assertEquals(time.millis(), grant.getLong("acquiredAt"));
    assertEquals(time.millis() + 1_800_000, grant.getLong("expiresAt"));
    assertTrue(content().startsWith(ProcessHandle.current().pid() + " {"), content());
    assertEquals(now(), modified());
    assertEquals("me", status().getJsonObject("holder").getString("owner"));
    assertEquals(1, served.events("lock.acquired").size());
  }

  @Test
  void aReleaseEmptiesAndStampsTheFile() {
    write("", PRIOR);
    serve();
    String token = token();
    time.advance(60_000);
    JsonObject reply = served.ask("lock", "release", null, "token", token);
    assertEquals(time.millis(), reply.getLong("completedAt"));
    assertEquals("", content());
    assertEquals(now(), modified());
    assertEquals(time.millis(), status().getLong("lastCompletedAt"));
    assertFalse(status().getBoolean("held"));
  }

  @Test
  void aRollbackRestoresTheMtimeToTheNanosecond() {
    write("", PRIOR);
    serve();
    JsonObject grant = acquire();
    assertEquals(PRIOR.toEpochMilli(), grant.getLong("priorMtime"));
    JsonObject reply =
        served.ask("lock", "rollback", null, "token", grant.getLong("token").toString());
    assertEquals(PRIOR.toEpochMilli(), reply.getLong("mtime"));
    assertEquals("", content());
    assertEquals(PRIOR, modified());
  }

  @Test
  void aRollbackRemovesAFileThatWasNotThere() {
    serve();
    JsonObject reply = served.ask("lock", "rollback", null, "token", token());
    assertEquals(0, reply.getLong("mtime"));
    assertFalse(Files.exists(file()));
    assertTrue(acquire().getBoolean("acquired"));
  }

  @Test
  void twoHundredAtOnceAreOneGrant() {
    serve();
    List<Future<Message<JsonObject>>> all =
        IntStream.range(0, 200)
            .mapToObj(i -> served.send("lock", "tryAcquire", new JsonObject()))
            .toList();
    await(Future.all(all));
    assertEquals(1, all.stream().filter(f -> f.result().body().getBoolean("acquired")).count());
  }

  @Test
  void whoIsRefusedHearsWhoHoldsIt() {
    serve();
    JsonObject grant = served.ask("lock", "tryAcquire", new JsonObject().put("owner", "first"));
    JsonObject refused = acquire();
    assertFalse(refused.getBoolean("acquired"));
    assertEquals(0, refused.getInteger("waiting"));
    assertEquals(
        new JsonObject()
            .put("pid", ProcessHandle.current().pid())
            .put("owner", "first")
            .put("acquiredAt", grant.getLong("acquiredAt"))
            .put("expiresAt", grant.getLong("expiresAt"))
            .put("foreign", false),
        refused.getJsonObject("holder"));
  }

  @Test
  void anEndRepeatedSucceedsAgainAndTheOtherKindDoesNot() {
    serve();
    String first = token();
    JsonObject released = served.ask("lock", "release", null, "token", first);
    String second = token();
    String held = content();
    time.advance(1_000);
    assertEquals(released, served.ask("lock", "release", null, "token", first));
    assertEquals(409, served.refused("lock", "rollback", null, "token", first).failureCode());
    assertEquals(held, content());
    JsonObject rolledBack = served.ask("lock", "rollback", null, "token", second);
    assertEquals(rolledBack, served.ask("lock", "rollback", null, "token", second));
    assertEquals(409, served.refused("lock", "release", null, "token", second).failureCode());
  }

  @Test
  void anEndThatIsNotConfirmedStandsAndSucceedsWhenRepeated() {
    serve();
    String token = token();
    AtomicBoolean dead = new AtomicBoolean(true);
    vertx
        .eventBus()
        .<JsonObject>addInboundInterceptor(
            delivery -> {
              Message<JsonObject> message = delivery.message();
              if ("fence".equals(message.headers().get("action")) && dead.getAndSet(false)) {
                message.fail(
                    FailureCode.STORAGE_FAILED.code(), "STORAGE_FAILED: the disk does not answer");
              } else {
                delivery.next();
              }
            });
    ReplyException refusal = served.refused("lock", "release", null, "token", token);
    assertEquals(FailureCode.STORAGE_FAILED.code(), refusal.failureCode());
    assertEquals("", content());
    assertFalse(status().getBoolean("held"));
    served.ask("lock", "release", null, "token", token);
    assertTrue(acquire().getBoolean("acquired"));
  }

  @Test
  void aReleaseOfAnUndoneDreamGoesBackToTheOneBefore() {
    serve();
    served.ask("lock", "release", null, "token", token());
    long before = time.millis() - 5_000;
    String token = token();
    JsonObject body = new JsonObject().put("completedAt", before);
    JsonObject reply = served.ask("lock", "release", body, "token", token);
    assertEquals(before, reply.getLong("completedAt"));
    assertEquals("", content());
    assertEquals(Instant.ofEpochMilli(before), modified());
    assertEquals(before, status().getLong("lastCompletedAt"));
    JsonObject event = served.events("lock.rolledBack").get(0);
    assertEquals("undone", event.getString("why"));
    assertEquals(before, event.getLong("mtime"));
    assertEquals(1, served.events("lock.released").size());
    assertEquals(reply, served.ask("lock", "release", body, "token", token), "repeated");
    assertEquals(before, acquire().getLong("priorMtime"));
  }

  @Test
  void aReleaseOfTheOnlyDreamLeavesNone() {
    serve();
    served.ask("lock", "release", null, "token", token());
    DreamLock lock = Locks.take(Keepers.client(vertx, "dream", 30_000, time), "undo");
    assertEquals(Optional.empty(), await(lock.releaseUndone(Optional.empty())));
    assertFalse(Files.exists(file()));
    assertEquals(0, status().getLong("lastCompletedAt"));
    assertEquals(0, acquire().getLong("priorMtime"));
  }

  @Test
  void noDreamCompletedInTheFuture() {
    serve();
    String token = token();
    JsonObject future = new JsonObject().put("completedAt", time.millis() + 1);
    ReplyException refusal = served.refused("lock", "release", future, "token", token);
    assertEquals(400, refusal.failureCode());
    assertTrue(refusal.getMessage().contains("/completedAt: "), refusal.getMessage());
    served.ask("lock", "renew", null, "token", token);
  }

  @Test
  void onlyTheHoldersTokenCounts() {
    serve();
    String token = token();
    String other = Long.toString(Long.parseLong(token) + 1);
    for (String action : List.of("renew", "release", "rollback")) {
      assertEquals(409, served.refused("lock", action, null, "token", other).failureCode());
      assertEquals(400, served.refused("lock", action, null).failureCode());
      assertEquals(400, served.refused("lock", action, null, "token", "x").failureCode());
    }
    assertTrue(status().getBoolean("held"));
  }

  @Test
  void renewingProlongsTheLeaseAndStampsTheFile() {
    serve();
    String token = token();
    time.advance(60_000);
    JsonObject renewed =
        served.ask("lock", "renew", new JsonObject().put("leaseMs", 5_000), "token", token);
    assertEquals(time.millis() + 5_000, renewed.getLong("expiresAt"));
    assertEquals(now(), modified());
    time.advance(5_001);
    // Late, but nobody has taken it.
    JsonObject late = served.ask("lock", "renew", null, "token", token);
    assertEquals(time.millis() + 5_000, late.getLong("expiresAt"));
    assertFalse(acquire().getBoolean("acquired"));
  }

  @Test
  void aHolderWhoseLeaseRanOutIsToldAsExpired() {
    serve();
    String token = token();
    LockClient client = Keepers.client(vertx, "dream", 30_000, time).lock();
    time.advance(1_799_999);
    assertFalse(status().getJsonObject("holder").containsKey("expired"));
    assertFalse(acquire().getJsonObject("holder").containsKey("expired"));
    assertFalse(await(client.status()).holder().orElseThrow().expired());
    time.advance(1);
    assertEquals(true, status().getJsonObject("holder").getBoolean("expired"));
    assertTrue(await(client.status()).holder().orElseThrow().expired());
    served.ask("lock", "renew", null, "token", token);
    assertFalse(status().getJsonObject("holder").containsKey("expired"));
  }

  @Test
  void aLeaseThatRanOutIsTakenByWhoeverAsks() {
    write("", PRIOR);
    serve();
    String old = token();
    String id = open(old);
    time.advance(1_800_000);
    assertTrue(status().getBoolean("held"), "still the holder's");
    JsonObject grant = acquire();
    assertTrue(grant.getBoolean("acquired"));
    assertEquals("expired", grant.getJsonObject("reclaimed").getString("why"));
    assertEquals(Long.parseLong(old), grant.getJsonObject("reclaimed").getLong("token"));
    assertEquals(PRIOR.toEpochMilli(), grant.getLong("priorMtime"), "inherited");
    for (String action : List.of("renew", "release", "rollback")) {
      assertEquals(409, served.refused("lock", action, null, "token", old).failureCode());
    }
    assertEquals(
        410,
        served
            .refused("state", "incrementCurationCount", new JsonObject(), "token", old)
            .failureCode());
    assertEquals(
        410, served.refused("log", "save", entry(id, "completed"), "token", old).failureCode());
    JsonObject interrupted = logged(id);
    assertEquals("error", interrupted.getString("status"));
    assertTrue(interrupted.getString("error").startsWith("Interrupted"));
    assertEquals(1, served.events("lock.takenOver").size());
  }

  @Test
  void aDreamThatWasCompletedCountsWhenItsLeaseIsTaken() {
    write("", PRIOR);
    serve();
    String old = token();
    String id = open(old);
    served.ask("log", "save", entry(id, "completed"), "token", old);
    long completedAt = time.millis();
    time.advance(1_800_000);
    JsonObject grant = acquire();
    assertEquals(completedAt, grant.getLong("priorMtime"));
    JsonObject state = served.ask("state", "read", null);
    assertEquals(1, state.getInteger("totalDreams"));
    assertEquals(id, state.getString("lastDreamLogId"));
    assertEquals("completed", logged(id).getString("status"));
  }

  @Test
  void theFenceRefusesAnEndedToken() {
    serve();
    String token = token();
    served.ask("state", "incrementCurationCount", new JsonObject(), "token", token);
    String id = open(token);
    served.ask("lock", "release", null, "token", token);
    assertEquals(
        410,
        served
            .refused("state", "incrementCurationCount", new JsonObject(), "token", token)
            .failureCode());
    assertEquals(
        410, served.refused("log", "save", entry(id, "completed"), "token", token).failureCode());
    assertEquals(1, served.ask("state", "read", null).getInteger("curationsSinceDream"));
  }

  @Test
  void aRepeatedRequestIdIsTheSameGrant() {
    serve();
    JsonObject first = served.ask("lock", "tryAcquire", new JsonObject(), "requestId", "r1");
    assertEquals(first, served.ask("lock", "tryAcquire", new JsonObject(), "requestId", "r1"));
    assertEquals(
        400, served.refused("lock", "renew", null, "requestId", "r1", "token", "1").failureCode());
  }

  @Test
  void aDeadlineThatPassedIsNotCarriedOut() {
    serve();
    String past = Long.toString(time.millis() - 1);
    assertEquals(
        408,
        served.refused("lock", "tryAcquire", new JsonObject(), "deadline", past).failureCode());
    assertFalse(status().getBoolean("held"));
  }

  @Test
  void tokensGrowAcrossRestartsClocksAndDeletedFiles() throws IOException {
    serve();
    long last = 0;
    for (int i = 0; i < 5; i++) {
      long token = acquire().getLong("token");
      assertTrue(token > last, token + " after " + last);
      last = token;
      served.ask("lock", "rollback", null, "token", Long.toString(token));
      token = acquire().getLong("token");
      assertTrue(token > last, token + " after " + last);
      last = token;
      served.close();
      Files.deleteIfExists(file());
      time.setMillis(time.millis() - 86_400_000);
      serve();
    }
  }

  @Test
  void aCallersCopyOfAReplyIsHisOwn() {
    serve();
    JsonObject grant = served.ask("lock", "tryAcquire", new JsonObject(), "requestId", "r1");
    grant.put("token", 1);
    assertNotEquals(grant, served.ask("lock", "tryAcquire", new JsonObject(), "requestId", "r1"));
  }
}
