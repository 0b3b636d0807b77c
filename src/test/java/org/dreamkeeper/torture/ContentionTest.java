package org.dreamkeeper.torture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.dreamkeeper.DreamkeeperVerticle;
import org.dreamkeeper.Served;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Eight workers acquire one lock, each many times. An independent witness, a file that each holder
 * creates exclusively and deletes, sees whether two ever hold it at once.
 */
final class ContentionTest {
  private static final int WORKERS = 8;

  @TempDir Path dir;
  private final AtomicInteger overlaps = new AtomicInteger();
  private final AtomicLong lastToken = new AtomicLong();
  private final AtomicInteger backward = new AtomicInteger();
  private final List<Long> served = Collections.synchronizedList(new ArrayList<>());
  private long sent;

  @Test
  void eightWorkersNeverOverlap() throws Exception {
    int times = Rounds.of(200, 5_000);
    Vertx vertx = Vertx.vertx();
    try {
      Path base = dir.resolve("base");
      Bus.await(
          vertx.deployVerticle(
              new DreamkeeperVerticle(), new DeploymentOptions().setConfig(Served.config(base))));
      List<Worker> workers = new ArrayList<>();
      for (int i = 0; i < WORKERS; i++) {
        Worker worker = new Worker("w" + i, times);
        workers.add(worker);
        Bus.await(vertx.deployVerticle(worker));
      }
      Bus.await(Future.all(workers.stream().map(worker -> worker.done.future()).toList()));
    } finally {
      Bus.await(vertx.close());
    }
    int unfair = overtakings();
    Rounds.report(
        WORKERS
            + " × "
            + times
            + " acquisitions: "
            + overlaps
            + " overlaps, "
            + backward
            + " tokens out of order, "
            + unfair
            + " overtakings");
    assertEquals(0, overlaps.get());
    assertEquals(0, backward.get());
    assertEquals(WORKERS * times, served.size());
    assertEquals(0, unfair);
  }

  /** Counts the grants that came before that of an earlier request. */
  private int overtakings() {
    int found = 0;
    for (int i = 1; i < served.size(); i++) {
      if (served.get(i) < served.get(i - 1)) {
        found++;
      }
    }
    return found;
  }

  private final class Worker extends VerticleBase {
    private final String name;
    private final int times;
    private final Promise<Void> done = Promise.promise();

    Worker(String name, int times) {
      this.name = name;
      this.times = times;
    }

    @Override
    public Future<?> start() {
      acquire(times);
      return Future.succeededFuture();
    }

    private void acquire(int left) {
      if (left == 0) {
        done.complete();
        return;
      }
      Bus bus = new Bus(vertx);
      JsonObject body = new JsonObject().put("owner", name).put("waitMs", 100_000);
      long number;
      Future<JsonObject> asked;
      // Numbering and sending are one step, so the numbers are the order of arrival.
      synchronized (ContentionTest.this) {
        number = ++sent;
        asked = bus.send("lock", "tryAcquire", body, null);
      }
      asked
          .compose(
              grant -> {
                assertTrue(grant.getBoolean("acquired"));
                long token = grant.getLong("token");
                if (lastToken.getAndSet(token) >= token) {
                  backward.incrementAndGet();
                }
                served.add(number);
                witness(true);
                return vertx
                    .timer(1)
                    .compose(
                        later -> {
                          witness(false);
                          return bus.send("lock", "release", null, Long.toString(token));
                        });
              })
          .onSuccess(released -> acquire(left - 1))
          .onFailure(done::tryFail);
    }

    private void witness(boolean begin) {
      Path marker = dir.resolve("held");
      try {
        if (begin) {
          Files.createFile(marker);
        } else {
          Files.delete(marker);
        }
      } catch (java.nio.file.FileAlreadyExistsException two) {
        overlaps.incrementAndGet();
      } catch (IOException failure) {
        throw new UncheckedIOException(failure);
      }
    }
  }
}
