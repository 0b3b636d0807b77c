package org.dreamkeeper.torture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.dreamkeeper.Served;
import org.dreamkeeper.file.Machine;
import org.dreamkeeper.junit5.ManualTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A host is killed with SIGKILL while 64 clients write. The witness is the pipe to this process:
 * what a client was told goes into it, unbuffered, before the client goes on. After each kill all
 * that was acknowledged is there, and nothing is counted twice.
 */
final class CrowdKillTest {
  private static final int CLIENTS = 64;
  private static final int MAX_LIFE_MS = 600;

  @TempDir Path dir;
  private final Random random = new Random();
  private final Ledger ledger = new Ledger();
  private long slowestStartMs;

  @Test
  void whatWasAcknowledgedToAnyClientSurvivesAnyKill() throws Exception {
    int rounds = Rounds.of(5, 100);
    int listed = 0;
    for (int round = 0; round < rounds; round++) {
      writeUntilKilled().forEach(ledger::note);
      listed = restart();
    }
    Rounds.report(
        rounds
            + " kills among "
            + CLIENTS
            + " clients: "
            + ledger
            + ", 0 lost, "
            + listed
            + " entries listed, slowest restart "
            + slowestStartMs
            + " ms");
    assertTrue(ledger.sawEachKind(), ledger::toString);
  }

  private JsonObject config() {
    return Served.config(dir).put("log", new JsonObject().put("maxEntries", 1_000_000));
  }

  private List<String> writeUntilKilled() throws IOException, InterruptedException {
    try (Child host = new Child(TortureHost.class)) {
      host.expect("READY");
      host.tell("deploy " + config().encode());
      host.expect("SERVES");
      host.tell("crowd " + CLIENTS);
      host.expect("DREAMT");
      Thread.sleep(random.nextInt(MAX_LIFE_MS));
      return host.kill();
    }
  }

  private int restart() throws IOException {
    Vertx vertx = Vertx.vertx();
    try {
      long begin = System.nanoTime();
      ManualTime now = new ManualTime(System.currentTimeMillis());
      Served served = Served.at(vertx, now, Machine.REAL, config());
      slowestStartMs = Math.max(slowestStartMs, (System.nanoTime() - begin) / 1_000_000);
      JsonObject state = served.ask("state", "read", null);
      List<JsonObject> all = Listing.all(served);
      ledger.check(state, all, false);
      assertTrue(all.stream().noneMatch(e -> e.getString("status").equals("processing")));
      assertFalse(served.ask("lock", "status", null).getBoolean("held"));
      try (Stream<Path> files = Files.list(dir.resolve("dream-log"))) {
        assertEquals(files.count(), all.size(), "all are listed");
      }
      try (Stream<Path> files = Files.walk(dir)) {
        assertTrue(files.noneMatch(file -> file.toString().endsWith(".tmp")), "temporary files");
      }
      return all.size();
    } finally {
      Served.await(vertx.close());
    }
  }
}
