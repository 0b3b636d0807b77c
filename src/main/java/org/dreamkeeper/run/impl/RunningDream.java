package org.dreamkeeper.run.impl;

import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Supplier;
import org.dreamkeeper.bus.DreamkeeperException;
import org.dreamkeeper.bus.FailureCode;
import org.dreamkeeper.bus.impl.async.Time;
import org.dreamkeeper.bus.impl.text.Log;
import org.dreamkeeper.log.DreamOperation;
import org.dreamkeeper.run.DreamRun;
import org.dreamkeeper.run.DreamTexts;
import org.dreamkeeper.run.RunResult;
import org.dreamkeeper.run.impl.Guarded.Cut;
import org.dreamkeeper.run.impl.Guarded.Why;
import org.dreamkeeper.state.DreamState;
import org.dreamkeeper.state.StateClient;
import org.dreamkeeper.texts.TextFolder;
import org.slf4j.Logger;

/**
 * A dream that runs, and how it ends.
 *
 * <p>Confined to the run's context; what comes from elsewhere goes there first.
 */
final class RunningDream<T> implements DreamRun {
  private static final Logger LOG = Log.of(RunningDream.class);

  private final OwnContext own;
  private final LeaseKeeper held;
  private final DreamState seen;
  private final EntryWriter journal;
  private final TextFolder texts;

  /** The last operation that waits for what its texts are. */
  private Future<DreamOperation> filled = Future.succeededFuture();

  private final RunCompletion finish;
  private final Guarded<T> guarded;

  RunningDream(OwnContext own, LeaseKeeper held, DreamState seen, EntryWriter journal) {
    this.texts = journal.texts();
    this.own = own;
    this.held = held;
    this.seen = seen;
    this.journal = journal;
    this.finish = new RunCompletion(held, journal, seen.curationsSinceDream());
    this.guarded = new Guarded<>(own, held);
    held.cancelled().onSuccess(this::abort);
  }

  private static final class NothingToDo extends Exception {
    private static final long serialVersionUID = 1L;

    NothingToDo() {
      super("there is nothing to do", null, false, false);
    }
  }

  Future<RunResult<T>> play(Function<DreamRun, Future<T>> work, Time time, Duration timeout) {
    held.about(LOG.atDebug()).log("the dream begins");
    return guarded
        .run("the work", time, timeout.toMillis(), () -> work.apply(this))
        .transform(
            end ->
                end.cause() instanceof Cut ? ended(end) : filled.transform(recorded -> ended(end)));
  }

  private Future<RunResult<T>> ended(AsyncResult<T> end) {
    if (end.cause() instanceof Cut cut) {
      String how = cut.getMessage();
      return switch (cut.why()) {
        case LOST -> ended("the lock is lost: " + how, () -> finish.lost(how));
        case ABORTED -> ended("aborted: " + how, () -> finish.partial(how));
        default -> ended(how, () -> finish.partial(how));
      };
    }
    if (end.cause() instanceof NothingToDo) {
      return ended("there was nothing to do", finish::nothing);
    }
    return end.succeeded()
        ? ended("it completed", () -> finish.completed(end.result()))
        : ended("it failed", () -> finish.failed(end.cause()));
  }

  private Future<RunResult<T>> ended(String why, Supplier<Future<RunResult<T>>> ending) {
    journal.close(why);
    held.about(LOG.atDebug()).log("the dream ends: {}", why);
    return ending.get();
  }

  @Override
  public String id() {
    return journal.id();
  }

  @Override
  public long token() {
    return held.token();
  }

  @Override
  public DreamState seen() {
    return seen;
  }

  @Override
  public StateClient state() {
    return held.state();
  }

  @Override
  public Future<Void> record(DreamOperation operation) {
    Objects.requireNonNull(operation, "operation is null");
    Promise<Void> durable = own.callersPromise();
    own.execute(
        () ->
            // In order, however long one's texts take.
            filled =
                filled
                    .transform(before -> RecordedTexts.before(texts, operation))
                    .onFailure(durable::fail)
                    .onSuccess(whole -> journal.record(whole).onComplete(durable)));
    return durable.future();
  }

  /** Records an operation that is described whole. */
  Future<Void> recorded(DreamOperation operation) {
    Promise<Void> durable = Promise.promise();
    own.execute(() -> journal.record(operation).onComplete(durable));
    return durable.future();
  }

  /** Refuses to do anything once the outcome is decided; on any thread. */
  void checkRuns() {
    if (ended().isComplete()) {
      throw new DreamkeeperException(FailureCode.SUPERSEDED, id() + " has ended");
    }
  }

  @Override
  public DreamTexts texts() {
    if (texts == null) {
      throw new IllegalStateException(
          "the project's folder of texts is not known here: set texts in its configuration");
    }
    return new TextChanges(own, texts, this);
  }

  @Override
  public <R> Future<R> nothing() {
    return Future.failedFuture(new NothingToDo());
  }

  @Override
  public void abort(String reason) {
    Objects.requireNonNull(reason, "reason is null");
    own.execute(() -> guarded.cut(Why.ABORTED, reason));
  }

  @Override
  public Future<Void> lost() {
    return guarded.lost();
  }

  @Override
  public Future<Void> ended() {
    return guarded.ended();
  }
}
