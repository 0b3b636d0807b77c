package org.dreamkeeper.torture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.dreamkeeper.DreamkeeperVerticle;
import org.dreamkeeper.Served;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A crowd writes on and on, the log is pruned and listed, and the service is stopped and started
 * again and again under it: nothing that was acknowledged is lost, and neither heap nor file
 * descriptors grow.
 */
final class SoakTest {
  private static final int CLIENTS = 32;
  private static final int MAX_ENTRIES = 200;
  private static final long MAX_GROWTH = 16 << 20;
  private static final long MAX_DESCRIPTORS = 8;

  @TempDir Path dir;
  private final Vertx vertx = Vertx.vertx();
  private final Bus bus = new Bus(vertx);
  private final Ledger ledger = new Ledger();
  private final Crowd crowd = new Crowd(vertx, this::note);
  private final List<String> broken = new CopyOnWriteArrayList<>();
  private final List<Long> heap = new ArrayList<>();
  private final List<Long> descriptors = new ArrayList<>();

  @AfterEach
  void stop() {
    Served.await(vertx.close());
  }

  @Test
  void nothingIsLostAndNothingGrows() throws Exception {
    int lives = Rounds.of(9, 270);
    int lifeMs = Rounds.of(300, 2_000);
    String deployment = deploy();
    for (int life = 0; life < lives; life++) {
      Future<Void> ended = crowd.start(CLIENTS);
      Thread.sleep(lifeMs);
      Bus.await(vertx.undeploy(deployment));
      deployment = deploy();
      crowd.stop();
      Bus.await(ended);
      check();
      heap.add(Heap.used());
      descriptors.add((long) Heap.descriptors());
    }
    Rounds.report(
        lives
            + " restarts under "
            + CLIENTS
            + " clients: "
            + ledger
            + ", 0 lost; medians of the first and the last third: heap "
            + (Heap.median(heap, 0) >> 10)
            + " and "
            + (Heap.median(heap, 2) >> 10)
            + " KB, file descriptors "
            + Heap.median(descriptors, 0)
            + " and "
            + Heap.median(descriptors, 2));
    assertTrue(ledger.sawEachKind(), ledger::toString);
    assertTrue(Heap.median(heap, 2) - Heap.median(heap, 0) < MAX_GROWTH, heap::toString);
    assertTrue(
        Heap.median(descriptors, 2) - Heap.median(descriptors, 0) < MAX_DESCRIPTORS,
        descriptors::toString);
  }

  private void note(String line) {
    if (line.startsWith("BROKEN")) {
      broken.add(line);
    } else {
      ledger.note(line);
    }
  }

  private String deploy() throws Exception {
    JsonObject config =
        Served.config(dir).put("log", new JsonObject().put("maxEntries", MAX_ENTRIES));
    return Bus.await(
        vertx.deployVerticle(new DreamkeeperVerticle(), new DeploymentOptions().setConfig(config)));
  }

  private void check() throws Exception {
    assertEquals(List.of(), broken);
    JsonObject page = bus.ask("log", "list", new JsonObject().put("limit", 1_000), null);
    assertFalse(page.containsKey("cursor"), "the log is pruned");
    List<JsonObject> listed =
        page.getJsonArray("entries").stream().map(JsonObject.class::cast).toList();
    ledger.check(bus.ask("state", "read", null, null), listed, true);
    assertFalse(bus.ask("lock", "status", null, null).getBoolean("held"));
  }
}
