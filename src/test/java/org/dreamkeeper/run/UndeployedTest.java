package org.dreamkeeper.run;

import static org.dreamkeeper.Served.await;
import static org.dreamkeeper.Served.until;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Context;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.ThreadingModel;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.dreamkeeper.Dreamkeeper;
import org.dreamkeeper.Keepers;
import org.dreamkeeper.Locks;
import org.dreamkeeper.Served;
import org.dreamkeeper.lock.DreamLock;
import org.dreamkeeper.log.DreamLogEntry;
import org.dreamkeeper.log.DreamStatus;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A run lives on a context of its own: the caller may block, or go away. */
final class UndeployedTest extends RunTestBase {
  private final AtomicReference<DreamRun> running = new AtomicReference<>();
  private final AtomicReference<Context> told = new AtomicReference<>();

  /** Does something when it is deployed. */
  private static final class Caller extends VerticleBase {
    private final Function<Vertx, Future<?>> deed;
    private final Promise<Void> ended = Promise.promise();

    Caller(Function<Vertx, Future<?>> deed) {
      this.deed = deed;
    }

    Context mine() {
      return context;
    }

    @Override
    public Future<?> start() {
      deed.apply(vertx).<Void>mapEmpty().onComplete(ended);
      return Future.succeededFuture();
    }
  }

  private Caller deploy(ThreadingModel model, Function<Vertx, Future<?>> deed) {
    Caller caller = new Caller(deed);
    await(vertx.deployVerticle(caller, new DeploymentOptions().setThreadingModel(model)));
    return caller;
  }

  private void undeploy(Caller caller) {
    await(vertx.undeploy(caller.mine().deploymentID()));
  }

  private Dreamkeeper keeperOf(Vertx theirs) {
    return Keepers.client(theirs, "dream", 30_000, time);
  }

  @ParameterizedTest
  @EnumSource(
      value = ThreadingModel.class,
      names = {"EVENT_LOOP", "WORKER"})
  void aRunWhoseVerticleIsUndeployedIsPartial(ThreadingModel model) {
    Set<String> before = vertx.deploymentIDs();
    AtomicReference<RunResult<Void>> result = new AtomicReference<>();
    AtomicReference<Future<Void>> ended = new AtomicReference<>();
    Caller caller =
        deploy(
            model,
            theirs ->
                keeperOf(theirs)
                    .<Void>run(
                        options(),
                        run -> {
                          ended.set(run.ended());
                          running.set(run);
                          return Promise.<Void>promise().future();
                        })
                    .onComplete(
                        end -> {
                          told.set(Vertx.currentContext());
                          result.set(end.result());
                        }));
    until(() -> running.get() != null);
    await(running.get().record(operation("a.md")));
    undeploy(caller);
    assertTrue(partial(result.get()).reason().contains("undeployed"));
    assertSame(caller.mine(), told.get());
    assertTrue(ended.get().isComplete());
    assertFalse(running.get().lost().isComplete());
    assertEquals(DreamStatus.PARTIAL, log().get(0).status());
    assertEquals(1, log().get(0).operations().size());
    assertRolledBack();
    assertEquals(before, vertx.deploymentIDs());
    assertThrows(Served.Failed.class, () -> await(running.get().record(operation("b.md"))));
  }

  @Test
  void whereNobodyAnswersTheUndeploymentDoesNotHang() {
    AtomicReference<RunResult<Void>> result = new AtomicReference<>();
    Caller caller =
        deploy(
            ThreadingModel.EVENT_LOOP,
            theirs ->
                keeperOf(theirs)
                    .<Void>run(
                        options(),
                        run -> {
                          running.set(run);
                          return Promise.<Void>promise().future();
                        })
                    .onSuccess(result::set));
    until(() -> running.get() != null);
    wire.cutAfter(0);
    undeploy(caller);
    assertTrue(lost(result.get()).reason().contains("undeployed"));
  }

  @Test
  void anUndoWhoseVerticleIsUndeployedMarksNothing() {
    String id =
        completed(await(keeper.run(forced(), run -> Future.succeededFuture()))).entry().id();
    AtomicReference<Throwable> failure = new AtomicReference<>();
    AtomicReference<DreamLogEntry> reverting = new AtomicReference<>();
    Caller caller =
        deploy(
            ThreadingModel.EVENT_LOOP,
            theirs ->
                keeperOf(theirs)
                    .undo(
                        id,
                        entry -> {
                          reverting.set(entry);
                          return Promise.promise().future();
                        })
                    .onFailure(failure::set));
    until(() -> reverting.get() != null);
    undeploy(caller);
    assertTrue(failure.get() instanceof CancellationException, String.valueOf(failure.get()));
    assertFalse(lock().held());
    assertEquals(DreamStatus.COMPLETED, log().get(0).status());
  }

  @Test
  void whoIsUndeployedInTheLineIsGrantedNothing() {
    DreamLock lock = Locks.take(keeper, "somebody");
    AtomicReference<RunResult<Void>> result = new AtomicReference<>();
    Caller caller =
        deploy(
            ThreadingModel.EVENT_LOOP,
            theirs ->
                keeperOf(theirs)
                    .<Void>run(
                        options().setWait(Duration.ofHours(1)),
                        run -> Future.failedFuture("must not be called"))
                    .onSuccess(result::set));
    until(() -> lock().waiting() == 1);
    undeploy(caller);
    assertTrue(failed(result.get()).cause() instanceof CancellationException);
    assertTrue(failed(result.get()).entry().isEmpty());
    await(lock.rollback());
    until(() -> !lock().held() && lock().waiting() == 0);
    assertRolledBack();
    assertTrue(log().isEmpty());
  }

  @Test
  void aVerticleThatBlocksItsThreadKeepsTheLock() {
    CountDownLatch enough = new CountDownLatch(1);
    AtomicReference<RunResult<String>> result = new AtomicReference<>();
    Caller caller =
        deploy(
            ThreadingModel.WORKER,
            theirs ->
                keeperOf(theirs)
                    .run(
                        options()
                            .setLease(Duration.ofSeconds(9))
                            .setTimeout(Duration.ofMinutes(10)),
                        run -> {
                          running.set(run);
                          try {
                            enough.await();
                          } catch (InterruptedException stop) {
                            return Future.failedFuture(stop);
                          }
                          return Future.succeededFuture("done");
                        })
                    .onSuccess(result::set));
    until(() -> running.get() != null);
    try {
      for (int second = 0; second < 40; second++) {
        time.advance(1_000);
        assertTrue(lock().held());
      }
      assertFalse(running.get().lost().isComplete());
      assertTrue(wire.count("dream.lock renew") > 5);
    } finally {
      enough.countDown();
    }
    await(caller.ended.future());
    assertEquals("done", completed(result.get()).value());
    assertCounted(running.get().id(), 1);
    undeploy(caller);
  }

  @Test
  void workThatBlocksSeesThatItsTimeIsUp() {
    AtomicReference<RunResult<String>> result = new AtomicReference<>();
    Caller caller =
        deploy(
            ThreadingModel.WORKER,
            theirs ->
                keeperOf(theirs)
                    .run(
                        options().setTimeout(Duration.ofSeconds(30)),
                        run -> {
                          running.set(run);
                          until(() -> run.ended().isComplete());
                          return Future.succeededFuture("too late");
                        })
                    .onSuccess(result::set));
    until(() -> running.get() != null);
    time.advance(30_000);
    await(caller.ended.future());
    assertEquals("timed out after 30000 ms", partial(result.get()).reason());
    assertRolledBack();
    undeploy(caller);
  }
}
