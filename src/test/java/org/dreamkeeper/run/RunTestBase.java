package org.dreamkeeper.run;

import static org.dreamkeeper.Served.await;
import static org.dreamkeeper.Served.until;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import org.dreamkeeper.Dreamkeeper;
import org.dreamkeeper.FilesAlone;
import org.dreamkeeper.Keepers;
import org.dreamkeeper.Kept;
import org.dreamkeeper.Place;
import org.dreamkeeper.Served;
import org.dreamkeeper.junit5.ManualTime;
import org.dreamkeeper.lock.LockStatus;
import org.dreamkeeper.log.DreamLogEntry;
import org.dreamkeeper.log.DreamOperation;
import org.dreamkeeper.log.LogQuery;
import org.dreamkeeper.log.Prune;
import org.dreamkeeper.state.DreamState;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** A served project in which five curations wait, the last dream is long ago, and time stands. */
@ParameterizedClass(name = "{0}")
@EnumSource(Place.class)
abstract class RunTestBase implements FilesAlone.Suite {
  static final long BEFORE = 1_741_939_242_000L;

  final long now = System.currentTimeMillis();
  final ManualTime time = new ManualTime(now);

  @Parameter Place place;
  @TempDir Path dir;
  Vertx vertx;
  Kept kept;
  Served served;
  Dreamkeeper keeper;
  Wire wire;

  @BeforeEach
  void start() {
    vertx = Vertx.vertx();
    kept = place.at(vertx, dir);
    kept.completedAt(Instant.ofEpochMilli(BEFORE));
    serve();
    keeper = Keepers.client(vertx, "dream", 30_000, time);
    wire = new Wire(vertx);
    await(keeper.state().incrementCurationCount(5));
  }

  @Override
  public Place place() {
    return place;
  }

  /** Serves it, again too. */
  void serve() {
    served = kept.served(vertx, time, new JsonObject());
  }

  @AfterEach
  void stop() {
    wire.mend();
    served.close();
    await(vertx.close());
  }

  static void prepare(Path dir) throws IOException {
    Files.writeString(dir.resolve("dream.lock"), "");
    Files.setLastModifiedTime(dir.resolve("dream.lock"), FileTime.fromMillis(BEFORE));
  }

  static RunOptions options() {
    return new RunOptions().setOwner("a test");
  }

  static RunOptions forced() {
    return options().setForce(true);
  }

  static DreamOperation operation(String file) {
    return new Prune(Prune.Action.KEEP, file, "still true", false, null, null);
  }

  List<DreamLogEntry> log() {
    return await(keeper.log().list(LogQuery.all())).entries();
  }

  DreamLogEntry entry(String id) {
    return await(keeper.log().getById(id)).orElseThrow();
  }

  DreamState state() {
    return await(keeper.state().read());
  }

  /** The last dream's entry, as the state says; null for none. */
  String lastDreamLogId() {
    return state().lastDreamLogId().orElse(null);
  }

  LockStatus lock() {
    return await(keeper.lock().status());
  }

  /** When the last dream completed, as the lock says, ms since 1970; 0 for never. */
  long lastCompletedAt() {
    return lock().lastCompletedAt().map(Instant::toEpochMilli).orElse(0L);
  }

  /** Nothing counts, and the lock is as it was. */
  void assertRolledBack() {
    assertFalse(lock().held());
    assertEquals(BEFORE, lastCompletedAt());
    assertEquals(0, state().totalDreams());
    assertEquals(5, state().curationsSinceDream());
  }

  void assertCounted(String id, int dreams) {
    assertFalse(lock().held());
    assertEquals(dreams, state().totalDreams());
    assertEquals(id, lastDreamLogId());
    assertTrue(lastCompletedAt() > BEFORE);
  }

  static <T> RunResult.Completed<T> completed(RunResult<T> result) {
    if (result instanceof RunResult.Completed<T> as) {
      return as;
    }
    throw new AssertionError(result);
  }

  static <T> RunResult.Failed<T> failed(RunResult<T> result) {
    if (result instanceof RunResult.Failed<T> as) {
      return as;
    }
    throw new AssertionError(result);
  }

  static <T> RunResult.Partial<T> partial(RunResult<T> result) {
    if (result instanceof RunResult.Partial<T> as) {
      return as;
    }
    throw new AssertionError(result);
  }

  static <T> RunResult.Lost<T> lost(RunResult<T> result) {
    if (result instanceof RunResult.Lost<T> as) {
      return as;
    }
    throw new AssertionError(result);
  }

  static <T> RunResult.Skipped<T> skipped(RunResult<T> result) {
    if (result instanceof RunResult.Skipped<T> as) {
      return as;
    }
    throw new AssertionError(result);
  }

  /** Counts the timers that stay when the actors have nothing to do. */
  int quietTimers() {
    time.settle();
    return time.pending();
  }

  /** Lets time pass until an answer is there. */
  <T> T pumped(Future<T> future) {
    until(
        () -> {
          time.settle();
          if (!future.isComplete()) {
            time.advance(100);
          }
          return future.isComplete();
        });
    return await(future);
  }
}
