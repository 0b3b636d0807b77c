package org.dreamkeeper.run;

import io.vertx.core.AsyncResult;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.dreamkeeper.bus.DreamkeeperException;
import org.dreamkeeper.bus.FailureCode;
import org.dreamkeeper.bus.Time;
import org.dreamkeeper.log.DreamLogEntry;
import org.dreamkeeper.log.DreamOperation;
import org.dreamkeeper.log.LogClient;

/**
 * The dream's log entry while it grows. One save is under way at a time, and what is recorded
 * meanwhile, or in the same turn of the event loop, shares the next.
 *
 * <p>Confined to the run's context.
 */
final class Journal {
  private final Context context;
  private final LogClient log;
  private final Retry retry;
  private final HeldLock held;
  private final DreamLogEntry opened;
  private final List<DreamOperation> operations = new ArrayList<>();
  private List<Promise<Void>> waiting = new ArrayList<>();
  private Future<Void> saving = Future.succeededFuture();
  private int saved;
  private boolean due;
  private String closed;

  Journal(Context context, LogClient log, Time time, HeldLock held, DreamLogEntry opened) {
    this.context = context;
    this.log = log;
    this.retry = new Retry(time);
    this.held = held;
    this.opened = opened;
  }

  String id() {
    return opened.id();
  }

  Future<Void> record(DreamOperation operation) {
    if (closed != null) {
      return Future.failedFuture(refusal());
    }
    operations.add(operation);
    Promise<Void> durable = Promise.promise();
    waiting.add(durable);
    if (!due) {
      due = true;
      context.runOnContext(later -> flush());
    }
    return durable.future();
  }

  /** Takes no more; what waits is answered by {@link #end}, or refused by {@link #giveUp}. */
  void close(String why) {
    closed = why;
  }

  /** Refuses what waits: it will not become durable any more. */
  void giveUp() {
    answer(takeWaiting(), Future.failedFuture(refusal()));
  }

  /**
   * Saves the entry with all operations, for the last time.
   *
   * @param ending makes the final entry
   */
  Future<DreamLogEntry> end(UnaryOperator<DreamLogEntry> ending) {
    return saving.transform(
        before -> {
          // Only now: what the log has just refused is out of it.
          DreamLogEntry last = ending.apply(present());
          List<Promise<Void>> batch = takeWaiting();
          return save(last).onComplete(end -> answer(batch, end)).map(last);
        });
  }

  private void flush() {
    due = false;
    if (closed != null || !saving.isComplete() || waiting.isEmpty()) {
      return;
    }
    List<Promise<Void>> batch = takeWaiting();
    int upTo = operations.size();
    saving = save(present());
    saving.onComplete(
        end -> {
          if (end.succeeded()) {
            saved = upTo;
          } else if (Retry.isForGood(end.cause())) {
            // It would spoil every later save, and the end, too.
            operations.subList(saved, upTo).clear();
          }
          answer(batch, end);
          flush();
        });
  }

  private Future<Void> save(DreamLogEntry entry) {
    return retry
        .of(() -> log.save(entry, held.token()))
        .onFailure(
            failure -> {
              if (Retry.code(failure) == FailureCode.SUPERSEDED) {
                held.lose(failure.getMessage());
              }
            });
  }

  /** Gives the entry as it is now, its summary counted from the operations. */
  private DreamLogEntry present() {
    return opened.withOperations(operations);
  }

  private List<Promise<Void>> takeWaiting() {
    List<Promise<Void>> taken = waiting;
    waiting = new ArrayList<>();
    return taken;
  }

  private static void answer(List<Promise<Void>> batch, AsyncResult<Void> end) {
    for (Promise<Void> each : batch) {
      if (end.succeeded()) {
        each.complete();
      } else {
        each.fail(end.cause());
      }
    }
  }

  private DreamkeeperException refusal() {
    return new DreamkeeperException(FailureCode.SUPERSEDED, id() + " has ended: " + closed);
  }
}
