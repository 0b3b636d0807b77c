package org.dreamkeeper.log;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.dreamkeeper.bus.impl.AsyncLoop;
import org.dreamkeeper.bus.impl.Log;
import org.dreamkeeper.bus.impl.Project;
import org.dreamkeeper.bus.impl.RepeatedFailureLog;
import org.dreamkeeper.file.DiskFailure;
import org.slf4j.Logger;

/**
 * Ends the entries that are {@code processing} although nobody can be at it any more.
 *
 * <p>One sync of the directory makes a group of them durable; then it is told.
 *
 * <p>Used in the mailbox's order only; what resolves blocks, unless it gives a future.
 */
final class Interruptions {
  /** How many are ended in one step. */
  static final int MAX_STEP = 64;

  private static final Logger LOG = Log.of(Interruptions.class);

  private final LogDirectory directory;
  private final EntryRewrite rewrite;
  private final Project project;
  private final InterruptionRule rule;
  // Read by the event loop, between two tasks.
  private boolean failing;
  private final RepeatedFailureLog unresolved;

  Interruptions(
      LogDirectory directory, EntryRewrite rewrite, Project project, InterruptionRule rule) {
    this.directory = directory;
    this.rewrite = rewrite;
    this.project = project;
    this.rule = rule;
    this.unresolved =
        new RepeatedFailureLog(
            LOG, "interrupted entries of " + project.address("log") + " stay as they are");
  }

  boolean interrupted(LogRow row) {
    return rule.interrupted(row);
  }

  /** Tells in how many ms the next entry will be too old; infinity if none will. */
  double nextDue() {
    List<LogRow> running = directory.index().all(DreamStatus.PROCESSING);
    rule.retain(running.stream().map(LogRow::id).collect(Collectors.toSet()));
    return running.stream()
        .filter(row -> row.lockToken() == null)
        .mapToDouble(rule::due)
        .min()
        .orElse(Double.POSITIVE_INFINITY);
  }

  /** Tells whether the last attempt left something to be done. */
  boolean failing() {
    return failing;
  }

  /**
   * Gives what the index shows to be interrupted, in groups of a bounded size; looks at no file.
   */
  List<List<LogRow>> due() {
    List<LogRow> rows =
        directory.index().all(DreamStatus.PROCESSING).stream().filter(this::interrupted).toList();
    return Pieces.of(rows, MAX_STEP);
  }

  /**
   * Ends groups of entries, one after the other, as far as the disk lets it be done.
   *
   * @param step runs a blocking task: each group is one
   */
  Future<Void> resolve(
      List<List<LogRow>> groups, Function<Callable<Boolean>, Future<Boolean>> step) {
    Iterator<List<LogRow>> rest = groups.iterator();
    return AsyncLoop.whileTrue(
        () -> {
          if (!rest.hasNext()) {
            return Future.succeededFuture(false);
          }
          List<LogRow> group = rest.next();
          return step.apply(() -> resolve(group));
        });
  }

  /**
   * Ends some entries, durably; those whose files say otherwise are left as they are. What the disk
   * does not let be done is logged, and stays.
   *
   * @return whether it makes sense to go on with others
   */
  boolean resolve(List<LogRow> rows) {
    List<LogRow> ended = new ArrayList<>();
    IOException refused = null;
    for (LogRow row : rows) {
      try {
        if (resolve(row.id())) {
          ended.add(row);
        }
      } catch (IOException failure) {
        refused = failure;
      }
    }
    boolean some = !ended.isEmpty();
    if (some) {
      try {
        directory.sync();
      } catch (IOException failure) {
        refused = failure;
        ended.clear();
      }
    }
    ended.forEach(row -> directory.journals().drop(row.id()));
    directory.wrote();
    for (LogRow row : ended) {
      JsonObject details = new JsonObject().put("id", row.id());
      if (row.lockToken() != null) {
        details.put("token", row.lockToken());
      }
      project.events().publish("log.interrupted", details);
    }
    report(refused);
    return some || refused == null;
  }

  private void report(IOException refused) {
    if (refused != null) {
      unresolved.failed(DiskFailure.reason(refused));
    } else {
      unresolved.over();
    }
    failing = refused != null;
  }

  private boolean resolve(String id) throws IOException {
    directory.rescan(id);
    LogRow row = directory.index().get(id);
    return row != null
        && interrupted(row)
        && rewrite.replace(id, entry -> interrupted(entry.row()) ? rule.ended(entry) : null);
  }
}
