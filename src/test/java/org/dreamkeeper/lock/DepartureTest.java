package org.dreamkeeper.lock;

import static org.dreamkeeper.Served.await;
import static org.dreamkeeper.Served.until;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import org.dreamkeeper.ClusterNode;
import org.dreamkeeper.Dreamkeeper;
import org.dreamkeeper.ManualTime;
import org.dreamkeeper.Requests;
import org.dreamkeeper.Served;
import org.dreamkeeper.file.Machine;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Workers on another node of the cluster, which leaves it. */
final class DepartureTest {
  private static final long DAY_MS = 86_400_000;

  private final String cluster = UUID.randomUUID().toString();
  private final ManualTime time = new ManualTime(System.currentTimeMillis());

  @TempDir Path dir;
  private Vertx host;
  private Vertx leaving;
  private Served served;
  private LockClient remote;

  @BeforeEach
  void start() {
    host = await(ClusterNode.join(cluster));
    leaving = await(ClusterNode.join(cluster));
    served = Served.at(host, time, Machine.REAL, Served.config(dir).put("clustered", true));
    remote = Dreamkeeper.client(leaving, "dream", 30_000, time).lock();
  }

  @AfterEach
  void stop() {
    await(leaving.close());
    await(host.close());
  }

  private JsonObject status() {
    return served.ask("lock", "status", null);
  }

  private void waiting(int count) {
    until(() -> status().getInteger("waiting") == count);
  }

  private void leaveUntil(BooleanSupplier seen) {
    await(leaving.close());
    until(
        () -> {
          time.advance(100);
          return seen.getAsBoolean();
        });
  }

  @Test
  void itsWaitersLeaveTheLineAndAGrantThatItHasUsedKeepsItsLease() {
    long token = await(remote.acquire("used", DAY_MS, 0)).grant().token();
    await(remote.renew(token, null));
    remote.acquire("first", DAY_MS, DAY_MS);
    waiting(1);
    leaving
        .eventBus()
        .request(
            "dream.lock",
            new JsonObject().put("waitMs", DAY_MS),
            Requests.options("tryAcquire").setSendTimeout(DAY_MS));
    waiting(2);
    remote.acquire("third", DAY_MS, DAY_MS);
    waiting(3);
    // Nothing is promised to who does not say.
    leaveUntil(() -> status().getInteger("waiting") == 1);
    time.advance(10_000);
    JsonObject status = status();
    assertEquals(1, status.getInteger("waiting"));
    assertEquals("used", status.getJsonObject("holder").getString("owner"));
    assertFalse(status.getJsonObject("holder").containsKey("expired"));
  }

  @Test
  void aGrantThatItHasNotUsedEnds() {
    assertTrue(await(remote.acquire("unused", DAY_MS, 0)).acquired());
    leaveUntil(() -> !status().getBoolean("held"));
    assertEquals("unheard", served.events("lock.rolledBack").get(0).getString("why"));
  }

  @Test
  void aGrantUnderWhichItHasWrittenKeepsItsLease() {
    long token = await(remote.acquire("writer", DAY_MS, 0)).grant().token();
    await(
        Dreamkeeper.client(leaving, "dream", 30_000, time)
            .state()
            .withToken(token)
            .incrementCurationCount());
    remote.acquire("first", DAY_MS, DAY_MS);
    remote.acquire("second", DAY_MS, DAY_MS);
    waiting(2);
    leaveUntil(() -> status().getInteger("waiting") == 0);
    time.advance(10_000);
    assertEquals("writer", status().getJsonObject("holder").getString("owner"));
  }
}
