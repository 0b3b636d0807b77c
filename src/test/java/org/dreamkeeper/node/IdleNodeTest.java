package org.dreamkeeper.node;

import static org.dreamkeeper.Served.await;
import static org.dreamkeeper.Served.until;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import org.dreamkeeper.bus.impl.async.StandIns;
import org.dreamkeeper.bus.impl.async.Time;
import org.dreamkeeper.junit5.ManualTime;
import org.dreamkeeper.postgres.Proxy;
import org.junit.jupiter.api.Test;

/** What a node asks of the database while nobody asks anything of it. */
final class IdleNodeTest {
  /** One a second, or fewer. */
  private static final int BEATS = 60;

  private static final int MOST = 5;

  private final ManualTime time = new ManualTime(1_800_000_000_000L);

  @Test
  void itAsksTheDatabaseFiveTimesASecondAtMost() {
    try (Nodes nodes = new Nodes()) {
      Proxy proxy = new Proxy(nodes.uri);
      Vertx member = nodes.member();
      StandIns.put(member, Time.class, time);
      String[] projects = {"a", "b", "c", "d", "e", "f", "g", "h", "i", "j"};
      await(nodes.deploy(member, Nodes.config(proxy.uri(), projects)));
      JsonObject lease = JsonObject.of("leaseMs", 3_600_000);
      assertTrue(Nodes.ask(member, "a.lock", "tryAcquire", lease).getBoolean("acquired"));
      int before = proxy.asked();
      for (int beat = beats(nodes) + 1, last = beat + BEATS; beat < last; beat++) {
        int next = beat;
        until(
            () -> {
              time.leap(100);
              return beats(nodes) >= next;
            });
      }
      int asked = proxy.asked() - before;
      assertTrue(asked >= BEATS, "asked " + asked + " times");
      assertTrue(asked <= BEATS * MOST, "asked " + asked + " times");
      assertEquals("10", nodes.counts());
    }
  }

  private static int beats(Nodes nodes) {
    return Integer.parseInt(nodes.sql("SELECT max(beat) FROM dreamkeeper.node"));
  }
}
