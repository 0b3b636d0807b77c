package org.dreamkeeper;

import static org.dreamkeeper.Served.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.vertx.core.Context;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.ThreadingModel;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.dreamkeeper.junit5.ManualTime;
import org.dreamkeeper.lock.Acquisition;
import org.dreamkeeper.lock.DreamLock;
import org.dreamkeeper.log.LogQuery;
import org.dreamkeeper.log.Prune;
import org.dreamkeeper.run.DreamRun;
import org.dreamkeeper.run.RunOptions;
import org.dreamkeeper.run.RunResult;
import org.dreamkeeper.run.UndoOptions;
import org.dreamkeeper.run.UndoRun;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A worker that uses the typed clients stays on its own context, whatever comes back. */
final class CallersContextTest {
  private static final RunOptions FORCED = new RunOptions().setForce(true);
  private static final Prune KEPT =
      new Prune(Prune.Action.KEEP, "a.md", "still true", false, null, null);

  private final Vertx vertx = Vertx.vertx();
  private final ManualTime time = new ManualTime(System.currentTimeMillis());
  @TempDir Path dir;

  @AfterEach
  void stop() {
    await(vertx.close());
  }

  /** Notes on which context each answer, failure and event arrives. */
  private static final class Worker extends VerticleBase {
    private final Dreamkeeper keeper;
    private final Map<String, Context> seen = Collections.synchronizedMap(new LinkedHashMap<>());
    private final Promise<Void> event = Promise.promise();

    Worker(Dreamkeeper keeper) {
      this.keeper = keeper;
    }

    Context mine() {
      return context;
    }

    @Override
    public Future<?> start() {
      return keeper
          .events(
              heard -> {
                seen.put("event", Vertx.currentContext());
                event.tryComplete();
              })
          .completion()
          .compose(listening -> note("read", () -> keeper.state().read()))
          .compose(
              read ->
                  note(
                      "update",
                      () ->
                          keeper
                              .state()
                              .update(
                                  state -> {
                                    seen.put("change", Vertx.currentContext());
                                    return state.withCurationsSinceDream(1);
                                  })))
          .compose(updated -> note("acquire", () -> keeper.lock().acquire(Locks.as("worker"))))
          .compose(this::hold)
          .compose(released -> note("nextId", () -> keeper.log().nextId()))
          .compose(id -> note("list", () -> keeper.log().list(LogQuery.all())))
          .compose(page -> note("run", () -> keeper.run(FORCED, this::dream)))
          .compose(
              result ->
                  note(
                      "undo",
                      () ->
                          keeper.undo(
                              ((RunResult.Completed<?>) result).entry().id(),
                              new UndoOptions(),
                              this::revert)))
          .compose(undone -> event.future());
    }

    private Future<?> hold(Acquisition acquisition) {
      DreamLock lock = acquisition.fold(ours -> ours.lock(), refused -> null);
      return note("release", lock::release)
          .compose(released -> note("refused", lock::renew).otherwiseEmpty())
          .compose(
              refused ->
                  note("superseded", () -> lock.state().recordDream("drm-1")).otherwiseEmpty());
    }

    private Future<String> dream(DreamRun run) {
      seen.put("work", Vertx.currentContext());
      run.ended().onComplete(ended -> seen.put("ended", Vertx.currentContext()));
      return note("record", () -> run.record(KEPT)).map("done");
    }

    private Future<?> revert(UndoRun run) {
      seen.put("revert", Vertx.currentContext());
      run.ended().onComplete(ended -> seen.put("reverted", Vertx.currentContext()));
      return Future.succeededFuture();
    }

    private <T> Future<T> note(String what, Supplier<Future<T>> request) {
      return request.get().onComplete(end -> seen.put(what, Vertx.currentContext()));
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = ThreadingModel.class,
      names = {"EVENT_LOOP", "WORKER"})
  void everythingArrivesOnIt(ThreadingModel model) {
    try (Served served = Served.at(vertx, dir, time)) {
      Worker worker = new Worker(Keepers.client(vertx, "dream", 30_000, time));
      await(vertx.deployVerticle(worker, new DeploymentOptions().setThreadingModel(model)));
      assertEquals(
          Set.of(
              "event",
              "read",
              "change",
              "update",
              "acquire",
              "release",
              "nextId",
              "list",
              "refused",
              "superseded",
              "run",
              "work",
              "record",
              "ended",
              "undo",
              "revert",
              "reverted"),
          worker.seen.keySet());
      // A consumer's handler runs on a duplicate of its context, as Vert.x has it.
      Context event = worker.seen.remove("event");
      assertEquals(worker.mine().deploymentID(), event.deploymentID());
      worker.seen.forEach((what, context) -> assertSame(worker.mine(), context, what));
      assertEquals(1, served.ask("state", "read", null).getInteger("curationsSinceDream"));
    }
  }
}
