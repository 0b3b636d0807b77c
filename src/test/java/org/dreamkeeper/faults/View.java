package org.dreamkeeper.faults;

import io.vertx.core.json.JsonObject;
import java.util.List;

/**
 * Everything that a service says.
 *
 * @param degraded null unless the state's file is
 * @param entries newest first
 */
record View(
    JsonObject state,
    String degraded,
    List<JsonObject> entries,
    int unreadable,
    boolean held,
    boolean foreign,
    long lastCompletedAt) {

  /**
   * What can be compared with what a fresh service says of the same files, which ends the lock and
   * the dream of its holder.
   */
  View without(String token) {
    boolean counts = entries.stream().anyMatch(each -> of(each, token) && completed(each));
    return new View(
        counts ? null : state,
        degraded,
        entries.stream().filter(each -> !of(each, token)).toList(),
        unreadable,
        false,
        false,
        counts ? 0 : lastCompletedAt);
  }

  /** What can be compared while a foreign process has the lock. */
  View withoutLock() {
    return new View(state, degraded, entries, unreadable, false, false, 0);
  }

  private static boolean of(JsonObject entry, String token) {
    return token.equals(String.valueOf(entry.getLong("lockToken")));
  }

  private static boolean completed(JsonObject entry) {
    return entry.getString("status").equals("completed");
  }

  /** The completion of the newest dream that completed under a lock; 0 if there is none. */
  long newestCompleted() {
    return entries.stream()
        .filter(each -> completed(each) && each.containsKey("lockToken"))
        .mapToLong(each -> each.getLong("completedAt"))
        .max()
        .orElse(0);
  }
}
