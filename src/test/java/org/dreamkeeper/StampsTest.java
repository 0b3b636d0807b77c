package org.dreamkeeper;

import static org.dreamkeeper.Served.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntSupplier;
import org.dreamkeeper.bus.impl.json.JsonText;
import org.dreamkeeper.file.FaultyDisk;
import org.dreamkeeper.file.FaultyDisk.Op;
import org.dreamkeeper.junit5.ManualTime;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** File systems that stamp in seconds, and stamps that no clock shows. */
final class StampsTest {
  private static final String STATE = "dream-state.json";

  private final Vertx vertx = Vertx.vertx();
  private final FaultyDisk disk = new FaultyDisk();
  @TempDir Path dir;
  private Path log;
  private Instant tick;
  private Served served;

  @BeforeEach
  void fill() throws IOException {
    log = Files.createDirectory(dir.resolve("dream-log"));
    curations(100);
    entry(5, "completed");
  }

  @AfterEach
  void stop() {
    await(vertx.close());
  }

  private void serve() {
    // Before the first look: one fraction that is seen tells what the file system can do.
    begin();
    serve(tick);
  }

  private void serve(Instant stamp) {
    tick = stamp;
    disk.stamps(any -> tick);
    ManualTime time = new ManualTime(System.currentTimeMillis());
    served = Served.at(vertx, time, disk.machine(), Served.config(dir));
  }

  /** Writes in place, as an editor does; the length stays the same. */
  private void curations(int count) throws IOException {
    JsonObject state = Calls.state().put("curationsSinceDream", count);
    Files.writeString(dir.resolve(STATE), state.encode());
  }

  private void entry(int number, String status) throws IOException {
    JsonObject entry = Calls.bareEntry("drm-" + number, number, status);
    if (!status.equals("processing")) {
      entry.put("completedAt", number);
    }
    Files.write(log.resolve("drm-" + number + ".json"), JsonText.print(entry));
  }

  private int curations() {
    return served.ask("state", "read", null).getInteger("curationsSinceDream");
  }

  private int listed() {
    return served.ask("log", "list", null).getJsonArray("entries").size();
  }

  /** Stamps everything with a second that began a moment ago, longer than a fine tick. */
  private void begin() {
    tick = Instant.ofEpochSecond(Instant.now().getEpochSecond());
    while (age().toMillis() < 60) {
      Thread.onSpinWait();
    }
  }

  private Duration age() {
    return Duration.between(tick, Instant.now());
  }

  private interface Round {
    int run() throws IOException;
  }

  /** Runs all of it within two seconds, again where the machine dawdled. */
  private int withinTheTick(Round round) throws IOException {
    int result;
    do {
      begin();
      result = round.run();
    } while (age().toMillis() > 1_900);
    return result;
  }

  @Test
  void aChangeInPlaceWithinTheSameTwoSecondsIsSeen() throws Exception {
    serve();
    IntSupplier read = this::curations;
    int seen =
        withinTheTick(
            () -> {
              curations(100);
              assertEquals(100, read.getAsInt());
              curations(900);
              return read.getAsInt();
            });
    assertEquals(900, seen);
  }

  @Test
  void aChangeInPlaceBetweenTheLookAndTheWriteIsNotOverwritten() throws Exception {
    serve();
    int written =
        withinTheTick(
            () -> {
              curations(100);
              disk.on(
                  Op.CREATE,
                  name -> {
                    disk.heal();
                    curations(900);
                  });
              return served
                  .ask("state", "incrementCurationCount", null)
                  .getInteger("curationsSinceDream");
            });
    assertEquals(901, written);
  }

  @Test
  void anEntryThatComesWithinTheSameTwoSecondsIsListed() throws Exception {
    serve();
    AtomicInteger next = new AtomicInteger(10);
    int more =
        withinTheTick(
            () -> {
              entry(next.incrementAndGet(), "completed");
              int before = listed();
              entry(next.incrementAndGet(), "completed");
              return listed() - before;
            });
    assertEquals(1, more);
  }

  @Test
  void aFractionOfASecondShowsThatTheFileSystemCountsThem() throws Exception {
    serve();
    AtomicInteger reads = new AtomicInteger();
    int again =
        withinTheTick(
            () -> {
              tick = tick.plusNanos(1);
              curations();
              reads.set(0);
              disk.on(Op.READ, name -> reads.incrementAndGet());
              curations();
              return reads.get();
            });
    assertEquals(0, again);
  }

  @Test
  void aStampInTheFutureProvesNothing() throws Exception {
    serve();
    tick = Instant.now().plus(Duration.ofDays(1));
    assertEquals(100, curations());
    curations(900);
    assertEquals(900, curations());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "+1000000000-12-31T23:59:59.999999999Z",
        "-1000000000-01-01T00:00:00Z",
        "+292278995-01-01T00:00:00Z",
        "+275761-01-01T00:00:00Z",
        "-300000-01-01T00:00:00Z"
      })
  void aStampBeyondWhatMillisecondsCountStopsNothing(String stamp) throws Exception {
    Files.writeString(dir.resolve("dream.lock"), Long.toString(ProcessHandle.current().pid()));
    Files.writeString(dir.resolve("dream-state.json.old.tmp"), "x");
    entry(6, "processing");
    Files.writeString(log.resolve("drm-7.json"), "no entry", StandardCharsets.UTF_8);
    serve(Instant.parse(stamp));
    assertEquals(100, curations());
    served.ask("state", "incrementCurationCount", null);
    assertEquals(2, listed());
    served.ask("log", "getById", new JsonObject().put("id", "drm-6"));
    served.ask("log", "save", Calls.bareEntry("drm-8", 8, "processing"));
    served.ask("lock", "status", null);
    rollBack(served.ask("lock", "tryAcquire", new JsonObject()));
    Files.writeString(dir.resolve("dream.lock"), "");
    assertFalse(served.ask("lock", "status", null).getBoolean("held"));
    JsonObject grant = served.ask("lock", "tryAcquire", new JsonObject());
    assertTrue(grant.getBoolean("acquired"));
    rollBack(grant);
    assertEquals(List.of(), served.events("log.pruned"));
  }

  private void rollBack(JsonObject reply) {
    if (reply.getBoolean("acquired")) {
      served.ask("lock", "rollback", null, "token", reply.getLong("token").toString());
    }
  }
}
