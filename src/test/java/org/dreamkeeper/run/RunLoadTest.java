package org.dreamkeeper.run;

import static java.util.concurrent.TimeUnit.MINUTES;
import static org.dreamkeeper.Served.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.dreamkeeper.Dreamkeeper;
import org.dreamkeeper.DreamkeeperVerticle;
import org.dreamkeeper.log.DreamLogEntry;
import org.dreamkeeper.log.DreamStatus;
import org.dreamkeeper.log.LogQuery;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Many workers that all want to dream on one project. */
final class RunLoadTest {
  private static final int WORKERS = 8;
  private static final int RUNS = 1_000;

  private final Vertx vertx = Vertx.vertx();
  private final AtomicInteger inside = new AtomicInteger();
  private final AtomicInteger overlaps = new AtomicInteger();
  private final AtomicInteger begun = new AtomicInteger();
  private final Map<String, DreamStatus> told = new ConcurrentHashMap<>();

  @TempDir Path dir;

  @AfterEach
  void stop() {
    await(vertx.close());
  }

  private final class Worker extends VerticleBase {
    private final Promise<Void> done = Promise.promise();
    private Dreamkeeper keeper;

    @Override
    public Future<?> start() {
      keeper = Dreamkeeper.client(vertx);
      next();
      return Future.succeededFuture();
    }

    private void next() {
      int number = begun.getAndIncrement();
      if (number >= RUNS) {
        done.complete();
        return;
      }
      keeper
          .run(
              new RunOptions().setForce(true).setWait(Duration.ofMinutes(1)).setOwner("worker"),
              run -> dream(run, number))
          .onSuccess(
              result -> {
                note(result);
                next();
              })
          .onFailure(done::fail);
    }

    private Future<Void> dream(DreamRun run, int number) {
      if (inside.incrementAndGet() != 1) {
        overlaps.incrementAndGet();
      }
      return run.record(RunTestBase.operation(number + ".md"))
          .compose(
              recorded -> {
                inside.decrementAndGet();
                if (number % 11 == 0) {
                  run.abort("enough");
                }
                return number % 7 == 0 ? Future.failedFuture("no") : Future.succeededFuture();
              });
    }

    private void note(RunResult<Void> result) {
      result.<DreamStatus>fold(
          completed -> told.put(completed.entry().id(), DreamStatus.COMPLETED),
          nothing -> unexpected(nothing),
          partial -> told.put(partial.entry().id(), DreamStatus.PARTIAL),
          failed -> told.put(failed.entry().orElseThrow().id(), DreamStatus.ERROR),
          skipped -> unexpected(skipped),
          lost -> unexpected(lost));
    }
  }

  private static DreamStatus unexpected(RunResult<Void> result) {
    throw new AssertionError(result);
  }

  @Test
  void eightWorkers() {
    JsonObject config =
        new JsonObject()
            .put("baseDir", dir.toString())
            .put("durability", "os")
            .put("log", new JsonObject().put("maxEntries", RUNS));
    await(
        vertx.deployVerticle(new DreamkeeperVerticle(), new DeploymentOptions().setConfig(config)));
    List<Worker> workers = new ArrayList<>();
    for (int i = 0; i < WORKERS; i++) {
      Worker worker = new Worker();
      workers.add(worker);
      await(vertx.deployVerticle(worker));
    }
    for (Worker worker : workers) {
      worker.done.future().toCompletionStage().toCompletableFuture().orTimeout(5, MINUTES).join();
    }

    Dreamkeeper keeper = Dreamkeeper.client(vertx);
    assertEquals(0, overlaps.get());
    assertEquals(RUNS, told.size(), "an id was given twice");
    Map<DreamStatus, Integer> counted = new EnumMap<>(DreamStatus.class);
    for (DreamLogEntry entry : await(keeper.log().list(LogQuery.all())).entries()) {
      assertEquals(told.get(entry.id()), entry.status());
      assertEquals(1, entry.operations().size());
      counted.merge(entry.status(), 1, Integer::sum);
    }
    assertEquals(RUNS, counted.values().stream().mapToInt(each -> each).sum());
    assertEquals(
        Set.of(DreamStatus.COMPLETED, DreamStatus.PARTIAL, DreamStatus.ERROR), counted.keySet());
    assertEquals(
        (long) counted.get(DreamStatus.COMPLETED), await(keeper.state().read()).totalDreams());
    assertFalse(await(keeper.lock().status()).held());
  }
}
