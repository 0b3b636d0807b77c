package org.dreamkeeper.log;

import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The entries in memory, as far as filters and order need them: one ordered set for each status and
 * trigger, so that a filter costs what it finds.
 *
 * <p>Not safe from several threads: used in the mailbox's order only.
 */
final class LogIndex {
  private final NavigableMap<String, LogRow> byId = new TreeMap<>(LogId::compare);
  private final Map<DreamStatus, Map<DreamTrigger, NavigableSet<LogRow>>> buckets =
      new EnumMap<>(DreamStatus.class);
  private final Set<String> unchecked = new HashSet<>();
  private final Set<String> unread = new HashSet<>();
  private final NavigableSet<String> undoable = new TreeSet<>(LogId::compare);
  private int readable;
  private long highest;
  private long highestToken;
  private long moves;

  LogIndex() {
    for (DreamStatus status : DreamStatus.values()) {
      Map<DreamTrigger, NavigableSet<LogRow>> byTrigger = new EnumMap<>(DreamTrigger.class);
      for (DreamTrigger trigger : DreamTrigger.values()) {
        byTrigger.put(trigger, new TreeSet<>(LogRow.ORDER));
      }
      buckets.put(status, byTrigger);
    }
  }

  /** Gives the row of an id, or null. */
  LogRow get(String id) {
    return byId.get(id);
  }

  /** Gives all ids, readable or not. */
  Collection<String> ids() {
    return List.copyOf(byId.keySet());
  }

  /** Counts the rows that can be read as entries, as far as that is known. */
  int readable() {
    return readable;
  }

  /** Gives the rows of files that the disk did not let be read. */
  List<LogRow> unread() {
    return unread.stream().map(byId::get).toList();
  }

  /** Counts the rows that are known to be no valid entries. */
  int unreadable() {
    return byId.size() - readable;
  }

  /** Gives the highest number of an id that was ever here, of those that may be written here. */
  long highest() {
    return highest;
  }

  /** Gives the highest token that an entry ever carried here, of those up to 2^52. */
  long highestToken() {
    return highestToken;
  }

  /** Counts how often a row has moved to another place in the order, or to another filter's. */
  long moves() {
    return moves;
  }

  /** Gives the readable rows of which not the whole entry has been looked at yet. */
  Collection<String> unchecked() {
    return unchecked;
  }

  /** Puts a row in the place of the one with its id, which it returns, or null. */
  LogRow put(LogRow row) {
    highest = Math.max(highest, LogId.number(row.id()));
    if (row.lockToken() != null && row.lockToken() <= LogId.MAX_COUNTED) {
      highestToken = Math.max(highestToken, row.lockToken());
    }
    LogRow old = take(row.id());
    byId.put(row.id(), row);
    if (row.readable()) {
      bucket(row.status(), row.trigger()).add(row);
      readable++;
      if (row.status() == DreamStatus.COMPLETED || row.status() == DreamStatus.PARTIAL) {
        undoable.add(row.id());
      }
      if (!row.checked()) {
        unchecked.add(row.id());
      }
    } else if (row.unread()) {
      unread.add(row.id());
    }
    if (old != null && old.elsewhere(row)) {
      moves++;
    }
    return old;
  }

  void remove(String id) {
    take(id);
  }

  private LogRow take(String id) {
    LogRow old = byId.remove(id);
    unread.remove(id);
    undoable.remove(id);
    if (old != null && old.readable()) {
      bucket(old.status(), old.trigger()).remove(old);
      unchecked.remove(id);
      readable--;
    }
    return old;
  }

  /** Walks the rows of some statuses and triggers, newest first, from behind a place. */
  LogWalk newest(Set<DreamStatus> statuses, Set<DreamTrigger> triggers, LogRow behind) {
    return new LogWalk(some(statuses, triggers), LogRow.ORDER, behind);
  }

  /** Gives the readable rows with the least ids, that first; none if the number is below 1. */
  List<LogRow> oldest(int count) {
    return byId.values().stream().filter(LogRow::readable).limit(Math.max(0, count)).toList();
  }

  /** Gives the greatest id of those that are {@code completed} or {@code partial}; or null. */
  String latestUndoable() {
    return undoable.isEmpty() ? null : undoable.last();
  }

  /** Gives the rows of a status, in a list of the caller's own. */
  List<LogRow> all(DreamStatus status) {
    List<LogRow> rows = new ArrayList<>();
    some(EnumSet.of(status), EnumSet.allOf(DreamTrigger.class)).forEach(rows::addAll);
    return rows;
  }

  private List<NavigableSet<LogRow>> some(Set<DreamStatus> statuses, Set<DreamTrigger> triggers) {
    List<NavigableSet<LogRow>> some = new ArrayList<>();
    for (DreamStatus status : statuses) {
      for (DreamTrigger trigger : triggers) {
        some.add(bucket(status, trigger));
      }
    }
    return some;
  }

  private NavigableSet<LogRow> bucket(DreamStatus status, DreamTrigger trigger) {
    return buckets.get(status).get(trigger);
  }
}
