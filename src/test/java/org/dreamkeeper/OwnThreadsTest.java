package org.dreamkeeper;

import static org.dreamkeeper.Served.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.dreamkeeper.bus.FailureCode;
import org.dreamkeeper.file.FaultyDisk;
import org.dreamkeeper.file.FaultyDisk.Op;
import org.dreamkeeper.file.Machine;
import org.dreamkeeper.file.Processes;
import org.dreamkeeper.junit5.ManualTime;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A project's blocking work needs nobody else's threads, and takes none from anybody. */
final class OwnThreadsTest {
  @TempDir Path dir;

  private final ManualTime time = new ManualTime(System.currentTimeMillis());
  private final FaultyDisk disk = new FaultyDisk();
  private final CountDownLatch open = new CountDownLatch(1);
  private final Vertx vertx = Vertx.vertx();

  @AfterEach
  void stop() {
    open.countDown();
    await(vertx.close());
  }

  private Served serve(String address) {
    return serve(address, disk.machine());
  }

  private Served serve(String address, Machine machine) {
    return Served.at(
        vertx, time, machine, Served.config(dir.resolve(address)).put("address", address));
  }

  private void waitUntilOpen() throws IOException {
    try {
      open.await();
    } catch (InterruptedException stop) {
      throw new IOException(stop);
    }
  }

  /**
   * No change returns any more; what is only looked at still does, as on a frozen file system, and
   * so does the deletion of what is not there.
   */
  private void freeze(CountDownLatch reached) {
    for (Op op : EnumSet.of(Op.CREATE, Op.RENAME, Op.LINK, Op.SET_MODIFIED)) {
      disk.on(
          op,
          name -> {
            reached.countDown();
            waitUntilOpen();
          });
    }
  }

  /** An entry with so many operations that it is not checked on the event loop. */
  private JsonObject large(String id) {
    JsonObject entry = Calls.bareEntry(id, time.millis(), "completed");
    JsonArray operations = new JsonArray();
    for (int i = 0; i < 60; i++) {
      operations.add(
          new JsonObject()
              .put("type", "PRUNE")
              .put("action", "KEEP")
              .put("file", "f" + i)
              .put("reason", "r")
              .put("needsReview", false));
    }
    return entry.put("operations", operations).put("completedAt", time.millis());
  }

  private static FailureCode code(Future<Message<JsonObject>> failed) {
    try {
      await(failed);
      return null;
    } catch (Served.Failed failure) {
      return FailureCode.of(((ReplyException) failure.getCause()).failureCode());
    }
  }

  private static List<Thread> threads(String address) {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("dreamkeeper-" + address + "-"))
        .toList();
  }

  @Test
  void theApplicationMayUseUpItsOwnPool() {
    for (int i = 0; i < VertxOptions.DEFAULT_WORKER_POOL_SIZE; i++) {
      vertx.executeBlocking(
          () -> {
            waitUntilOpen();
            return null;
          },
          false);
    }
    try (Served served = serve("full")) {
      served.ask("log", "save", large("drm-1"));
      assertEquals(60, logged(served, "drm-1").getJsonArray("operations").size());
      assertTrue(served.ask("lock", "tryAcquire", new JsonObject()).getBoolean("acquired"));
      served.ask("state", "incrementCurationCount", null);
    }
  }

  @Test
  void longWorkThatIsNoCallToTheDiskIsNoSilence() throws Exception {
    CountDownLatch reached = new CountDownLatch(1);
    Processes real = Machine.REAL.processes();
    Processes slow =
        new Processes() {
          @Override
          public Identity self() {
            return real.self();
          }

          @Override
          public boolean alive(long pid) {
            reached.countDown();
            try {
              open.await();
            } catch (InterruptedException stop) {
              throw new IllegalStateException(stop);
            }
            return true;
          }

          @Override
          public boolean alive(Identity other) {
            return real.alive(other);
          }
        };
    Served served = serve("busy", new Machine(disk, Machine.REAL.writer(), slow));
    Files.writeString(dir.resolve("busy/dream.lock"), "1");
    Future<Message<JsonObject>> acquiring = served.send("lock", "tryAcquire", new JsonObject());
    Future<Message<JsonObject>> behind = served.send("lock", "status", null);
    reached.await();
    served.arrived();
    for (int i = 0; i < 30; i++) {
      served.ask("state", "read", null);
      time.leap(2_000);
    }
    served.arrived();
    assertFalse(acquiring.isComplete() || behind.isComplete());
    open.countDown();
    assertFalse(await(acquiring).body().getBoolean("acquired"));
    assertTrue(await(behind).body().getBoolean("held"));
    served.close();
  }

  private static JsonObject logged(Served served, String id) {
    return served.ask("log", "getById", new JsonObject().put("id", id));
  }

  @Test
  void whatWaitsForACheckIsAnsweredThoughNoThreadIsLeft() throws Exception {
    Served served = serve("stuck");
    CountDownLatch reached = new CountDownLatch(2);
    freeze(reached);
    Future<Message<JsonObject>> state = served.send("state", "incrementCurationCount", null);
    Future<Message<JsonObject>> lock = served.send("lock", "tryAcquire", new JsonObject());
    reached.await();
    String soon = Long.toString(time.millis() + 2_000);
    Future<Message<JsonObject>> late = served.send("log", "save", large("drm-1"), "deadline", soon);
    Future<Message<JsonObject>> behindIt = served.send("log", "nextId", null, "deadline", soon);
    Future<Message<JsonObject>> patient = served.send("log", "save", large("drm-2"));
    Future<Message<JsonObject>> behind = served.send("log", "nextId", null);
    served.arrived();
    time.leap(2_001);
    assertEquals(FailureCode.DEADLINE_PASSED, code(late));
    assertEquals(FailureCode.DEADLINE_PASSED, code(behindIt));
    assertFalse(patient.isComplete());
    served.arrived();
    time.leap(8_000);
    for (Future<Message<JsonObject>> each : List.of(state, lock, patient, behind)) {
      assertEquals(FailureCode.STORAGE_FAILED, code(each));
    }
    disk.heal();
    open.countDown();
    while (code(served.send("log", "save", large("drm-3"))) == FailureCode.STORAGE_FAILED) {
      Thread.onSpinWait();
    }
    assertEquals("completed", logged(served, "drm-3").getString("status"));
    served.close();
  }

  @Test
  void aFrozenDiskHasTwoThreadsOfItsProjectAndNoneOfTheApplications() throws Exception {
    AtomicInteger calls = new AtomicInteger();
    Machine.Writer counting =
        (vertx, file, content) -> {
          calls.incrementAndGet();
          return Machine.REAL.writer().write(vertx, file, content);
        };
    Machine machine = new Machine(disk, counting, Machine.REAL.processes());
    List<Served> frozen = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      Served served = serve("frozen" + i, machine);
      if (i > 1) {
        // So that what it writes over is open already.
        String token = served.ask("lock", "tryAcquire", null).getLong("token").toString();
        served.ask("lock", "renew", null, "token", token);
        served.ask("lock", "release", null, "token", token);
      }
      frozen.add(served);
    }
    int before = calls.get();
    CountDownLatch reached = new CountDownLatch(10);
    freeze(reached);
    for (Served served : frozen) {
      served.send("lock", "tryAcquire", new JsonObject());
      served.send("state", "incrementCurationCount", null);
      for (int i = 1; i < 5; i++) {
        served.send("log", "save", Calls.bareEntry("drm-" + i, time.millis(), "processing"));
      }
    }
    reached.await();
    assertEquals(before, calls.get());
    for (int i = 0; i < frozen.size(); i++) {
      assertEquals(2, threads("frozen" + i).size());
    }
    try (Served good = serve("good", Machine.REAL)) {
      good.ask("state", "incrementCurationCount", null);
      assertTrue(good.ask("lock", "tryAcquire", new JsonObject()).getBoolean("acquired"));
    }
    open.countDown();
    for (Served served : frozen) {
      served.close();
    }
  }

  @Test
  void anIdleProjectHasNoThread() throws Exception {
    List<Served> all = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      Served served = serve("idle" + i);
      served.ask("state", "incrementCurationCount", null);
      all.add(served);
    }
    for (Thread thread : threads("idle")) {
      thread.join(20_000);
    }
    for (int i = 0; i < all.size(); i++) {
      for (Thread thread : threads("idle" + i)) {
        thread.join(20_000);
        assertFalse(thread.isAlive());
      }
    }
  }

  @Test
  void aSilentDiskKeepsNobodyFromClosing() throws Exception {
    Served served = serve("silent");
    String token = served.ask("lock", "tryAcquire", null).getLong("token").toString();
    CountDownLatch reached = new CountDownLatch(2);
    freeze(reached);
    Future<Message<JsonObject>> renewing = served.send("lock", "renew", null, "token", token);
    Future<Message<JsonObject>> counting = served.send("state", "incrementCurationCount", null);
    reached.await();
    served.arrived();
    time.leap(10_000);
    assertEquals(FailureCode.STORAGE_FAILED, code(renewing));
    assertEquals(FailureCode.STORAGE_FAILED, code(counting));
    served.close();
    // Its directory is given back when the disk answers, for a write of its own may still land.
    disk.heal();
    open.countDown();
    Served again = null;
    while (again == null) {
      try {
        again = serve("silent");
      } catch (Served.Failed stillInUse) {
        assertEquals(StartException.class, stillInUse.getCause().getClass());
      }
    }
    assertNull(again.ask("lock", "status", null).getJsonObject("holder"));
    again.close();
  }

  @Test
  void savesOfAnySizeLeaveLittleOutsideTheHeap() {
    Served served = serve("large");
    JsonObject entry = Calls.bareEntry("drm-1", time.millis(), "completed");
    entry
        .put("completedAt", time.millis())
        .getJsonArray("operations")
        .add(
            new JsonObject()
                .put("type", "CONSOLIDATE")
                .put("action", "MERGE")
                .put("inputFiles", new JsonArray().add("f"))
                .put("outputFile", "f")
                .put("previousTexts", new JsonObject().put("f", "x".repeat(8 << 20)))
                .put("needsReview", false)
                .put("reason", "r"));
    long before = direct();
    for (int i = 1; i <= 5; i++) {
      served.ask("log", "save", entry.put("id", "drm-" + i));
      assertEquals("completed", logged(served, "drm-" + i).getString("status"));
    }
    assertTrue(direct() - before < 4 << 20, () -> direct() - before + " bytes");
    served.close();
  }

  private static long direct() {
    return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
        .filter(pool -> pool.getName().equals("direct"))
        .mapToLong(BufferPoolMXBean::getMemoryUsed)
        .sum();
  }
}
