package org.dreamkeeper.postgres;

import static org.dreamkeeper.Served.await;

import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.dreamkeeper.Served;
import org.dreamkeeper.bus.impl.async.Time;
import org.dreamkeeper.file.Machine;
import org.dreamkeeper.postgres.Proxy.Mode;
import org.dreamkeeper.torture.Rounds;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is acknowledged is there, once, whatever happens on the way to the database and back. */
final class CutsTest {
  private static final int BYTES = 2_000;

  private final Vertx vertx = Vertx.vertx();
  private Proxy proxy;
  private Served served;
  private Insistent worker;

  @TempDir Path inItsStead;

  @AfterEach
  void stop() {
    await(vertx.close());
  }

  private void serve(String uri, boolean insists) {
    proxy = new Proxy(uri);
    serve();
    worker = new Insistent(vertx, "dream", insists);
  }

  private void serve() {
    JsonObject config =
        new JsonObject()
            .put("postgres", proxy.uri())
            .put("log", new JsonObject().put("maxEntries", 1_000_000));
    served = Served.at(vertx, Time.system(vertx), Machine.REAL, config);
  }

  /** Also by who serves it next. */
  private void assertAllIsThereOnce() {
    worker.assertAllIsThereOnce();
    served.close();
    serve();
    worker.assertAllIsThereOnce();
  }

  @Test
  void answersAndRequestsAreCutOffAfterAnyByte() {
    serve(TestDatabase.of(inItsStead).uri(), false);
    int step = Rounds.of(53, 1);
    for (int bytes = 0; bytes < BYTES; bytes += step) {
      proxy.cutAnswersAfter(bytes);
      workUntilCut();
      proxy.cutRequestsAfter(bytes);
      workUntilCut();
    }
    assertAllIsThereOnce();
    Rounds.report("connections cut off after some byte: " + proxy.cuts() + ", 0 lost, 0 doubled");
  }

  private void workUntilCut() {
    int before = proxy.cuts();
    do {
      worker.work();
      worker.await();
    } while (proxy.cuts() == before);
  }

  @Test
  void theDatabaseIsSilentOrSlowOrAwayForAWhile() {
    serve(TestDatabase.of(inItsStead).uri(), true);
    Random random = new Random();
    Mode[] modes = {Mode.LATE, Mode.HOLE, Mode.CUT, Mode.DEAF};
    int rounds = Rounds.of(4, 200);
    for (int i = 0; i < rounds; i++) {
      worker.work();
      proxy.set(modes[i % modes.length]);
      for (int j = 0; j < 5; j++) {
        worker.work();
        pause(random.nextInt(100));
      }
      proxy.set(Mode.PASS);
      // What was swallowed is not answered any more.
      worker.work();
    }
    worker.await();
    assertAllIsThereOnce();
    Rounds.report("a database that was away: " + rounds + " times, 0 lost, 0 doubled");
  }

  private static void pause(long ms) {
    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(ms));
  }

  @Test
  void theServerCrashesUnderLoad() {
    PgProcess server = new PgProcess(true);
    serve(server.uri(), true);
    int rounds = Rounds.of(2, 20);
    for (int i = 0; i < rounds; i++) {
      for (int j = 0; j < 50; j++) {
        worker.work();
      }
      server.crash();
      for (int j = 0; j < 50; j++) {
        worker.work();
      }
      worker.await();
    }
    assertAllIsThereOnce();
    Rounds.report("the database's server crashed: " + rounds + " times, 0 lost, 0 doubled");
  }
}
