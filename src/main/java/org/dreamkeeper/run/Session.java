package org.dreamkeeper.run;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Supplier;
import org.dreamkeeper.bus.LogKeys;
import org.dreamkeeper.log.DreamOperation;
import org.dreamkeeper.state.DreamState;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A dream that runs: the first thing that ends it decides the outcome, alone.
 *
 * <p>Confined to the context that asked for the run; what comes from elsewhere goes there first.
 */
final class Session<T> implements DreamRun {
  private static final Logger LOG = LoggerFactory.getLogger(Session.class);

  private final Context context;
  private final Clients clients;
  private final HeldLock held;
  private final DreamState seen;
  private final Journal journal;
  private final Finish finish;
  private final Promise<RunResult<T>> result = Promise.promise();
  private final Promise<Void> ended = Promise.promise();
  private Runnable timeout = () -> {};
  private boolean decided;

  Session(Context context, Clients clients, Opening.Outcome.Open open) {
    this.context = context;
    this.clients = clients;
    this.held = open.held();
    this.seen = open.seen();
    this.journal = new Journal(context, clients.log(), clients.time(), held, open.entry());
    this.finish = new Finish(clients, held, journal, seen.curationsSinceDream());
  }

  Future<RunResult<T>> play(Function<DreamRun, Future<T>> work, long timeoutMs) {
    LogKeys.dream(LOG.atDebug(), id(), token()).log("the dream begins");
    held.lost().onSuccess(how -> decide("the lock is lost: " + how, () -> finish.lost(how)));
    if (decided) {
      return result.future();
    }
    String late = "timed out after " + timeoutMs + " ms";
    timeout = clients.time().schedule(timeoutMs, () -> decide(late, () -> finish.partial(late)));
    attempt(work)
        .onComplete(
            end ->
                onContext(
                    () ->
                        decide(
                            end.succeeded() ? "it completed" : "it failed",
                            () ->
                                end.succeeded()
                                    ? finish.completed(end.result())
                                    : finish.failed(end.cause()))));
    return result.future();
  }

  private Future<T> attempt(Function<DreamRun, Future<T>> work) {
    try {
      return Objects.requireNonNull(work.apply(this), "the work gave no future");
    } catch (Throwable thrown) {
      return Future.failedFuture(thrown);
    }
  }

  private void decide(String why, Supplier<Future<RunResult<T>>> ending) {
    if (decided) {
      return;
    }
    decided = true;
    timeout.run();
    journal.close(why);
    ended.complete();
    LogKeys.dream(LOG.atDebug(), id(), token()).log("the dream ends: {}", why);
    ending.get().onComplete(result);
  }

  private void onContext(Runnable task) {
    if (Vertx.currentContext() == context) {
      task.run();
    } else {
      context.runOnContext(there -> task.run());
    }
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
  public DreamState state() {
    return seen;
  }

  @Override
  public Future<Void> record(DreamOperation operation) {
    Objects.requireNonNull(operation, "operation");
    Promise<Void> durable = Promise.promise();
    onContext(() -> journal.record(operation).onComplete(durable));
    return durable.future();
  }

  @Override
  public void abort(String reason) {
    Objects.requireNonNull(reason, "reason");
    onContext(() -> decide("aborted: " + reason, () -> finish.partial(reason)));
  }

  @Override
  public Future<Void> lost() {
    return held.lost().mapEmpty();
  }

  @Override
  public Future<Void> ended() {
    return ended.future();
  }
}
