package org.dreamkeeper.state.impl;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Optional;

/**
 * A gate as it was judged.
 *
 * @param name such as {@code hours}
 * @param reason why it is closed, one line; null if it is open
 * @param figures what it was judged by
 * @param nextEligibleAt when it may open, ms since 1970; null if it is open, or that is not known
 */
record JudgedGate(String name, String reason, JsonObject figures, Long nextEligibleAt) {

  static JudgedGate open(String name, JsonObject figures) {
    return new JudgedGate(name, null, figures, null);
  }

  boolean closed() {
    return reason != null;
  }

  /** Tells of all gates, and apart of the first that is closed, if there is one. */
  static JsonObject reply(List<JudgedGate> gates) {
    Optional<JudgedGate> closed = gates.stream().filter(JudgedGate::closed).findFirst();
    JsonObject reply = new JsonObject().put("open", closed.isEmpty());
    closed.ifPresent(gate -> reply.put("closed", gate.toJson()));
    List<JsonObject> all =
        gates.stream().map(gate -> gate.toJson().put("open", !gate.closed())).toList();
    return reply.put("all", new JsonArray(all));
  }

  /** Gives what is told of it. */
  JsonObject toJson() {
    JsonObject json = new JsonObject().put("gate", name);
    if (reason != null) {
      json.put("reason", reason);
    }
    json.put("figures", figures);
    return nextEligibleAt == null ? json : json.put("nextEligibleAt", nextEligibleAt);
  }
}
