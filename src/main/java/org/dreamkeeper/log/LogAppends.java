package org.dreamkeeper.log;

import io.vertx.core.Future;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.dreamkeeper.bus.DreamkeeperException;
import org.dreamkeeper.bus.FailureCode;
import org.dreamkeeper.bus.impl.BlockingExecutor;
import org.dreamkeeper.bus.impl.Budget;
import org.dreamkeeper.bus.impl.Events;
import org.dreamkeeper.bus.impl.Fence;
import org.dreamkeeper.bus.impl.Request;

/**
 * Adds operations to entries that are {@code processing}: what queued up together for one entry
 * shares one write and one sync of its journal, however many operations it has.
 *
 * <p>Used in the mailbox's order only.
 */
final class LogAppends {
  private final BlockingExecutor blocking;
  private final LogDirectory directory;
  private final LogEntries entries;
  private final EntryRewrite rewrite;
  private final Interruptions interruptions;
  private final Fence fence;
  private final Budget budget;
  private final Events events;

  LogAppends(
      BlockingExecutor blocking,
      LogDirectory directory,
      LogEntries entries,
      EntryRewrite rewrite,
      Interruptions interruptions,
      Fence fence,
      Budget budget,
      Events events) {
    this.blocking = blocking;
    this.directory = directory;
    this.entries = entries;
    this.rewrite = rewrite;
    this.interruptions = interruptions;
    this.fence = fence;
    this.budget = budget;
    this.events = events;
  }

  /** Commits a run of appends, and answers each. */
  Future<Void> commit(List<Request> appends) {
    Map<String, List<Request>> byId = new LinkedHashMap<>();
    for (Request each : appends) {
      byId.computeIfAbsent(each.body().getString("id"), any -> new ArrayList<>()).add(each);
    }
    return blocking.run(
        () -> {
          entries.beginPass();
          byId.forEach(this::append);
          return null;
        });
  }

  private void append(String id, List<Request> asked) {
    List<Request> requests = asked.stream().filter(this::admitted).toList();
    if (requests.isEmpty()) {
      return;
    }
    List<Appendage> accepted = new ArrayList<>();
    try {
      long whole = running(id).stat().size();
      LogJournals.Tail end = end(id);
      for (Request request : requests) {
        Optional<Appendage> some = judged(request, end, whole);
        if (some.isPresent()) {
          accepted.add(some.get());
          end = some.get().end();
        }
      }
    } catch (IOException | RuntimeException failure) {
      requests.forEach(request -> DiskTrouble.refuse(request, place(id), failure));
      return;
    }
    if (accepted.isEmpty()) {
      return;
    }
    try {
      write(id, accepted.stream().flatMap(each -> each.lines().stream()).toList());
      events.stored("log");
      accepted.forEach(Appendage::reply);
    } catch (IOException | RuntimeException failure) {
      DreamkeeperException refusal = DiskTrouble.refusal(place(id), failure);
      accepted.forEach(each -> each.request().failInDoubt(refusal));
    }
    entries.changed(id);
  }

  private boolean admitted(Request request) {
    try {
      fence.check(request);
      return true;
    } catch (DreamkeeperException superseded) {
      request.fail(superseded);
      return false;
    }
  }

  private static String place(String id) {
    return LogDirectory.NAME + "/" + LogId.file(id);
  }

  /** Looks whether there is an entry that can grow. */
  private LogRow running(String id) throws IOException {
    LogRow row = looked(id);
    if (row != null && interruptions.interrupted(row)) {
      interruptions.resolve(List.of(row));
      row = looked(id);
    }
    if (row == null) {
      throw invalid(id + " is not in the log");
    }
    if (row.unread()) {
      throw new FileSystemException(LogId.file(id), null, row.flaw());
    }
    if (!row.readable()) {
      throw invalid(id + " is no valid entry: " + row.flaw());
    }
    if (row.status() != DreamStatus.PROCESSING) {
      throw invalid(id + " is " + row.status().json() + ", expected processing");
    }
    return row;
  }

  private LogRow looked(String id) throws IOException {
    directory.rescan(id);
    return directory.index().get(id);
  }

  private static DreamkeeperException invalid(String reason) {
    return new DreamkeeperException(FailureCode.INVALID_REQUEST, reason);
  }

  /** Gives the end of what there is; where the journal has none, the entry is whole. */
  private LogJournals.Tail end(String id) throws IOException {
    Optional<LogJournals.Tail> tail = directory.journals().tail(id);
    if (tail.isPresent()) {
      return tail.get();
    }
    rewrite.fold(id);
    Entry entry = entries.current(id).orElseThrow(() -> invalid(id + " is no valid entry"));
    int count = entry.json().getJsonArray("operations").size();
    return new LogJournals.Tail(count, 0, entry.held());
  }

  /** Judges the operations of a request one by one; empty if nothing is left, which is answered. */
  private Optional<Appendage> judged(Request request, LogJournals.Tail before, long whole) {
    try {
      Appendage some = Appendage.judge(request, before);
      if (some.lines().isEmpty()) {
        throw invalid(some.refused().getJsonObject(0).getString("reason"));
      }
      String excess = budget.excess(some.end().held());
      if (excess != null || whole + some.end().bytes() > budget.maxMessageBytes()) {
        throw new DreamkeeperException(
            FailureCode.TOO_LARGE, "the entry would be too large to be saved whole");
      }
      return Optional.of(some);
    } catch (DreamkeeperException refusal) {
      request.fail(refusal);
      return Optional.empty();
    }
  }

  private void write(String id, List<byte[]> lines) throws IOException {
    LogJournals journals = directory.journals();
    if (journals.tail(id).isPresent()) {
      journals.append(id, lines);
      return;
    }
    try {
      journals.begin(id, end(id), lines);
    } finally {
      directory.wrote();
    }
  }
}
