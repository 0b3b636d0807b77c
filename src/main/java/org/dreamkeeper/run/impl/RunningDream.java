package org.dreamkeeper.run.impl;

import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Function;
import org.dreamkeeper.bus.impl.Log;
import org.dreamkeeper.bus.impl.Time;
import org.dreamkeeper.log.DreamOperation;
import org.dreamkeeper.run.DreamRun;
import org.dreamkeeper.run.RunResult;
import org.dreamkeeper.run.impl.Guarded.Cut;
import org.dreamkeeper.run.impl.Guarded.Why;
import org.dreamkeeper.state.DreamState;
import org.dreamkeeper.state.StateClient;
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
  private final RunCompletion finish;
  private final Guarded<T> guarded;

  RunningDream(OwnContext own, LeaseKeeper held, DreamState seen, EntryWriter journal) {
    this.own = own;
    this.held = held;
    this.seen = seen;
    this.journal = journal;
    this.finish = new RunCompletion(held, journal, seen.curationsSinceDream());
    this.guarded = new Guarded<>(own, held);
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
            end -> {
              String why = why(end);
              journal.close(why);
              held.about(LOG.atDebug()).log("the dream ends: {}", why);
              return finished(end);
            });
  }

  private static String why(AsyncResult<?> end) {
    if (end.cause() instanceof Cut cut) {
      return switch (cut.why()) {
        case LOST -> "the lock is lost: " + cut.getMessage();
        case ABORTED -> "aborted: " + cut.getMessage();
        default -> cut.getMessage();
      };
    }
    if (end.cause() instanceof NothingToDo) {
      return "there was nothing to do";
    }
    return end.succeeded() ? "it completed" : "it failed";
  }

  private Future<RunResult<T>> finished(AsyncResult<T> end) {
    if (end.cause() instanceof Cut cut) {
      return cut.why() == Why.LOST
          ? finish.lost(cut.getMessage())
          : finish.partial(cut.getMessage());
    }
    if (end.cause() instanceof NothingToDo) {
      return finish.nothing();
    }
    return end.succeeded() ? finish.completed(end.result()) : finish.failed(end.cause());
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
    own.execute(() -> journal.record(operation).onComplete(durable));
    return durable.future();
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
