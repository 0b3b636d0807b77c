package org.dreamkeeper.log.impl;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Comparator;
import java.util.Set;
import java.util.stream.Collectors;
import org.dreamkeeper.bus.impl.json.JsonFields;
import org.dreamkeeper.bus.impl.json.Schemas;
import org.dreamkeeper.log.DreamStatus;
import org.dreamkeeper.log.DreamTrigger;
import org.dreamkeeper.store.EntryVersion;
import org.dreamkeeper.store.LogId;
import org.dreamkeeper.store.StoredEntry;

/**
 * What memory keeps of one version of an entry.
 *
 * @param flaw why it cannot be read as an entry, or null; then nothing below is known
 * @param unread whether the flaw is that the store could not read it
 * @param startedAt ms since 1970, possibly a fraction
 * @param lockToken or null
 * @param completedAt as it stands there, or null
 * @param curationsSeen a count, or null
 * @param undone places of operations that were taken back
 */
record Row(
    EntryVersion version,
    String flaw,
    boolean unread,
    double startedAt,
    DreamStatus status,
    DreamTrigger trigger,
    Long lockToken,
    Number completedAt,
    Number curationsSeen,
    Set<Integer> undone) {
  /** List order: newest first by {@code startedAt}, then by id. */
  static final Comparator<Row> NEWEST_FIRST =
      (a, b) -> {
        int byStart = Double.compare(b.startedAt, a.startedAt);
        return byStart != 0 ? byStart : LogId.compare(b.id(), a.id());
      };

  private static final double MAX_INTEGER = 0x1p53 - 1;

  /** Makes a place in the order, which no entry needs to have. */
  static Row position(double startedAt, String id) {
    EntryVersion none = new EntryVersion(id, "", false, 0, 0, 0);
    // Minus zero is zero.
    return new Row(none, null, false, startedAt + 0.0, null, null, null, null, null, Set.of());
  }

  /** Makes the row of what is there; it is checked whole. */
  static Row of(StoredEntry stored) {
    EntryVersion version = stored.version();
    JsonObject json = stored.json();
    String flaw = json == null ? stored.flaw() : flaw(version.id(), json);
    if (flaw != null) {
      return new Row(version, flaw, stored.unread(), 0, null, null, null, null, null, Set.of());
    }
    return new Row(
        version,
        null,
        false,
        json.getNumber("startedAt").doubleValue() + 0.0,
        DreamStatus.of(json.getValue("status")).orElse(null),
        DreamTrigger.of(json.getValue("trigger")).orElse(null),
        token(json.getValue("lockToken")),
        json.getNumber("completedAt"),
        integer(json.getValue("curationsSeen"), 0),
        undone(json));
  }

  /** Gives the places of an entry's operations that were taken back, while others stand. */
  static Set<Integer> undone(JsonObject entry) {
    JsonArray places = entry.getJsonArray("undoneOperations");
    return places == null
        ? Set.of()
        : places.stream().map(each -> ((Number) each).intValue()).collect(Collectors.toSet());
  }

  /** Says what is wrong with what stands under an id, in one line; null if nothing is. */
  private static String flaw(String id, JsonObject entry) {
    return Schemas.check("storedEntry", entry)
        .orElse(id.equals(entry.getValue("id")) ? null : "/id is not that of the file's name");
  }

  /** Gives the lock token that a value is; null if it is none. */
  static Long token(Object value) {
    Number token = integer(value, 1);
    return token == null ? null : (Long) token.longValue();
  }

  /** Gives a value that is an integer that JavaScript can hold; null if it is none. */
  static Number integer(Object value, long least) {
    return value instanceof Number number
            && number.doubleValue() >= least
            && number.doubleValue() <= MAX_INTEGER
            && number.doubleValue() == Math.rint(number.doubleValue())
        ? number
        : null;
  }

  String id() {
    return version.id();
  }

  /** Begins an event about a valid entry. */
  static JsonObject toEvent(JsonObject entry) {
    JsonObject event = new JsonObject().put("id", entry.getString("id"));
    return JsonFields.put(event, "token", token(entry.getValue("lockToken")));
  }

  boolean readable() {
    return flaw == null;
  }

  boolean is(DreamStatus wanted) {
    return status == wanted;
  }

  boolean sameVersion(Row other) {
    return other != null && version.stamp().equals(other.version.stamp());
  }

  /** Tells whether another row of its id is at another place in the order, or to other filters. */
  boolean elsewhere(Row other) {
    return startedAt != other.startedAt || status != other.status || trigger != other.trigger;
  }
}
