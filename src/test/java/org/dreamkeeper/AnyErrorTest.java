package org.dreamkeeper;

import static org.dreamkeeper.Served.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.dreamkeeper.file.FaultyDisk;
import org.dreamkeeper.file.FaultyDisk.Op;
import org.dreamkeeper.junit5.ManualTime;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * An Error is met in the middle of work, as a process meets it that is out of descriptors or of
 * memory: each request is answered all the same, and afterwards all is well again.
 */
final class AnyErrorTest {
  @TempDir Path dir;

  private final ManualTime time = new ManualTime(System.currentTimeMillis());
  private final Vertx vertx = Vertx.vertx();

  @AfterEach
  void stop() {
    await(vertx.close());
  }

  @ParameterizedTest
  @EnumSource(
      value = Op.class,
      names = {
        "STAT",
        "READ",
        "CREATE",
        "RENAME",
        "LINK",
        "DELETE",
        "SET_MODIFIED",
        "SYNC_DIRECTORY"
      })
  void eachIsAnsweredAndTheActorsGoOn(Op op) throws IOException {
    FaultyDisk disk = new FaultyDisk();
    Served served = Served.at(vertx, time, disk.machine(), Served.config(dir));
    AtomicInteger counted = new AtomicInteger();
    for (int nth = 1; nth <= 3; nth++) {
      int after = nth;
      AtomicInteger calls = new AtomicInteger();
      disk.on(
          op,
          name -> {
            if (calls.incrementAndGet() >= after) {
              throw new NoClassDefFoundError("test");
            }
          });
      await(Future.join(all(served, counted)).otherwiseEmpty());
      disk.heal();
      JsonObject status = served.ask("lock", "status", null);
      if (status.getBoolean("held")) {
        String token = Long.toString(status.getJsonObject("holder").getLong("token", 0L));
        await(served.send("lock", "release", null, "token", token).otherwiseEmpty());
        time.advance(3_600_000);
      }
      String token = served.ask("lock", "tryAcquire", new JsonObject()).getLong("token").toString();
      served.ask("log", "save", entry("drm-9"), "token", token);
      assertEquals("completed", get(served, "drm-9").getString("status"));
      served.ask("lock", "release", null, "token", token);
      long count =
          served.ask("state", "incrementCurationCount", null).getLong("curationsSinceDream");
      // What is told to be done is done; what failed by an Error may be, too.
      assertTrue(count > counted.get(), () -> count + " of " + counted.get());
      counted.incrementAndGet();
    }
    served.close();
    try (Served again = Served.at(vertx, dir, time)) {
      assertEquals("completed", get(again, "drm-9").getString("status"));
    }
  }

  private List<Future<?>> all(Served served, AtomicInteger counted) {
    List<Future<?>> all = new ArrayList<>();
    for (int i = 1; i <= 3; i++) {
      all.add(
          served
              .send("state", "incrementCurationCount", null, "requestId", "i" + counted.get() + i)
              .onSuccess(done -> counted.incrementAndGet()));
      all.add(served.send("state", "read", null));
      all.add(served.send("log", "save", entry("drm-" + i)));
      all.add(served.send("log", "nextId", null));
      all.add(served.send("log", "getById", new JsonObject().put("id", "drm-1")));
      all.add(served.send("log", "list", new JsonObject()));
      all.add(served.send("lock", "tryAcquire", new JsonObject()));
      all.add(served.send("lock", "status", null));
    }
    return all;
  }

  private JsonObject entry(String id) {
    return Calls.bareEntry(id, time.millis(), "completed").put("completedAt", time.millis());
  }

  private static JsonObject get(Served served, String id) {
    return served.ask("log", "getById", new JsonObject().put("id", id));
  }
}
