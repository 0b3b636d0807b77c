package org.dreamkeeper.log;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.dreamkeeper.bus.impl.Log;
import org.dreamkeeper.bus.impl.Time;
import org.dreamkeeper.file.FileStat;
import org.slf4j.Logger;

/**
 * What the lock asks: how a dream ended, and which was the last. Ids tell what came last: unlike
 * clocks, they are never set back.
 *
 * <p>All methods block, and are used in the mailbox's order only.
 */
final class Outcomes {
  /** For so long a file that cannot be read may be the one that is asked for, ns. */
  private static final long PATIENCE_NS = 60_000_000_000L;

  /** The end of the year 9999, ms since 1970. */
  private static final long MAX_TIME = 253402300799999L;

  private static final double MAX_COUNT = 0x1p53 - 1;

  private static final Logger LOG = Log.of(Outcomes.class);

  private final LogDirectory directory;
  private final LogEntries entries;
  private final Time time;
  private Long waitsSince;

  Outcomes(LogDirectory directory, LogEntries entries, Time time) {
    this.directory = directory;
    this.entries = entries;
    this.time = time;
  }

  /**
   * Tells how the dream with a lock token ended; empty if there is no entry of it.
   *
   * @param since when that dream cannot have begun yet, ms since 1970
   * @throws IOException also if a file that was written later, and may be its entry, cannot be
   *     read; for a minute, so that one file does not keep everybody from dreaming
   */
  JsonObject outcome(long token, long since) throws IOException {
    JsonObject entry = latest(row -> row.lockToken() != null && row.lockToken() == token);
    if (entry.isEmpty() || "processing".equals(entry.getString("status"))) {
      waitForUnread(since);
    }
    return outcome(entry, "id", "status", "completedAt");
  }

  /** Names the last dream under a lock token that was completed; empty if there is none. */
  JsonObject lastCompleted() throws IOException {
    return copy(
        latest(row -> row.lockToken() != null && row.status() == DreamStatus.COMPLETED),
        "id",
        "completedAt");
  }

  /**
   * Tells of the last dreams that completed, each if there is one: {@code over}, as {@code {id,
   * completedAt?, curationsSeen?}}, the newest under a lock token that does not hold the lock any
   * more; and {@code past}, when the newest one completed that did so by {@code now}.
   *
   * @param now ms since 1970
   * @param holder whose token holds the lock, 0 for nobody's
   */
  JsonObject lastDreams(long now, long holder) throws IOException {
    entries.beginPass();
    directory.refresh();
    JsonObject found = new JsonObject();
    for (LogRow row : newestFirst(each -> each.status() == DreamStatus.COMPLETED)) {
      boolean over =
          !found.containsKey("over") && isOver(row, holder) && LogId.number(row.id()) > 0;
      if (!over && found.containsKey("past")) {
        continue;
      }
      Optional<Entry> entry = entries.currentOrFlawed(row.id());
      if (entry.isEmpty() || entry.get().row().status() != DreamStatus.COMPLETED) {
        continue;
      }
      JsonObject json = entry.get().json();
      Long completedAt = time(json.getValue("completedAt"));
      if (over && isOver(entry.get().row(), holder)) {
        directory.settle(row.id());
        JsonObject dream = outcome(json, "id");
        found.put("over", completedAt == null ? dream : dream.put("completedAt", completedAt));
      }
      if (completedAt != null && completedAt <= now && !found.containsKey("past")) {
        found.put("past", completedAt);
      }
    }
    return found;
  }

  private static boolean isOver(LogRow row, long holder) {
    return row.lockToken() != null && row.lockToken() != holder;
  }

  /** Gives a time that can be one, ms since 1970; null for any other value. */
  private static Long time(Object value) {
    return value instanceof Number number
            && number.doubleValue() >= 0
            && number.doubleValue() <= MAX_TIME
        ? (Long) number.longValue()
        : null;
  }

  /** Gives the greatest token that an entry carries, of those that can be gone on from. */
  JsonObject highestToken() throws IOException {
    entries.beginPass();
    directory.refresh();
    return new JsonObject().put("token", directory.index().highestToken());
  }

  private JsonObject latest(Predicate<LogRow> wanted) throws IOException {
    entries.beginPass();
    directory.refresh();
    for (LogRow row : newestFirst(wanted)) {
      Optional<Entry> entry = entries.current(row.id());
      if (entry.isPresent() && wanted.test(entry.get().row())) {
        directory.settle(row.id());
        return entry.get().json();
      }
    }
    return new JsonObject();
  }

  private List<LogRow> newestFirst(Predicate<LogRow> wanted) {
    return Stream.of(DreamStatus.values())
        .flatMap(status -> directory.index().all(status).stream())
        .filter(wanted)
        .sorted((a, b) -> LogId.compare(b.id(), a.id()))
        .toList();
  }

  private void waitForUnread(long since) throws IOException {
    Optional<LogRow> suspect =
        directory.index().unread().stream()
            .filter(row -> FileStat.millis(row.stat().modified()) >= since)
            .findFirst();
    if (suspect.isEmpty()) {
      waitsSince = null;
      return;
    }
    String name = LogId.file(suspect.get().id());
    if (waitsSince == null) {
      waitsSince = time.nanos();
    }
    if (time.nanos() - waitsSince < PATIENCE_NS) {
      throw new FileSystemException(name, null, name + ": " + suspect.get().flaw());
    }
    LOG.warn("{} cannot be read, and counts for nothing: {}", name, suspect.get().flaw());
  }

  private static JsonObject outcome(JsonObject entry, String... keys) {
    JsonObject outcome = copy(entry, keys);
    return isCount(entry.getValue("curationsSeen"))
        ? outcome.put("curationsSeen", entry.getValue("curationsSeen"))
        : outcome;
  }

  private static JsonObject copy(JsonObject entry, String... keys) {
    JsonObject copy = new JsonObject();
    for (String key : keys) {
      if (entry.containsKey(key)) {
        copy.put(key, entry.getValue(key));
      }
    }
    return copy;
  }

  private static boolean isCount(Object value) {
    return value instanceof Number number
        && number.doubleValue() >= 0
        && number.doubleValue() <= MAX_COUNT
        && number.doubleValue() == Math.rint(number.doubleValue());
  }
}
