package org.dreamkeeper.state;

import io.vertx.core.json.JsonObject;

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

  /** Gives what is told of a gate that is closed. */
  JsonObject toJson() {
    JsonObject json = new JsonObject().put("gate", name);
    if (reason != null) {
      json.put("reason", reason);
    }
    json.put("figures", figures);
    return nextEligibleAt == null ? json : json.put("nextEligibleAt", nextEligibleAt);
  }
}
