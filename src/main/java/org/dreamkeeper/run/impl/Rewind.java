package org.dreamkeeper.run.impl;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import org.dreamkeeper.bus.impl.LogKeys;
import org.dreamkeeper.bus.impl.async.AsyncLoop;
import org.dreamkeeper.bus.impl.text.Log;
import org.dreamkeeper.log.DreamLogEntry;
import org.dreamkeeper.log.DreamStatus;
import org.dreamkeeper.log.LogPage;
import org.dreamkeeper.log.LogQuery;
import org.dreamkeeper.log.Prune;
import org.dreamkeeper.state.DreamState;
import org.dreamkeeper.state.LastDream;
import org.dreamkeeper.state.PendingMerge;
import org.slf4j.Logger;

/**
 * What follows when a dream's work is reverted: log, state and lock say so.
 *
 * <ol>
 *   <li>The state's field {@code undoing} gets the id: from now on the rest will be done.
 *   <li>The entry becomes {@code undone}.
 *   <li>The state forgets the dream, and {@code undoing} with it.
 *   <li>If it was the last one, the lock names the one before it when it is given back.
 * </ol>
 *
 * <p>Each step may be repeated. A dream that never counted has nothing to be forgotten but its
 * merges: they go first, and there is no {@code undoing}.
 */
final class Rewind {
  private static final Logger LOG = Log.of(Rewind.class);

  /** The state's field that says which undo is not finished. */
  static final String UNDOING = "undoing";

  private static final int ID_PREFIX = "drm-".length();
  private static final double MAX_COUNT = (1L << 53) - 1;

  /**
   * What was reverted.
   *
   * @param operations places of the operations that were
   * @param over whether that is all; else the state goes on to name the undo
   */
  record Reverted(SortedSet<Integer> operations, boolean over) {}

  private final LeaseKeeper held;

  /** When the dream before the last one completed, if the last one was undone. */
  private Optional<Instant> before;

  Rewind(LeaseKeeper held) {
    this.held = held;
  }

  /**
   * Marks a dream that is over: as undone, where all its operations are taken back; else which are.
   */
  Future<DreamLogEntry> mark(DreamLogEntry entry, Reverted reverted) {
    SortedSet<Integer> all = entry.undoneOperations();
    all.addAll(reverted.operations());
    if (all.size() == entry.operations().size()) {
      return markAll(entry);
    }
    if (all.equals(entry.undoneOperations())) {
      return end(reverted).map(entry);
    }
    DreamLogEntry next = entry.withUndoneOperations(all);
    return held.log()
        .save(next)
        .compose(saved -> forgetMerges(entry, reverted.operations()))
        .compose(forgotten -> end(reverted))
        .map(next);
  }

  private Future<?> end(Reverted reverted) {
    return reverted.over() ? unname() : Future.succeededFuture();
  }

  private Future<DreamLogEntry> markAll(DreamLogEntry entry) {
    if (entry.status() != DreamStatus.COMPLETED) {
      return held.state()
          .forgetDream(entry.id(), Optional.empty(), 0)
          .compose(forgotten -> save(entry))
          .compose(undone -> unname().map(undone));
    }
    return patch(new JsonObject().put(UNDOING, entry.id()))
        .compose(named -> save(entry))
        .compose(undone -> forget(entry.id(), Optional.of(entry)).map(undone));
  }

  /** Takes the merges out of the state that operations have suggested. */
  private Future<Void> forgetMerges(DreamLogEntry entry, SortedSet<Integer> operations) {
    List<PendingMerge> merges = new ArrayList<>();
    for (int place : operations) {
      if (entry.operations().get(place) instanceof Prune prune
          && prune.action() == Prune.Action.SUGGEST_MERGE
          && prune.mergeTarget().isPresent()) {
        merges.add(new PendingMerge(prune.file(), prune.mergeTarget().get(), "", entry.id()));
      }
    }
    return merges.isEmpty()
        ? Future.succeededFuture()
        : held.state().removePendingMerges(merges).mapEmpty();
  }

  /** The state names no undo any more. */
  private Future<DreamState> unname() {
    return patch(new JsonObject().putNull(UNDOING));
  }

  /** Finishes an undo whose dream's work is reverted. */
  Future<DreamState> finish(String id) {
    return held.log()
        .getById(id)
        .compose(
            found -> {
              DreamStatus status = found.map(DreamLogEntry::status).orElse(DreamStatus.UNDONE);
              return switch (status) {
                case UNDONE -> forget(id, found);
                case COMPLETED -> saveIfPossible(found.get()).compose(saved -> forget(id, found));
                default -> drop(id + " is " + status.json());
              };
            });
  }

  /** An undo of ours says nothing of the kind: what stands there is not worth a dream. */
  Future<DreamState> drop(String why) {
    LogKeys.dream(LOG.atWarn(), null, held.token())
        .log("the state's field undoing is dropped: {}", why);
    return unname();
  }

  private Future<Void> saveIfPossible(DreamLogEntry entry) {
    return save(entry)
        .<Void>mapEmpty()
        .recover(
            failure -> {
              if (!Retry.isForGood(failure)) {
                return Future.failedFuture(failure);
              }
              LogKeys.dream(LOG.atWarn(), entry.id(), held.token())
                  .log(
                      "{} is undone, but the log refuses to say so: {}",
                      entry.id(),
                      failure.getMessage());
              return Future.succeededFuture();
            });
  }

  private Future<DreamLogEntry> save(DreamLogEntry entry) {
    DreamLogEntry undone = entry.undone(held.now());
    return held.log().save(undone).map(undone);
  }

  private Future<DreamState> patch(JsonObject mergePatch) {
    return held.state().update(mergePatch);
  }

  private Future<DreamState> forget(String id, Optional<DreamLogEntry> entry) {
    long seen = entry.map(Rewind::curationsSeen).orElse(0L);
    return completedBefore(id)
        .compose(
            last ->
                held.state().forgetDream(id, last, seen).onSuccess(state -> follow(state, last)));
  }

  /** If the dream was the last one, the lock's clock goes back with the state's. */
  private void follow(DreamState state, Optional<LastDream> last) {
    if (state.lastDreamLogId().equals(last.map(LastDream::logId))) {
      before = last.map(LastDream::completedAt);
    }
  }

  /** Tells whether the last dream was undone. */
  boolean undidTheLast() {
    return before != null;
  }

  /** Gives the lock back: it says when the last dream completed. */
  Future<Void> end() {
    return before == null ? held.rollback() : held.rewind(before);
  }

  private static long curationsSeen(DreamLogEntry entry) {
    return entry.more().getValue(RunCompletion.CURATIONS_SEEN) instanceof Number seen
            && seen.doubleValue() >= 0
            && seen.doubleValue() <= MAX_COUNT
        ? seen.longValue()
        : 0;
  }

  /**
   * Finds the completed entry with the next smaller id, if there is one. The list is in the order
   * of {@code startedAt}, which is another one where the clock was once ahead. A completion in the
   * future is no evidence.
   */
  private Future<Optional<LastDream>> completedBefore(String id) {
    Search search = new Search(number(id), held.now());
    return AsyncLoop.whileTrue(() -> held.log().list(search.query).map(search::goesOn))
        .map(done -> search.best);
  }

  /** Goes through the pages of the list. */
  private static final class Search {
    private final BigInteger number;
    private final Instant now;
    private LogQuery query = LogQuery.all().status(DreamStatus.COMPLETED).withoutOperations();
    private Optional<LastDream> best = Optional.empty();

    private Search(BigInteger number, Instant now) {
      this.number = number;
      this.now = now;
    }

    private boolean goesOn(LogPage page) {
      page.entries().forEach(this::look);
      page.cursor().ifPresent(place -> query = query.from(place));
      return page.cursor().isPresent();
    }

    private void look(DreamLogEntry entry) {
      Instant at = entry.completedAt().orElse(Instant.MAX);
      boolean known = !at.isBefore(Instant.EPOCH) && !at.isAfter(now);
      BigInteger its = number(entry.id());
      boolean nearer = best.isEmpty() || its.compareTo(number(best.get().logId())) > 0;
      if (known && nearer && its.compareTo(number) < 0) {
        best = Optional.of(new LastDream(entry.id(), at));
      }
    }
  }

  private static BigInteger number(String id) {
    return new BigInteger(id.substring(ID_PREFIX));
  }
}
