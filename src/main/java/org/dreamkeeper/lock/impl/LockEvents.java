package org.dreamkeeper.lock.impl;

import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import org.dreamkeeper.bus.impl.Events;
import org.dreamkeeper.bus.impl.json.JsonFields;
import org.dreamkeeper.store.LockRecord;
import org.dreamkeeper.store.LockView;
import org.dreamkeeper.store.LockView.Foreign;
import org.dreamkeeper.store.LockView.Held;

/** Says what becomes of the lock, for the commit to carry, and tells it then. */
record LockEvents(Events events) {
  /** Why a holder is out whom an operator has pushed out. */
  static final String EVICTED = "evicted";

  void publish(List<JsonObject> carried) {
    carried.forEach(events::publish);
  }

  /** Of a grant; somebody foreign is pushed out for it, or null. */
  List<JsonObject> granted(LockRecord lock, Foreign from) {
    List<JsonObject> all = new ArrayList<>();
    if (from != null) {
      all.add(takenOver(foreign(from), from.reclaimable(), null));
    }
    JsonObject event = named(lock).put("expiresAt", lock.expiresAt());
    all.add(events.event("lock.acquired", event));
    return all;
  }

  /** Of a holder who has kept the lock, though another node serves it now. */
  List<JsonObject> kept(LockRecord lock) {
    JsonObject event = named(lock).put("expiresAt", lock.expiresAt());
    return List.of(events.event("lock.kept", event));
  }

  /** Of an end that its holder asked for. */
  List<JsonObject> ended(LockRecord lock, LockRules.Decision.End end) {
    return List.of(events.event(end.event(), named(lock).mergeIn(end.details())));
  }

  /** Of an end that nobody asked for. */
  List<JsonObject> ended(LockRecord lock, String why, AbandonedLease.Outcome outcome) {
    if (pushedOut(why)) {
      return List.of(takenOver(ours(lock), why, why.equals("dead") ? outcome.completed() : null));
    }
    long at = LockJson.millis(outcome.completedAt());
    JsonObject event = named(lock).put("why", why);
    return List.of(
        outcome.completed()
            ? events.event("lock.released", event.put("completedAt", at))
            : events.event("lock.rolledBack", event.put("mtime", at)));
  }

  /** Of a holder of ours whom an operator pushes out. */
  List<JsonObject> evicted(LockRecord lock, String reason, AbandonedLease.Outcome outcome) {
    return List.of(takenOver(ours(lock), EVICTED, outcome.completed()).put("reason", reason));
  }

  /** Of a foreign one. */
  List<JsonObject> evicted(Foreign from, String reason) {
    return List.of(takenOver(foreign(from), EVICTED, null).put("reason", reason));
  }

  /** What a grant tells of a holder of ours that was pushed out; null if he was not. */
  static JsonObject reclaimed(LockRecord lock, String why) {
    return pushedOut(why) ? ours(lock).put("why", why) : null;
  }

  /** What a grant tells of a foreign one. */
  static JsonObject reclaimed(Foreign from) {
    return foreign(from).put("why", from.reclaimable());
  }

  private static boolean pushedOut(String why) {
    return why.equals("expired") || why.equals("dead") || why.equals(EVICTED);
  }

  private static JsonObject ours(LockRecord lock) {
    return named(lock).put("pid", lock.pid()).put("foreign", false);
  }

  private static JsonObject foreign(Foreign from) {
    return JsonObject.of("pid", from.pid(), "foreign", true);
  }

  private JsonObject takenOver(JsonObject from, String why, Boolean completed) {
    JsonObject event = JsonObject.of("from", from, "why", why);
    return events.event("lock.takenOver", JsonFields.put(event, "completed", completed));
  }

  /** Tells of a holder of ours in whose place somebody else is seen. */
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
    return JsonFields.put(who, "owner", lock.owner());
  }
}
