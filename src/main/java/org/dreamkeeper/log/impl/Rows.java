package org.dreamkeeper.log.impl;

import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.dreamkeeper.log.DreamStatus;
import org.dreamkeeper.store.LogId;

/** The entries in memory, as far as filters and order need them. */
final class Rows {
  private final NavigableMap<String, Row> byId = new TreeMap<>(LogId::compare);
  private final NavigableSet<Row> listed = new TreeSet<>(Row.NEWEST_FIRST);
  private final Map<String, Row> processing = new HashMap<>();
  private final Map<String, Long> seenAt = new HashMap<>();
  private long highestId;
  private long highestToken;

  /** Gives the row of an id, or null. */
  Row get(String id) {
    return byId.get(id);
  }

  /** Gives all rows, readable or not, by their ids, the least first. */
  NavigableMap<String, Row> byId() {
    return byId;
  }

  /** Gives the readable rows in list order. */
  NavigableSet<Row> listed() {
    return listed;
  }

  Collection<Row> processing() {
    return processing.values();
  }

  /** Counts the rows that are no valid entries. */
  int unreadable() {
    return byId.size() - listed.size();
  }

  /** Tells of them in figures: {@code {log, unreadable, logId?}}; the id is the holder's entry. */
  JsonObject figures(long holder) {
    JsonObject byStatus = new JsonObject();
    for (DreamStatus status : DreamStatus.values()) {
      byStatus.put(status.json(), listed.stream().filter(row -> row.is(status)).count());
    }
    JsonObject figures = new JsonObject().put("log", byStatus).put("unreadable", unreadable());
    processing.values().stream()
        .filter(row -> row.lockToken() != null && row.lockToken() == holder)
        .findFirst()
        .ifPresent(row -> figures.put("logId", row.id()));
    return figures;
  }

  /** Gives the highest number of an id that was ever here, of those that are counted from. */
  long highestId() {
    return highestId;
  }

  /** Gives the highest token that an entry ever carried here, of those up to 2^52. */
  long highestToken() {
    return highestToken;
  }

  /** Tells when this version of an entry was first seen, ns. */
  long seenAt(Row row, long now) {
    return row.sameVersion(byId.get(row.id())) ? seenAt.get(row.id()) : now;
  }

  /** Puts a row in the place of the one with its id, which it returns, or null. */
  Row put(Row row, long now) {
    long since = seenAt(row, now);
    Row old = remove(row.id());
    byId.put(row.id(), row);
    seenAt.put(row.id(), since);
    highestId = Math.max(highestId, LogId.number(row.id()));
    if (row.lockToken() != null && row.lockToken() <= LogId.MAX_COUNTED) {
      highestToken = Math.max(highestToken, row.lockToken());
    }
    if (row.readable()) {
      listed.add(row);
    }
    if (row.is(DreamStatus.PROCESSING)) {
      processing.put(row.id(), row);
    }
    return old;
  }

  /** Removes the row of an id, which it returns, or null. */
  Row remove(String id) {
    Row old = byId.remove(id);
    seenAt.remove(id);
    if (old != null && old.readable()) {
      listed.remove(old);
      processing.remove(id);
    }
    return old;
  }

  /** Gives the first of some rows, as many as memory may hold entries of at once; one at least. */
  static List<Row> fitting(Iterator<Row> rows, int most, long maxHeld) {
    List<Row> fitting = new ArrayList<>();
    long held = 0;
    while (rows.hasNext() && fitting.size() < most) {
      Row row = rows.next();
      held += row.version().held();
      if (held > maxHeld && !fitting.isEmpty()) {
        break;
      }
      fitting.add(row);
    }
    return fitting;
  }
}
