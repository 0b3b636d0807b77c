package org.dreamkeeper.run;

import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.Objects;
import java.util.function.Function;
import org.dreamkeeper.bus.impl.Log;
import org.dreamkeeper.bus.impl.LogKeys;
import org.dreamkeeper.log.DreamOperation;
import org.dreamkeeper.run.Guarded.Cut;
import org.dreamkeeper.run.Guarded.Why;
import org.dreamkeeper.state.DreamState;
import org.slf4j.Logger;

/**
 * A dream that runs, and how it ends.
 *
 * <p>Confined to the run's context; what comes from elsewhere goes there first.
 */
final class RunningDream<T> implements DreamRun {
  private static final Logger LOG = Log.of(RunningDream.class);

  private final OwnContext own;
  private final Clients clients;
  private final LeaseKeeper held;
  private final DreamState seen;
  private final EntryWriter journal;
  private final RunCompletion finish;
  private final Guarded<T> guarded;

  RunningDream(OwnContext own, Clients clients, RunAdmission.Outcome.Open open) {
    this.own = own;
    this.clients = clients;
    this.held = open.held();
    this.seen = open.seen();
    this.journal =
        new EntryWriter(own.context(), clients.log(), clients.time(), held, open.entry());
    this.finish = new RunCompletion(clients, held, journal, seen.curationsSinceDream());
    this.guarded = new Guarded<>(own, held);
  }

  Future<RunResult<T>> play(Function<DreamRun, Future<T>> work, long timeoutMs) {
    LogKeys.dream(LOG.atDebug(), id(), token()).log("the dream begins");
    return guarded
        .run("the work", clients.time(), timeoutMs, () -> work.apply(this))
        .transform(
            end -> {
              String why = why(end);
              journal.close(why);
              LogKeys.dream(LOG.atDebug(), id(), token()).log("the dream ends: {}", why);
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
    return end.succeeded() ? "it completed" : "it failed";
  }

  private Future<RunResult<T>> finished(AsyncResult<T> end) {
    if (end.cause() instanceof Cut cut) {
      return cut.why() == Why.LOST
          ? finish.lost(cut.getMessage())
          : finish.partial(cut.getMessage());
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
  public DreamState state() {
    return seen;
  }

  @Override
  public Future<Void> record(DreamOperation operation) {
    Objects.requireNonNull(operation, "operation is null");
    Promise<Void> durable = own.callersPromise();
    own.execute(() -> journal.record(operation).onComplete(durable));
    return durable.future();
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
