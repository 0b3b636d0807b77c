package org.dreamkeeper.bus.impl;

import io.vertx.core.json.JsonObject;
import java.util.Set;
import org.dreamkeeper.bus.impl.text.Log;
import org.slf4j.Logger;

/**
 * The dreams that were skipped, one after the other, for the same gate: logged when that begins,
 * counted while it goes on, and told once more when it is over. Confined by its owner.
 */
final class SkipLog {
  private static final Logger LOG = Log.of(Events.class);

  private static final Set<String> TOLD =
      Set.of("at", "gate", "reason", "figures", "nextEligibleAt", "since", "count");

  private final String address;
  private JsonObject last;
  private long since;
  private long count;
  private boolean goesOn;

  SkipLog(String address) {
    this.address = address;
  }

  /** Takes note of an event: a dream that is skipped, or one that begins. */
  void heard(JsonObject event) {
    String type = event.getString("type");
    if (type.equals("dream.skipped")) {
      skipped(event);
    } else if (type.equals("lock.acquired")) {
      over();
    }
  }

  private void skipped(JsonObject event) {
    String gate = event.getString("gate");
    if (!goesOn || !gate.equals(last.getString("gate"))) {
      over();
      goesOn = true;
      count = 0;
      since = event.getLong("at");
      LOG.info("{}: no dream, gate {}: {}", address, gate, event.getString("reason"));
    }
    last = event;
    count++;
  }

  private void over() {
    if (goesOn && count > 1) {
      LOG.info("{}: no dream, gate {}: {} times until now", address, last.getString("gate"), count);
    }
    goesOn = false;
  }

  /** Tells of the last one: {@code {at, gate, reason, figures, nextEligibleAt?, since, count}}. */
  JsonObject toJson() {
    if (last == null) {
      return null;
    }
    JsonObject told = last.copy().put("since", since).put("count", count);
    told.fieldNames().retainAll(TOLD);
    return told;
  }
}
