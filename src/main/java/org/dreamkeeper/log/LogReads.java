package org.dreamkeeper.log;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.dreamkeeper.bus.impl.Fence;
import org.dreamkeeper.bus.impl.Request;

/**
 * Carries out what is no save: {@code getById}, {@code list} and {@code nextId}.
 *
 * <p>All methods block, and are used in the mailbox's order only.
 */
final class LogReads {
  private static final String LIST = "list";
  private static final String GET_BY_ID = "getById";

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
    Throwable obstacle = bringInStep(run);
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

  private void answer(List<Request> run, Throwable obstacle) {
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
  private Throwable bringInStep(List<Request> run) {
    entries.beginPass();
    try {
      if (run.stream().anyMatch(LogReads::needsIndex)) {
        directory.refresh();
      }
      return null;
    } catch (Throwable failure) {
      return failure;
    }
  }

  private void answer(Request request) {
    try {
      if (request.writes()) {
        fence.check(request);
      }
      request.reply(reply(request));
    } catch (Throwable failure) {
      DiskTrouble.refuse(request, LogDirectory.NAME, failure);
    }
  }

  private JsonObject reply(Request request) throws IOException {
    return switch (request.action()) {
      case GET_BY_ID -> byId(request.body().getString("id"));
      case LIST -> {
        JsonObject page = pages.page(LogFilter.of(request.body()));
        directory.settle();
        yield page;
      }
      default -> new JsonObject().put("id", ids.next());
    };
  }

  private JsonObject byId(String id) throws IOException {
    if (!LogId.valid(id)) {
      return null;
    }
    // Through a link in its place, another directory's files would be looked at.
    directory.files().statDirectory();
    Optional<Entry> entry = entries.current(id);
    if (entry.isPresent() && interruptions.interrupted(entry.get().row())) {
      interruptions.resolve(List.of(entry.get().row()));
      entry = entries.current(id);
    }
    directory.settle(id);
    return entry.map(Entry::json).orElse(null);
  }
}
