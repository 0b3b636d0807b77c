package org.dreamkeeper.torture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.dreamkeeper.Served;
import org.dreamkeeper.file.Machine;
import org.dreamkeeper.junit5.ManualTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Far more requests than the actors can carry out, up to 100,000 of them unanswered at a time, in a
 * host with a heap of 256 MB: each gets a reply or BUSY, and what was acknowledged is there after a
 * kill.
 */
final class FloodTest {
  private static final int MOST_OPEN = 100_000;

  /** Longer than a slow disk needs for what is accepted of a million. */
  private static final long PATIENCE_S = 1_200;

  @TempDir Path dir;
  private final Seed seed = new Seed();

  @Test
  void eachIsAnsweredAndTheAcknowledgedAreDurable() throws Exception {
    int requests = Rounds.of(100_000, 1_000_000);
    JsonObject config = Served.config(dir).put("log", new JsonObject().put("maxEntries", 1_000));
    JsonObject result;
    try (Child host =
        new Child(
            List.of("-Xmx256m", "-XX:+ExitOnOutOfMemoryError"),
            FloodHost.class,
            config.encode(),
            Integer.toString(requests),
            Integer.toString(MOST_OPEN),
            Integer.toString(Rounds.of(1, 10)),
            Long.toString(seed.random().nextLong()))) {
      result = new JsonObject(host.expect("ANSWERED", PATIENCE_S));
      host.kill();
    }
    Rounds.report(
        requests
            + " requests, up to "
            + result.getInteger("mostOpen")
            + " unanswered: "
            + result.getInteger("replies")
            + " replies, "
            + result.getInteger("busy")
            + " BUSY, "
            + result.getInteger("other")
            + " other, heap within 256 MB, "
            + seed);
    assertEquals(0, result.getInteger("other"), () -> result.getString("firstOther"));
    assertEquals(requests, result.getInteger("replies") + result.getInteger("busy"));
    assertEquals(MOST_OPEN, result.getInteger("mostOpen"));
    assertTrue(result.getInteger("busy") > 0, "it was no flood");
    compare(config, result);
  }

  private static void compare(JsonObject config, JsonObject result) {
    Vertx vertx = Vertx.vertx();
    try {
      ManualTime now = new ManualTime(System.currentTimeMillis());
      Served served = Served.at(vertx, now, Machine.REAL, config);
      assertEquals(
          result.getLong("added"),
          served.ask("state", "read", null).getLong("curationsSinceDream"));
      Map<String, Long> editions =
          Listing.all(served).stream()
              .collect(Collectors.toMap(e -> e.getString("id"), e -> e.getLong("edition")));
      for (Map.Entry<String, Object> stored : result.getJsonObject("stored")) {
        long edition = ((Number) stored.getValue()).longValue();
        assertEquals(edition == 0 ? null : edition, editions.get(stored.getKey()));
      }
    } finally {
      Served.await(vertx.close());
    }
  }
}
