package org.dreamkeeper.log;

import io.vertx.core.Future;
import java.util.concurrent.Callable;
import org.dreamkeeper.bus.impl.BlockingExecutor;
import org.dreamkeeper.bus.impl.Mailbox;
import org.dreamkeeper.bus.impl.Time;

/**
 * What the log does of its own accord, in its turn among the requests: it ends interrupted entries,
 * when the lock has moved or one has become too old, and finishes pruning. Long work is several
 * tasks, so that requests have their turn in between.
 *
 * <p>Confined to the actor's event loop.
 */
final class LogUpkeep {
  /** How soon that is tried again which the disk did not let be done, ms. */
  private static final long RETRY_MS = 10_000;

  private final Mailbox mailbox;
  private final BlockingExecutor blocking;
  private final Time time;
  private final Interruptions interruptions;
  private final LogSaves saves;
  private Runnable alarm = () -> {};
  private boolean pruning;
  private boolean stopped;

  LogUpkeep(
      Mailbox mailbox,
      BlockingExecutor blocking,
      Time time,
      Interruptions interruptions,
      LogSaves saves) {
    this.mailbox = mailbox;
    this.blocking = blocking;
    this.time = time;
    this.interruptions = interruptions;
    this.saves = saves;
  }

  /** Runs a blocking task in its turn. */
  <T> Future<T> inOrder(Callable<T> task) {
    return mailbox.run(() -> blocking.run(task));
  }

  /** Looks what there is to be done; to be called in the mailbox's order, after each batch. */
  void look() {
    setAlarm();
    prune();
  }

  /** Begins nothing new. */
  void stop() {
    stopped = true;
    alarm.run();
  }

  private void prune() {
    if (!pruning && saves.pruningUnfinished()) {
      pruning = true;
      inOrder(saves::pruneMore)
          .onComplete(
              done -> {
                pruning = false;
                if (done.succeeded() && done.result()) {
                  prune();
                }
              });
    }
  }

  /** Ends the entries of dreams that nobody is at any more. */
  void endInterrupted() {
    mailbox
        .run(() -> Future.succeededFuture(interruptions.due()))
        .compose(groups -> interruptions.resolve(groups, this::inOrder))
        .onComplete(ended -> setAlarm());
  }

  /** Sets the timer for the entry that becomes too old next. */
  private void setAlarm() {
    alarm.run();
    alarm = () -> {};
    double due = interruptions.nextDue();
    if (!stopped && Double.isFinite(due)) {
      long least = interruptions.failing() ? RETRY_MS : 1;
      alarm = time.schedule(Math.max(least, (long) due), this::endInterrupted);
    }
  }
}
