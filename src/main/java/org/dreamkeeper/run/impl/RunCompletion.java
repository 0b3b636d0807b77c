package org.dreamkeeper.run.impl;

import io.vertx.core.Future;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.dreamkeeper.bus.FailureCode;
import org.dreamkeeper.bus.impl.text.FailureText;
import org.dreamkeeper.bus.impl.text.Log;
import org.dreamkeeper.log.DreamLogEntry;
import org.dreamkeeper.log.DreamStatus;
import org.dreamkeeper.run.RunResult;
import org.dreamkeeper.run.RunResult.Completed;
import org.dreamkeeper.run.RunResult.Failed;
import org.dreamkeeper.run.RunResult.Lost;
import org.dreamkeeper.run.RunResult.Nothing;
import org.dreamkeeper.run.RunResult.Partial;
import org.slf4j.Logger;

/**
 * How a dream ends, once its outcome is decided.
 *
 * <ol>
 *   <li>{@code completed} on the disk is the moment from which the dream counts. What cannot be
 *       done after it is left to the lock's own recovery, which does the same: the lock is then not
 *       given back, for a lock that was is never recovered.
 *   <li>Where it is not known whether {@code completed} got there, the log is asked: the requests
 *       of one sender are carried out in order, so its answer is final.
 *   <li>All other endings save the entry, then give the lock back as it was.
 * </ol>
 *
 * <p>The futures do not fail.
 */
record RunCompletion(LeaseKeeper held, EntryWriter journal, long curationsSeen) {
  /** The entry's field in which the lock's recovery finds how many curations the dream saw. */
  static final String CURATIONS_SEEN = "curationsSeen";

  private static final Logger LOG = Log.of(RunCompletion.class);

  <T> Future<RunResult<T>> completed(T value) {
    Instant now = held.now();
    return journal
        .end(entry -> entry.completed(now))
        .transform(
            end ->
                end.succeeded()
                    ? count(end.result()).map(new Completed<>(value, end.result()))
                    : inDoubt(end.cause(), value));
  }

  private <T> Future<RunResult<T>> inDoubt(Throwable failure, T value) {
    if (Retry.isForGood(failure)) {
      return failed(failure);
    }
    return held.retry(() -> held.log().getById(journal.id()))
        .transform(
            read -> {
              if (read.failed()) {
                held.stop();
                return Future.succeededFuture(
                    new Lost<>(
                        "the log does not say whether it completed: " + failure.getMessage(),
                        Optional.of(journal.id())));
              }
              Optional<DreamLogEntry> completed =
                  read.result().filter(entry -> entry.status() == DreamStatus.COMPLETED);
              return completed.isPresent()
                  ? count(completed.get()).map(new Completed<>(value, completed.get()))
                  : failed(failure);
            });
  }

  private Future<Void> count(DreamLogEntry entry) {
    Instant at = entry.completedAt().orElseThrow();
    return held.retry(() -> held.state().recordDream(entry.id(), at, curationsSeen))
        .map(true)
        .recover(failure -> Future.succeededFuture(neverWill(entry, failure)))
        .compose(
            done -> {
              if (!done) {
                held.stop();
                return Future.succeededFuture();
              }
              return held.release().<Void>mapEmpty().recover(failure -> leave(entry, failure));
            });
  }

  /** Tells whether no later try would record it either: then the lock need not wait for one. */
  private boolean neverWill(DreamLogEntry entry, Throwable failure) {
    FailureCode code = Retry.code(failure);
    boolean never = code == FailureCode.NEWER_FORMAT || code == FailureCode.INVALID_REQUEST;
    if (never) {
      held.about(LOG.atWarn())
          .log("{} completed, but the state refuses it: {}", entry.id(), failure.getMessage());
    } else {
      leave(entry, failure);
    }
    return never;
  }

  private Future<Void> leave(DreamLogEntry entry, Throwable failure) {
    held.about(LOG.atWarn())
        .log(
            "{} completed; who next takes the lock, or the next start, does the rest: {}",
            entry.id(),
            failure.getMessage());
    return Future.succeededFuture();
  }

  /** Ends a dream that was none. */
  <T> Future<RunResult<T>> nothing() {
    return journal.used()
        ? failed(
            new IllegalStateException("the work recorded what it did, and said it did nothing"))
        : held.rollback().map(back -> new Nothing<>());
  }

  <T> Future<RunResult<T>> partial(String reason) {
    Instant now = held.now();
    return rolledBack(
        entry -> entry.partial(now, FailureText.cut(reason)),
        entry -> new Partial<>(reason, entry),
        failure -> new Failed<>(failure, Optional.empty()));
  }

  <T> Future<RunResult<T>> failed(Throwable cause) {
    Instant now = held.now();
    String error = FailureText.of(cause);
    return rolledBack(
        entry -> entry.error(now, error),
        entry -> new Failed<>(cause, Optional.of(entry)),
        failure -> new Failed<>(cause, journal.last()));
  }

  private <T> Future<RunResult<T>> rolledBack(
      UnaryOperator<DreamLogEntry> ending,
      Function<DreamLogEntry, RunResult<T>> saved,
      Function<Throwable, RunResult<T>> unsaved) {
    return journal
        .end(ending)
        .transform(
            end -> {
              if (end.succeeded()) {
                return held.rollback().map(back -> saved.apply(end.result()));
              }
              Throwable failure = end.cause();
              if (Retry.code(failure) == FailureCode.SUPERSEDED) {
                return lost(failure.getMessage());
              }
              held.about(LOG.atWarn())
                  .log("{}: its end could not be saved: {}", journal.id(), failure.getMessage());
              return held.rollback().map(back -> unsaved.apply(failure));
            });
  }

  /** Ends a dream whose lock is lost; nobody waits for the lock that may be ours after all. */
  <T> Future<RunResult<T>> lost(String how) {
    journal.giveUp();
    held.rollback();
    Optional<String> id = journal.used() ? Optional.of(journal.id()) : Optional.empty();
    return Future.succeededFuture(new Lost<>(how, id));
  }
}
