package org.dreamkeeper.torture;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import org.dreamkeeper.DreamkeeperVerticle;
import org.dreamkeeper.Served;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The host races with a foreign process for the lock. With {@code settleMs} it is not granted over
 * a record that the foreign process wrote within that time of its look; without, the host may be
 * overwritten just after its grant, and notices at its next look.
 *
 * <p>What no {@code settleMs} prevents is counted, not judged, for it is the machine's doing: a
 * foreign process that stands still for longer between its look and its record, or that looks,
 * writes and reads between two neighbouring calls of the host.
 */
final class ForeignRaceTest {
  private static final int MAX_LEAD_NANOS = 5_000_000;
  private static final int LONG_LEAD_NANOS = 60_000_000;

  @TempDir Path dir;
  private final Random random = new Random();
  private int overlaps;
  private int unsettled;
  private int lost;
  private int unnoticed;
  private int granted;

  @Test
  void settlingMakesDoubleGrantsVanish() throws Exception {
    int rounds = Rounds.of(40, 300);
    race(50, rounds);
    Rounds.report(
        rounds + " races with settleMs 50: " + overlaps + " double grants, " + granted + " grants");
    assertEquals(0, unsettled);
  }

  @Test
  void withoutSettlingEveryLossIsNoticed() throws Exception {
    int rounds = Rounds.of(60, 500);
    race(0, rounds);
    Rounds.report(
        rounds
            + " races with settleMs 0: "
            + granted
            + " grants, "
            + overlaps
            + " double grants, "
            + lost
            + " noticed at the next look, "
            + unnoticed
            + " unnoticed");
    assertEquals(0, unnoticed);
  }

  private void race(int settleMs, int rounds) throws Exception {
    Path marker = dir.resolve("held");
    Path base = Files.createDirectory(dir.resolve("base"));
    Path lock = base.resolve("dream.lock");
    Vertx vertx = Vertx.vertx();
    try (Child foreigner = new Child(ForeignLocker.class, lock.toString(), marker.toString())) {
      foreigner.expect("READY");
      JsonObject config =
          Served.config(base).put("lock", new JsonObject().put("settleMs", settleMs));
      Bus.await(
          vertx.deployVerticle(
              new DreamkeeperVerticle(), new DeploymentOptions().setConfig(config)));
      for (int round = 0; round < rounds; round++) {
        if (random.nextBoolean()) {
          // Otherwise the foreign process's last end has just touched the file.
          Thread.sleep(2L * settleMs);
        }
        round(new Bus(vertx), foreigner, marker, settleMs);
      }
    } finally {
      Bus.await(vertx.close());
    }
  }

  private void round(Bus bus, Child foreigner, Path marker, int settleMs) throws Exception {
    // Either goes first, by as much as it takes to judge the file and to write it; or to settle.
    int lead = random.nextInt(random.nextBoolean() ? MAX_LEAD_NANOS : LONG_LEAD_NANOS);
    Future<JsonObject> asked;
    if (random.nextBoolean()) {
      foreigner.tell("try");
      pause(lead);
      asked = bus.send("lock", "tryAcquire", new JsonObject(), null);
    } else {
      asked = bus.send("lock", "tryAcquire", new JsonObject(), null);
      pause(lead);
      foreigner.tell("try");
    }
    JsonObject answer = Bus.await(asked);
    if (!answer.getBoolean("acquired")) {
      end(foreigner, foreigner.expect("").split(" "));
      return;
    }
    granted++;
    boolean alone = ForeignLocker.hold(marker);
    String token = answer.getLong("token").toString();
    // What the file says now, before the host looks.
    boolean overwritten =
        overwritten(marker.resolveSibling("base").resolve("dream.lock"), foreigner);
    boolean noticed = !renewed(bus, token);
    lost += noticed ? 1 : 0;
    unnoticed += overwritten && !noticed ? 1 : 0;
    String[] witness = foreigner.expect("").split(" ");
    if (!alone || witness[0].equals("OVERLAP")) {
      overlaps++;
      unsettled += overwritten && Long.parseLong(witness[1]) < settleMs ? 1 : 0;
    }
    end(foreigner, witness);
    if (!noticed) {
      try {
        bus.ask("lock", "release", null, token);
      } catch (ExecutionException late) {
        lost++;
      }
    }
  }

  private static void pause(int nanos) {
    long until = System.nanoTime() + nanos;
    while (System.nanoTime() < until) {
      Thread.onSpinWait();
    }
  }

  /** Lets the foreign process end, which keeps what it has got until it is told. */
  private static void end(Child foreigner, String[] witness) throws Exception {
    if (witness.length > 1) {
      foreigner.tell("end");
      foreigner.expect("ENDED");
    }
  }

  private static boolean overwritten(Path lock, Child foreigner) throws IOException {
    return Files.readString(lock).strip().equals(Long.toString(foreigner.pid()));
  }

  private static boolean renewed(Bus bus, String token) throws Exception {
    try {
      bus.ask("lock", "renew", null, token);
      return true;
    } catch (ExecutionException refused) {
      assertEquals(409, ((ReplyException) refused.getCause()).failureCode());
      return false;
    }
  }
}
