package org.dreamkeeper.lock;

import static org.dreamkeeper.Served.await;
import static org.dreamkeeper.Served.until;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import org.dreamkeeper.ClusterNode;
import org.dreamkeeper.Keepers;
import org.dreamkeeper.Locks;
import org.dreamkeeper.Requests;
import org.dreamkeeper.Served;
import org.dreamkeeper.file.Machine;
import org.dreamkeeper.junit5.ManualTime;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Workers on another node of the cluster, which leaves it. */
final class DepartureTest {
  private static final Duration DAY = Duration.ofDays(1);

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
    remote = Keepers.client(leaving, "dream", 30_000, time).lock();
  }

  @AfterEach
  void stop() {
    await(leaving.close());
    await(host.close());
  }

  private static AcquireOptions as(String owner) {
    return Locks.as(owner).setLease(DAY);
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
    await(Locks.take(remote, as("used")).renew());
    remote.acquire(as("first").setWait(DAY));
    waiting(1);
    leaving
        .eventBus()
        .request(
            "dream.lock",
            new JsonObject().put("waitMs", DAY.toMillis()),
            Requests.options("tryAcquire").setSendTimeout(DAY.toMillis()));
    waiting(2);
    remote.acquire(as("third").setWait(DAY));
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
    Locks.take(remote, as("unused"));
    leaveUntil(() -> !status().getBoolean("held"));
    assertEquals("unheard", served.events("lock.rolledBack").get(0).getString("why"));
  }

  @Test
  void aGrantUnderWhichItHasWrittenKeepsItsLease() {
    await(Locks.take(remote, as("writer")).state().incrementCurationCount());
    remote.acquire(as("first").setWait(DAY));
    remote.acquire(as("second").setWait(DAY));
    waiting(2);
    leaveUntil(() -> status().getInteger("waiting") == 0);
    time.advance(10_000);
    assertEquals("writer", status().getJsonObject("holder").getString("owner"));
  }
}
