package org.dreamkeeper.torture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.dreamkeeper.Served;
import org.dreamkeeper.file.Machine;
import org.dreamkeeper.junit5.ManualTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A host that dreams on and on, while somebody listens in its process, is killed at random
 * instants: what he heard is read again afterwards, nothing of it twice, and each kill is told by a
 * gap.
 */
final class EventKillTest {
  private static final int MAX_DREAM_MS = 5;

  @TempDir Path dir;
  private final Random random = new Random();
  private final List<JsonObject> read = new ArrayList<>();
  private final Set<String> seen = new HashSet<>();
  private String cursor;
  private int gaps;
  private int heard;

  @Test
  void whatAListenerHeardIsReadOnceAndEachKillIsAGap() throws Exception {
    int rounds = Rounds.of(3, 110);
    for (int round = 0; round < rounds; round++) {
      List<JsonObject> told = listenUntilKilled();
      int from = read.size();
      boolean clean = random.nextInt(4) == 0;
      readOn(clean);
      List<JsonObject> since = read.subList(from, read.size());
      int next = 0;
      for (JsonObject event : told) {
        int at = since.subList(next, since.size()).indexOf(event);
        assertTrue(at >= 0, () -> "heard, and not kept: " + event);
        next += at + 1;
      }
      heard += told.size();
      assertEquals(round + 1, gaps, "one for each kill, and none for a clean stop");
    }
    assertTrue(heard > rounds, heard + " events were heard");
    Rounds.report(rounds + " kills, " + heard + " events heard, " + read.size() + " read");
  }

  private List<JsonObject> listenUntilKilled() throws Exception {
    try (Child host = new Child(TortureHost.class)) {
      host.expect("READY");
      host.tell("listen dream");
      host.expect("LISTENS");
      host.tell("deploy " + config().encode());
      host.expect("SERVES");
      host.tell("dream " + MAX_DREAM_MS);
      host.expect("HELD");
      Thread.sleep(random.nextInt(200));
      List<JsonObject> told = new ArrayList<>();
      for (String line : host.kill()) {
        // The last line may be cut.
        if (line.startsWith("EVENT ") && line.endsWith("}")) {
          told.add(new JsonObject(line.substring("EVENT ".length())));
        }
      }
      return told;
    }
  }

  private JsonObject config() {
    return Served.config(dir).put("log", new JsonObject().put("maxEntries", 1_000_000));
  }

  /** Reads all that there is now, by the next host; which is then stopped. */
  private void readOn(boolean twice) {
    for (int host = 0; host < (twice ? 2 : 1); host++) {
      Vertx vertx = Vertx.vertx();
      try {
        ManualTime time = new ManualTime(System.currentTimeMillis());
        Served served = Served.at(vertx, time, Machine.REAL, config());
        while (readPage(served)) {
          assertFalse(cursor.isEmpty());
        }
        served.close();
      } finally {
        Served.await(vertx.close());
      }
    }
  }

  private boolean readPage(Served served) {
    JsonObject body = new JsonObject().put("limit", 1_000);
    JsonObject page =
        served.ask("admin", "events", cursor == null ? body : body.put("after", cursor));
    gaps += page.getBoolean("gap", false) ? 1 : 0;
    cursor = page.getString("cursor");
    for (Object each : page.getJsonArray("events")) {
      JsonObject event = (JsonObject) each;
      read.add(event);
      if (event.containsKey("token") && event.getString("type").startsWith("lock.")) {
        String name = event.getString("type") + " " + event.getValue("token");
        assertTrue(seen.add(name), () -> "twice: " + name);
      }
    }
    return page.getBoolean("gap", false) || !page.getJsonArray("events").isEmpty();
  }
}
