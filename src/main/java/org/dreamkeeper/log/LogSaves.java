package org.dreamkeeper.log;

import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.dreamkeeper.bus.impl.BlockingExecutor;
import org.dreamkeeper.bus.impl.Events;
import org.dreamkeeper.bus.impl.Fence;
import org.dreamkeeper.bus.impl.Log;
import org.dreamkeeper.bus.impl.RepeatedFailureLog;
import org.dreamkeeper.bus.impl.Request;
import org.dreamkeeper.file.DiskFailure;
import org.slf4j.Logger;

/**
 * Group commit: saves that queued up together share the sync of the directory.
 *
 * <ol>
 *   <li>Foreign changes are taken in, before our own temporary files change the directory.
 *   <li>An entry with a journal is written whole, where what is saved has fewer operations.
 *   <li>Each entry is written and synced beside its place, on all of the project's threads.
 *   <li>All get their names, in order.
 *   <li>What is too much is removed.
 *   <li>One sync of the directory makes all of that durable; then it is told and answered.
 * </ol>
 *
 * <p>Whatever fails: the rows of the entries concerned are read again, so that memory equals disk.
 */
final class LogSaves {
  private static final Logger LOG = Log.of(LogSaves.class);

  /** How many entries are written before somebody else has his turn on the thread. */
  private static final int TOGETHER = 4;

  private final BlockingExecutor blocking;
  private final LogDirectory directory;
  private final LogEntries entries;
  private final EntryRewrite rewrite;
  private final LogPruning pruning;
  private final Fence fence;
  private final Events events;
  private final RepeatedFailureLog unpruned =
      new RepeatedFailureLog(LOG, "old entries stay for now");
  private Set<String> saved = Set.of();
  private boolean pruningUnfinished;

  LogSaves(
      BlockingExecutor blocking,
      LogDirectory directory,
      LogEntries entries,
      EntryRewrite rewrite,
      LogPruning pruning,
      Fence fence,
      Events events) {
    this.blocking = blocking;
    this.directory = directory;
    this.entries = entries;
    this.rewrite = rewrite;
    this.pruning = pruning;
    this.fence = fence;
    this.events = events;
  }

  /** Commits a run of saves. Called on the event loop, in the mailbox's order. */
  Future<Void> commit(List<Request> saves) {
    Map<String, SaveTarget> byId = new LinkedHashMap<>();
    for (Request save : saves) {
      byId.computeIfAbsent(save.body().getString("id"), SaveTarget::new).add(save);
    }
    List<SaveTarget> targets = List.copyOf(byId.values());
    if (targets.size() == 1) {
      return blocking.run(
          () -> {
            takeIn(targets);
            prepare(targets);
            return publish(targets);
          });
    }
    return blocking
        .run(() -> takeIn(targets))
        .compose(in -> Future.join(prepareInParallel(targets)))
        .compose(ready -> blocking.run(() -> publish(targets)));
  }

  private List<Future<Void>> prepareInParallel(List<SaveTarget> targets) {
    return Pieces.of(targets, TOGETHER).stream()
        .map(piece -> blocking.run(() -> prepare(piece)))
        .toList();
  }

  private Void takeIn(List<SaveTarget> targets) {
    entries.beginPass();
    try {
      directory.refreshForWrite();
    } catch (IOException failure) {
      // The entry may still be written; only what is to be pruned is not known then.
      LOG.debug("{} cannot be listed: {}", LogDirectory.NAME, DiskFailure.reason(failure));
    }
    targets.forEach(target -> target.takeIn(directory.journals(), rewrite));
    return null;
  }

  private Void prepare(List<SaveTarget> targets) {
    targets.forEach(target -> target.prepare(directory, fence));
    return null;
  }

  private Void publish(List<SaveTarget> targets) {
    List<SaveTarget> published = new ArrayList<>();
    List<String> pruned = new ArrayList<>();
    try {
      for (SaveTarget target : targets) {
        if (target.ready() && target.publish(directory)) {
          published.add(target);
        } else {
          restore(target.id());
        }
      }
      if (!published.isEmpty()) {
        saved = published.stream().map(SaveTarget::id).collect(Collectors.toSet());
        prune(pruning::check, pruned);
        directory.sync();
        saved.forEach(directory.journals()::drop);
        tell(published, pruned);
      }
    } catch (Throwable failure) {
      for (SaveTarget target : published) {
        target.refuseInDoubt(failure);
        restore(target.id());
      }
      pruned.forEach(this::restore);
    }
    directory.wrote();
    return null;
  }

  private void prune(BooleanSupplier check, List<String> pruned) {
    try {
      boolean due = pruning.due();
      boolean known = due && check.getAsBoolean();
      pruningUnfinished = due && !known;
      if (known) {
        pruning.prune(saved, pruned);
      }
      unpruned.over();
    } catch (IOException failure) {
      unpruned.failed(DiskFailure.reason(failure));
    }
  }

  private void tell(List<SaveTarget> published, List<String> pruned) {
    for (SaveTarget target : published) {
      JsonObject id = new JsonObject().put("id", target.id());
      events.publish("log.saved", target.saved());
      target.undone().ifPresent(undone -> events.publish("dream.undone", undone));
      target.accepted().forEach(request -> request.reply(id));
    }
    tellPruned(pruned);
  }

  private void tellPruned(List<String> pruned) {
    if (!pruned.isEmpty()) {
      events.publish("log.pruned", new JsonObject().put("ids", new JsonArray(pruned)));
    }
  }

  private void restore(String id) {
    try {
      directory.rescan(id);
    } catch (IOException failure) {
      directory.distrust();
      LOG.debug("{} cannot be looked at: {}", LogId.file(id), DiskFailure.reason(failure));
    }
  }

  /**
   * Goes on with pruning where there was too much to validate for one step. Blocks.
   *
   * @return whether there still is
   */
  boolean pruneMore() {
    entries.beginPass();
    List<String> pruned = new ArrayList<>();
    prune(pruning::checkStep, pruned);
    if (!pruned.isEmpty()) {
      try {
        directory.sync();
        tellPruned(pruned);
      } catch (IOException failure) {
        LOG.warn("what was pruned may come back: {}", DiskFailure.reason(failure));
      }
      directory.wrote();
    }
    return pruningUnfinished;
  }

  /** Tells whether a save has left {@link #pruneMore} something to do. */
  boolean pruningUnfinished() {
    return pruningUnfinished;
  }
}
