package org.dreamkeeper;

import static org.dreamkeeper.Served.await;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.dreamkeeper.bus.impl.async.StandIns;
import org.dreamkeeper.file.FaultyDisk;
import org.dreamkeeper.file.Machine;
import org.dreamkeeper.junit5.ManualTime;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A start that is overtaken by a stop gives everything back, at whichever of its disk operations it
 * is: each is tried in turn.
 */
final class OvertakenStartTest {
  /** More than what a stop does of its own accord is long. */
  private static final int TURNS = 50;

  @TempDir Path dir;
  private Path before;

  /**
   * What a host leaves behind that was killed in the middle of a dream: the start has much to do.
   */
  @BeforeEach
  void crash() throws IOException {
    before = dir.resolve("before");
    Vertx vertx = Vertx.vertx();
    ManualTime time = new ManualTime(System.currentTimeMillis());
    String lock;
    try (Served served = Served.at(vertx, before, time)) {
      served.ask("state", "incrementCurationCount", null);
      String token = served.ask("lock", "tryAcquire", null).getLong("token").toString();
      String id = served.ask("log", "nextId", null).getString("id");
      JsonObject entry = Calls.bareEntry(id, time.millis(), "processing");
      served.ask("log", "save", entry, "token", token);
      lock = Files.readString(before.resolve("dream.lock"));
      Files.copy(before.resolve("dream-log/" + id + ".json"), dir.resolve(id + ".json"));
    }
    await(vertx.close());
    Files.writeString(before.resolve("dream.lock"), lock);
    try (Stream<Path> entries = Files.list(before.resolve("dream-log"))) {
      for (Path entry : entries.toList()) {
        Files.delete(entry);
        Files.move(dir.resolve(entry.getFileName()), entry);
      }
    }
  }

  private Path fresh(String name) throws IOException {
    Path base = dir.resolve(name);
    try (Stream<Path> files = Files.walk(before)) {
      for (Path file : files.toList()) {
        Files.copy(file, base.resolve(before.relativize(file)));
      }
    }
    return base;
  }

  /** Deploys the service in the place of a verticle that an application has. */
  private static final class Parent extends VerticleBase {
    private Future<?> deploy(DreamkeeperVerticle child, Path base) {
      Promise<String> deployed = Promise.promise();
      DeploymentOptions options = new DeploymentOptions().setConfig(Served.config(base));
      context.runOnContext(on -> vertx.deployVerticle(child, options).onComplete(deployed));
      return deployed.future();
    }
  }

  /**
   * Starts, and stops at an operation.
   *
   * @param holds whether the operation waits until the stop has got as far as it does without it
   * @param closes whether the Vert.x is closed; otherwise the parent is undeployed
   * @return whether there was such an operation
   */
  private boolean overtake(int operation, boolean holds, boolean closes) throws IOException {
    Path base = fresh(operation + "-" + holds + "-" + closes);
    // One event loop, so that its turns are steps.
    Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
    Parent parent = new Parent();
    String id = await(vertx.deployVerticle(parent));
    AtomicInteger operations = new AtomicInteger();
    Promise<Void> stopped = Promise.promise();
    FaultyDisk disk = new FaultyDisk();
    for (FaultyDisk.Op op : FaultyDisk.Op.values()) {
      disk.on(
          op,
          name -> {
            if (operations.incrementAndGet() == operation) {
              (closes ? vertx.close() : vertx.undeploy(id)).onComplete(stopped);
              for (int i = 0; holds && i < TURNS; i++) {
                Promise<Void> turn = Promise.promise();
                vertx.runOnContext(turn::complete);
                await(turn.future());
              }
            }
          });
    }
    StandIns.put(vertx, Machine.class, disk.machine());
    Future<?> started = parent.deploy(new DreamkeeperVerticle(), base);
    await(Future.any(started, stopped.future()).transform(end -> Future.succeededFuture()));
    disk.heal();
    boolean overtaken = operations.get() >= operation;
    if (overtaken) {
      await(stopped.future());
    }
    if (!closes) {
      await(started.transform(end -> Future.succeededFuture()));
    }
    Vertx next = overtaken && closes ? Vertx.vertx() : vertx;
    if (overtaken) {
      ManualTime time = new ManualTime(System.currentTimeMillis());
      try (Served again = Served.at(next, base, time)) {
        assertTrue(again.ask("lock", "tryAcquire", new JsonObject()).getBoolean("acquired"));
      }
    }
    await(next.close());
    return overtaken;
  }

  @ParameterizedTest
  @CsvSource({"true, true", "false, true", "true, false"})
  void everythingIsGivenBack(boolean holds, boolean closes) throws IOException {
    int operation = 1;
    while (overtake(operation, holds, closes)) {
      operation++;
    }
    assertTrue(operation > 20, "only " + (operation - 1) + " operations");
  }
}
