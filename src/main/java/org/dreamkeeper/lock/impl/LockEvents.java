package org.dreamkeeper.lock.impl;

import io.vertx.core.json.JsonObject;
import org.dreamkeeper.bus.impl.Events;
import org.dreamkeeper.store.LockRecord;
import org.dreamkeeper.store.LockView;
import org.dreamkeeper.store.LockView.Foreign;
import org.dreamkeeper.store.LockView.Held;

/** Tells what has become of the lock. */
record LockEvents(Events events) {

  void acquired(LockRecord lock) {
    events.publish("lock.acquired", named(lock).put("expiresAt", lock.expiresAt()));
  }

  /** Of an end that its holder asked for. */
  void ended(LockRecord lock, LockRules.Decision.End end) {
    events.publish(end.event(), named(lock).mergeIn(end.details()));
  }

  /**
   * Of an end that nobody asked for; gives what a grant tells of one who was pushed out, or null.
   */
  JsonObject ended(LockRecord lock, String why, AbandonedLease.Outcome outcome) {
    if (why.equals("expired") || why.equals("dead")) {
      JsonObject from = named(lock).put("pid", lock.pid()).put("foreign", false);
      return takenOver(from, why, why.equals("dead") ? outcome.completed() : null);
    }
    long at = LockJson.millis(outcome.completedAt());
    JsonObject event = named(lock).put("why", why);
    if (outcome.completed()) {
      events.publish("lock.released", event.put("completedAt", at));
    } else {
      events.publish("lock.rolledBack", event.put("mtime", at));
    }
    return null;
  }

  /** Of a foreign holder; gives what a grant tells of him. */
  JsonObject takenOver(Foreign from) {
    JsonObject former = JsonObject.of("pid", from.pid(), "foreign", true);
    return takenOver(former, from.reclaimable(), null);
  }

  private JsonObject takenOver(JsonObject from, String why, Boolean completed) {
    JsonObject event = JsonObject.of("from", from, "why", why);
    events.publish("lock.takenOver", completed == null ? event : event.put("completed", completed));
    return from.copy().put("why", why);
  }

  /** Of a holder of ours in whose place somebody else is seen. */
  void lost(LockRecord lock, LockView now) {
    JsonObject event = named(lock);
    if (now instanceof Foreign foreign) {
      event.put("pid", foreign.pid());
    } else if (now instanceof Held other) {
      // An older record of this service, put back from a backup, say.
      event.put("pid", other.record().pid());
    }
    events.publish("lock.lost", event);
  }

  private static JsonObject named(LockRecord lock) {
    JsonObject who = new JsonObject();
    if (lock.token() != 0) {
      who.put("token", lock.token());
    }
    return lock.owner() == null ? who : who.put("owner", lock.owner());
  }
}
