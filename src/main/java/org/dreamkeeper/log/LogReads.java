package org.dreamkeeper.log;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.dreamkeeper.bus.Fence;
import org.dreamkeeper.bus.Request;

/**
 * Carries out what is no save: {@code getById}, {@code list} and {@code nextId}, and what the lock
 * asks.
 *
 * <p>All methods block, and are used in the mailbox's order only.
 */
final class LogReads {
  private static final String LIST = "list";
  private static final String GET_BY_ID = "getById";
  private static final Set<DreamTrigger> ANY = EnumSet.allOf(DreamTrigger.class);

  private final LogDirectory directory;
  private final LogEntries entries;
  private final LogPages pages;
  private final Interruptions interruptions;
  private final LogIds ids;
  private final Fence fence;

  LogReads(
      LogDirectory directory,
      LogEntries entries,
      LogPages pages,
      Interruptions interruptions,
      LogIds ids,
      Fence fence) {
    this.directory = directory;
    this.entries = entries;
    this.pages = pages;
    this.interruptions = interruptions;
    this.ids = ids;
    this.fence = fence;
  }

  /**
   * Carries out a run of requests that are no saves, unless more has to be done before than one
   * step may.
   *
   * @return empty if each is answered; else what has to be ended before {@link #answer}
   */
  List<List<LogRow>> begin(List<Request> run) {
    Exception obstacle = bringInStep(run);
    boolean lists = run.stream().anyMatch(request -> request.action().equals(LIST));
    List<List<LogRow>> groups =
        lists && obstacle == null ? interruptions.due() : List.<List<LogRow>>of();
    if (groups.size() > 1) {
      return groups;
    }
    groups.forEach(interruptions::resolve);
    answer(run, obstacle);
    return List.of();
  }

  /** Carries out a run of requests that are no saves, and answers each. */
  void answer(List<Request> run) {
    answer(run, bringInStep(run));
  }

  private void answer(List<Request> run, Exception obstacle) {
    for (Request request : run) {
      if (obstacle != null && needsIndex(request)) {
        DiskTrouble.refuse(request, LogDirectory.NAME, obstacle);
      } else {
        answer(request);
      }
    }
  }

  private static boolean needsIndex(Request request) {
    return !request.action().equals(GET_BY_ID);
  }

  /** Once for the whole run; gives what stands in the way, or null. */
  private Exception bringInStep(List<Request> run) {
    entries.beginPass();
    try {
      if (run.stream().anyMatch(LogReads::needsIndex)) {
        directory.refresh();
      }
      return null;
    } catch (IOException | RuntimeException failure) {
      return failure;
    }
  }

  private void answer(Request request) {
    try {
      if (request.writes()) {
        fence.check(request);
      }
      request.reply(reply(request));
    } catch (IOException | RuntimeException failure) {
      DiskTrouble.refuse(request, LogDirectory.NAME, failure);
    }
  }

  private JsonObject reply(Request request) throws IOException {
    return switch (request.action()) {
      case GET_BY_ID -> byId(request.body().getString("id"));
      case LIST -> pages.page(LogFilter.of(request.body()));
      default -> new JsonObject().put("id", ids.next());
    };
  }

  private JsonObject byId(String id) throws IOException {
    if (!LogId.valid(id)) {
      return null;
    }
    Optional<Entry> entry = entries.current(id);
    if (entry.isPresent() && interruptions.interrupted(entry.get().row())) {
      interruptions.resolve(List.of(entry.get().row()));
      entry = entries.current(id);
    }
    return entry.map(Entry::json).orElse(null);
  }

  /**
   * Tells how the dream with a lock token ended; empty if there is no entry of it.
   *
   * @param since when that dream cannot have begun yet, ms since 1970
   * @throws IOException also if a file that was written later, and may be its entry, cannot be read
   */
  JsonObject outcome(long token, long since) throws IOException {
    JsonObject entry = newest(row -> row.lockToken() != null && row.lockToken() == token);
    refuseUnread(since);
    JsonObject outcome = copy(entry, "id", "status", "completedAt");
    return isCount(entry.getValue("curationsSeen"))
        ? outcome.put("curationsSeen", entry.getValue("curationsSeen"))
        : outcome;
  }

  private void refuseUnread(long since) throws IOException {
    for (LogRow row : directory.index().unread()) {
      if (row.stat().modified().toEpochMilli() >= since) {
        String name = LogId.file(row.id());
        throw new FileSystemException(name, null, name + ": " + row.flaw());
      }
    }
  }

  /**
   * Names the dream under a lock token that was begun last, of those that were completed; empty if
   * there is none. Ids tell what was last: unlike clocks, they are never set back.
   */
  JsonObject lastCompleted() throws IOException {
    entries.beginPass();
    directory.refresh();
    List<LogRow> rows = directory.index().all(DreamStatus.COMPLETED);
    rows.sort((a, b) -> LogId.compare(b.id(), a.id()));
    for (LogRow row : rows) {
      Optional<Entry> entry =
          row.lockToken() == null ? Optional.empty() : entries.current(row.id());
      if (entry.isPresent() && isCompleted(entry.get().row())) {
        return copy(entry.get().json(), "id", "completedAt");
      }
    }
    return new JsonObject();
  }

  private static boolean isCompleted(LogRow row) {
    return row.status() == DreamStatus.COMPLETED && row.lockToken() != null;
  }

  private JsonObject newest(Predicate<LogRow> wanted) throws IOException {
    entries.beginPass();
    directory.refresh();
    LogWalk walk = directory.index().newest(EnumSet.allOf(DreamStatus.class), ANY, null);
    for (LogRow row = walk.next(); row != null; row = walk.next()) {
      if (wanted.test(row)) {
        Optional<Entry> entry = entries.current(row.id());
        if (entry.isPresent() && wanted.test(entry.get().row())) {
          return entry.get().json();
        }
      }
    }
    return new JsonObject();
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
        && number.doubleValue() == Math.rint(number.doubleValue());
  }
}
