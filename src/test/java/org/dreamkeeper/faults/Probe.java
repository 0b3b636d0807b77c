package org.dreamkeeper.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.vertx.core.Future;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonObject;
import org.dreamkeeper.Served;

/** Requests to a service that has just been through a fault. */
final class Probe {
  private Probe() {}

  static void nextRequestsWork(Host host, View before) {
    int count = before.state().getInteger("curationsSinceDream");
    Future<Message<JsonObject>> state = host.served().send("state", "incrementCurationCount", null);
    String id = host.ask("log", "nextId", null).getString("id");
    JsonObject entry = Fixtures.entry(1, "completed").put("id", id).put("startedAt", Fixtures.NOW);
    host.ask("log", "save", entry);
    assertEquals(entry, host.ask("log", "getById", new JsonObject().put("id", id)));
    assertEquals(count + 1, Served.await(state).body().getInteger("curationsSinceDream"));
    if (!before.held()) {
      host.acquire();
    } else if (before.foreign()) {
      return;
    }
    host.ask("lock", "renew", null, "token", host.token());
    host.ask("lock", "release", null, "token", host.token());
    JsonObject released = host.ask("lock", "status", null);
    assertFalse(released.getBoolean("held"));
    assertEquals(host.time.millis(), released.getLong("lastCompletedAt"));
  }
}
