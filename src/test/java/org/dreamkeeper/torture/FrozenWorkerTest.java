package org.dreamkeeper.torture;

import static org.dreamkeeper.Served.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.DeploymentOptions;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.UUID;
import org.dreamkeeper.ClusterNode;
import org.dreamkeeper.DreamkeeperVerticle;
import org.dreamkeeper.Served;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A worker in a JVM of its own is stopped with SIGSTOP while it holds the lock, past its lease;
 * another worker takes the lock over and dreams; then the first one goes on.
 */
final class FrozenWorkerTest {
  private static final JsonObject SHORT_LEASE = new JsonObject().put("leaseMs", 1_000);
  private static final JsonObject PATIENT = new JsonObject().put("waitMs", 60_000);

  private final String cluster = UUID.randomUUID().toString();

  @TempDir Path dir;

  @Test
  void onceOvertakenItCanDoNothingMore() throws Exception {
    int rounds = Rounds.of(2, 30);
    Vertx node = await(ClusterNode.join(cluster));
    try (Child frozen = new Child(TortureHost.class, cluster)) {
      JsonObject config = Served.config(dir).put("clustered", true);
      await(
          node.deployVerticle(
              new DreamkeeperVerticle(), new DeploymentOptions().setConfig(config)));
      frozen.expect("READY");
      for (int round = 1; round <= rounds; round++) {
        overtake(frozen, new Bus(node), round);
      }
    } finally {
      await(node.close());
    }
    Rounds.report(rounds + " workers frozen past their lease: none could do anything more");
  }

  private static void overtake(Child frozen, Bus other, int round) throws Exception {
    String token =
        reply(frozen, "lock tryAcquire - " + SHORT_LEASE.encode()).getValue("token") + "";
    String id = reply(frozen, "log nextId -").getString("id");
    JsonObject entry = Dreamer.entry(id);
    reply(frozen, "log save " + token + " " + entry.encode());
    frozen.signal("STOP");

    JsonObject grant = other.ask("lock", "tryAcquire", PATIENT, null);
    assertEquals("expired", grant.getJsonObject("reclaimed").getString("why"));
    String holder = grant.getLong("token").toString();
    frozen.signal("CONT");
    refusedAll(frozen, token, entry);

    String dream = other.ask("log", "nextId", null, null).getString("id");
    JsonObject completed =
        Dreamer.entry(dream).put("status", "completed").put("completedAt", 1_000 * round);
    other.ask("log", "save", completed, holder);
    JsonObject done = new JsonObject().put("logId", dream).put("completedAt", 1_000 * round);
    other.ask("state", "recordDream", done, holder);
    long completedAt = other.ask("lock", "release", null, holder).getLong("completedAt");
    refusedAll(frozen, token, entry);

    JsonObject state = other.ask("state", "read", null, null);
    assertEquals(round, state.getInteger("totalDreams"));
    assertEquals(dream, state.getString("lastDreamLogId"));
    assertEquals(0, state.getInteger("curationsSinceDream"));
    JsonObject logged = other.ask("log", "getById", new JsonObject().put("id", id), null);
    assertEquals("error", logged.getString("status"));
    JsonObject status = other.ask("lock", "status", null, null);
    assertEquals(completedAt, status.getLong("lastCompletedAt"));
  }

  private static JsonObject reply(Child worker, String question) throws Exception {
    worker.tell("ask " + question);
    return new JsonObject(worker.expect("REPLY"));
  }

  private static void refusedAll(Child worker, String token, JsonObject entry) throws Exception {
    for (String end : new String[] {"renew", "release", "rollback"}) {
      refused(worker, "lock " + end + " " + token, "NOT_HOLDER");
    }
    String id = entry.getString("id");
    JsonObject completed = entry.copy().put("status", "completed").put("completedAt", 1);
    refused(worker, "log save " + token + " " + completed.encode(), "SUPERSEDED");
    refused(worker, "state incrementCurationCount " + token + " {}", "SUPERSEDED");
    JsonObject dream = new JsonObject().put("logId", id).put("completedAt", 1);
    refused(worker, "state recordDream " + token + " " + dream.encode(), "SUPERSEDED");
  }

  private static void refused(Child worker, String question, String code) throws Exception {
    worker.tell("ask " + question);
    String refusal = worker.expect("REFUSED");
    assertTrue(refusal.startsWith(code), refusal);
  }
}
