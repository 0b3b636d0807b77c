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
 * The host races with a foreign process for the lock. With {@code settleMs} they never hold it
 * together; without, the host may be overwritten just after its grant, and notices at its next
 * look.
 */
final class ForeignRaceTest {
  private static final int MAX_LEAD_NANOS = 5_000_000;

  @TempDir Path dir;
  private final Random random = new Random();
  private int overlaps;
  private int lost;
  private int unnoticed;
  private int granted;

  @Test
  void settlingMakesDoubleGrantsVanish() throws Exception {
    int rounds = Rounds.of(40, 300);
    race(50, rounds);
    Rounds.report(
        rounds + " races with settleMs 50: " + overlaps + " double grants, " + granted + " grants");
    assertEquals(0, overlaps);
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
        round(new Bus(vertx), foreigner, marker);
      }
    } finally {
      Bus.await(vertx.close());
    }
  }

  private void round(Bus bus, Child foreigner, Path marker) throws Exception {
    // Either goes first, by as much as it takes to judge the file and to write it.
    int lead = random.nextInt(MAX_LEAD_NANOS);
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
      end(foreigner);
      return;
    }
    granted++;
    boolean alone = ForeignLocker.hold(marker);
    overlaps += alone ? 0 : 1;
    String token = answer.getLong("token").toString();
    // What the file says now, before the host looks.
    boolean overwritten =
        overwritten(marker.resolveSibling("base").resolve("dream.lock"), foreigner);
    boolean noticed = !renewed(bus, token);
    lost += noticed ? 1 : 0;
    unnoticed += overwritten && !noticed ? 1 : 0;
    end(foreigner);
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
  private void end(Child foreigner) throws Exception {
    String witness = foreigner.expect("");
    overlaps += witness.equals("OVERLAP") ? 1 : 0;
    if (witness.equals("OVERLAP") || witness.equals("ALONE")) {
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
