package org.dreamkeeper.run.impl;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.dreamkeeper.bus.DreamkeeperException;
import org.dreamkeeper.bus.FailureCode;
import org.dreamkeeper.log.DreamLogEntry;
import org.dreamkeeper.log.DreamOperation;
import org.dreamkeeper.texts.TextFolder;

/**
 * The dream's log entry while it grows. One request is under way at a time, and what is recorded
 * meanwhile, or in the same turn of the event loop, shares the next.
 *
 * <ol>
 *   <li>Operations are appended; the log judges each by itself.
 *   <li>Before the first, and where it is not known what an append has done, the entry is saved
 *       with what is known to be in it.
 *   <li>The end saves all.
 * </ol>
 *
 * <p>Confined to the run's context.
 */
final class EntryWriter {
  private record Item(DreamOperation operation, Promise<Void> durable) {}

  private final OwnContext own;
  private final LeaseKeeper held;
  private final DreamLogEntry opened;

  /** The folder of the texts, or null. */
  private final TextFolder texts;

  private final List<DreamOperation> operations = new ArrayList<>();

  /** What is not known to be durable, nor refused; who recorded it may have been told so. */
  private final List<Item> pending = new ArrayList<>();

  private Future<Void> writing = Future.succeededFuture();

  /** Whether the entry on the disk is known to be there, with the operations and no other. */
  private boolean known;

  private boolean used;
  private boolean due;
  private String closed;
  private DreamLogEntry last;

  EntryWriter(OwnContext own, LeaseKeeper held, DreamLogEntry opened, TextFolder texts) {
    this.own = own;
    this.held = held;
    this.opened = opened;
    this.texts = texts;
  }

  TextFolder texts() {
    return texts;
  }

  String id() {
    return opened.id();
  }

  /** Tells whether anything was recorded. */
  boolean used() {
    return used;
  }

  Future<Void> record(DreamOperation operation) {
    if (closed != null) {
      return Future.failedFuture(refusal());
    }
    used = true;
    Promise<Void> durable = Promise.promise();
    pending.add(new Item(operation, durable));
    if (!due) {
      due = true;
      own.context().runOnContext(later -> flush());
    }
    return durable.future();
  }

  /** Takes no more; what waits is answered by {@link #end}, or refused by {@link #giveUp}. */
  void close(String why) {
    closed = why;
  }

  /** Refuses what waits: it will not become durable any more. */
  void giveUp() {
    fail(pending, refusal());
  }

  /**
   * Saves the entry with all operations, for the last time.
   *
   * @param ending makes the final entry
   */
  Future<DreamLogEntry> end(UnaryOperator<DreamLogEntry> ending) {
    return writing
        // So that each is judged by itself; what cannot be appended goes along with the last save.
        .transform(
            before -> waiting() ? write(List.copyOf(pending)) : Future.<Void>succeededFuture())
        .transform(written -> saveLast(ending))
        .recover(
            failure -> {
              if (!Retry.isForGood(failure) || pending.isEmpty()) {
                return Future.failedFuture(failure);
              }
              pending.clear();
              return saveLast(ending);
            });
  }

  private Future<DreamLogEntry> saveLast(UnaryOperator<DreamLogEntry> ending) {
    List<DreamOperation> all = new ArrayList<>(operations);
    pending.forEach(each -> all.add(each.operation()));
    return RecordedTexts.after(texts, opened.withOperations(all))
        .compose(
            entry -> {
              last = ending.apply(entry);
              return held.retry(() -> held.log().save(last));
            })
        .onSuccess(saved -> pending.forEach(each -> each.durable().tryComplete()))
        .onFailure(failure -> fail(pending, failure))
        .map(saved -> last);
  }

  /** Gives the entry as it was to be saved for the last time, if it has come to that. */
  Optional<DreamLogEntry> last() {
    return Optional.ofNullable(last);
  }

  private void flush() {
    due = false;
    if (closed != null || !writing.isComplete() || !waiting()) {
      return;
    }
    List<Item> batch = List.copyOf(pending);
    writing = held.retry(() -> write(batch)).onFailure(failure -> fail(batch, failure));
    writing.onComplete(end -> flush());
  }

  /** Tells whether there is something that nobody has been told of. */
  private boolean waiting() {
    return pending.stream().anyMatch(each -> !each.durable().future().isComplete());
  }

  /** Puts operations on the disk; those that the log refuses are answered, and forgotten. */
  private Future<Void> write(List<Item> batch) {
    return saved()
        .compose(saved -> append(batch))
        .recover(
            failure ->
                // The entry may not be what it was: a foreign process may have ended it.
                Retry.code(failure) == FailureCode.INVALID_REQUEST
                    ? saved().compose(saved -> append(batch))
                    : Future.failedFuture(failure))
        .recover(failure -> refused(batch, failure));
  }

  /** Saves the entry unless it is known to be on the disk. */
  private Future<Void> saved() {
    return known
        ? Future.succeededFuture()
        : held.log().save(opened.withOperations(operations)).onSuccess(saved -> known = true);
  }

  private Future<Void> append(List<Item> batch) {
    List<DreamOperation> all = batch.stream().map(Item::operation).toList();
    return held.log()
        .append(id(), all)
        .onFailure(failure -> known = false)
        .map(
            appended -> {
              for (int i = 0; i < batch.size(); i++) {
                String reason = appended.refused().get(i);
                if (reason == null) {
                  operations.add(batch.get(i).operation());
                  batch.get(i).durable().tryComplete();
                } else {
                  batch.get(i).durable().tryFail(invalid(reason));
                }
              }
              forget(batch);
              return null;
            });
  }

  /** Where all are too large together, each may not be. */
  private Future<Void> refused(List<Item> batch, Throwable failure) {
    if (!Retry.isForGood(failure)) {
      return Future.failedFuture(failure);
    }
    if (Retry.code(failure) == FailureCode.TOO_LARGE && batch.size() > 1) {
      int half = batch.size() / 2;
      return write(batch.subList(0, half))
          .compose(first -> write(batch.subList(half, batch.size())));
    }
    fail(batch, failure);
    forget(batch);
    return Future.succeededFuture();
  }

  /** They were recorded before all others that are pending. */
  private void forget(List<Item> batch) {
    pending.subList(0, batch.size()).clear();
  }

  private static void fail(List<Item> items, Throwable failure) {
    items.forEach(each -> each.durable().tryFail(failure));
  }

  private static DreamkeeperException invalid(String reason) {
    return new DreamkeeperException(FailureCode.INVALID_REQUEST, reason);
  }

  private DreamkeeperException refusal() {
    return new DreamkeeperException(FailureCode.SUPERSEDED, id() + " has ended: " + closed);
  }
}
