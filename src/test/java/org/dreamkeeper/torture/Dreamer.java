package org.dreamkeeper.torture;

import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import org.dreamkeeper.Calls;

/** Dreams on and on, by the actions alone, and says what was acknowledged. */
final class Dreamer {
  private final Bus bus;
  private final int maxMs;
  private final Random random = new Random();

  Dreamer(Vertx vertx, int maxMs) {
    this.bus = new Bus(vertx);
    this.maxMs = maxMs;
  }

  void dreamOn() throws ExecutionException, InterruptedException {
    while (true) {
      JsonObject grant = bus.ask("lock", "tryAcquire", new JsonObject(), null);
      String token = grant.getLong("token").toString();
      TortureHost.say("HELD " + token);
      String id = bus.ask("log", "nextId", null, null).getString("id");
      JsonObject entry = entry(id);
      bus.ask("log", "save", entry, token);
      TortureHost.say("OPEN " + id);
      Thread.sleep(random.nextInt(maxMs + 1));
      long completedAt = System.currentTimeMillis();
      entry.put("status", "completed").put("completedAt", completedAt);
      bus.ask("log", "save", entry, token);
      TortureHost.say("COMPLETED " + id + " " + completedAt);
      JsonObject dream = new JsonObject().put("logId", id).put("completedAt", completedAt);
      bus.ask("state", "recordDream", dream, token);
      TortureHost.say("RECORDED " + id);
      JsonObject end = bus.ask("lock", "release", null, token);
      TortureHost.say("ENDED " + id + " " + end.getLong("completedAt"));
    }
  }

  static JsonObject entry(String id) {
    return Calls.bareEntry(id, System.currentTimeMillis(), "processing")
        .put("trigger", "agent-idle");
  }
}
