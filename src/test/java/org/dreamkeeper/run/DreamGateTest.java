package org.dreamkeeper.run;

import static org.dreamkeeper.Served.await;
import static org.dreamkeeper.Served.until;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.dreamkeeper.Locks;
import org.dreamkeeper.lock.DreamLock;
import org.dreamkeeper.run.RunResult.Skipped;
import org.junit.jupiter.api.Test;

/** Each gate, its figures, and that a look takes nothing. */
final class DreamGateTest extends RunTestBase {

  private DreamGate skipped(RunOptions options) {
    RunResult<Void> result =
        await(keeper.run(options, run -> Future.failedFuture("must not be called")));
    Skipped<Void> skipped = skipped(result);
    assertTrue(served.events("lock.acquired").isEmpty(), "a look acquired");
    assertEquals(skipped.gate(), await(keeper.look(options)).orElseThrow());
    return skipped.gate();
  }

  private void lastDream(Duration ago) {
    String at = Instant.ofEpochMilli(now).minus(ago).toString();
    await(keeper.state().update(new JsonObject().put("lastDreamAt", at)));
  }

  @Test
  void allOpen() {
    lastDream(Duration.ofHours(12));
    assertTrue(await(keeper.look(options())).isEmpty());
    assertTrue(served.events("lock.acquired").isEmpty());
    completed(await(keeper.run(options(), Future::succeededFuture)));
  }

  @Test
  void tooRecent() {
    lastDream(Duration.ofHours(9));
    DreamGate.Hours gate = assertInstanceOf(DreamGate.Hours.class, skipped(options()));
    assertEquals(Duration.ofHours(9), gate.elapsed());
    assertEquals(Duration.ofHours(12), gate.minInterval());
    Instant next = Instant.ofEpochMilli(now + 3 * 3_600_000);
    assertEquals(Optional.of(next), gate.nextEligibleAt());
    time.advance(3 * 3_600_000);
    assertTrue(await(keeper.look(options())).isEmpty());
    assertTrue(await(keeper.look(options().setMinInterval(Duration.ofMinutes(750)))).isPresent());
  }

  private void fail() {
    failed(await(keeper.run(forced(), run -> Future.failedFuture("no memory left"))));
  }

  private DreamGate.Failures pausing() {
    RunResult<Void> result = await(keeper.run(options(), run -> Future.failedFuture("called")));
    return assertInstanceOf(DreamGate.Failures.class, skipped(result).gate());
  }

  @Test
  void failuresInARow() {
    fail();
    assertTrue(await(keeper.look(options())).isEmpty(), "one is none");
    time.advance(60_000);
    fail();
    DreamGate.Failures gate = pausing();
    assertEquals(2, gate.failures());
    assertEquals(Instant.ofEpochMilli(time.millis()), gate.lastFailedAt());
    assertEquals(Duration.ofMinutes(5), gate.pause());
    Instant next = Instant.ofEpochMilli(time.millis() + 300_000);
    assertEquals(Optional.of(next), gate.nextEligibleAt());
    time.advance(299_999);
    assertTrue(await(keeper.look(options())).isPresent());
    time.advance(1);
    fail();
    gate = pausing();
    assertEquals(Duration.ofMinutes(10), gate.pause());
    completed(await(keeper.run(forced(), Future::succeededFuture)));
    fail();
    RunOptions soon = options().setMinInterval(Duration.ZERO).setMinCurations(0);
    assertTrue(await(keeper.look(soon)).isEmpty(), "a dream that completes ends the row");
  }

  @Test
  void tooFewCurations() {
    DreamGate.Curations gate =
        assertInstanceOf(DreamGate.Curations.class, skipped(options().setMinCurations(6)));
    assertEquals(5, gate.curations());
    assertEquals(6, gate.minCurations());
    assertEquals(Optional.empty(), gate.nextEligibleAt());
    await(keeper.state().enqueueStaleSummaryPaths(List.of("a.md")));
    assertTrue(await(keeper.look(options().setMinCurations(6))).isEmpty());
  }

  @Test
  void pendingTasks() {
    DreamGate.Tasks gate =
        assertInstanceOf(DreamGate.Tasks.class, skipped(options().setPendingTasks(2)));
    assertEquals(2, gate.pendingTasks());
  }

  @Test
  void theLockIsNeverPassedOver() {
    DreamLock held = Locks.take(keeper, "somebody");
    Skipped<Void> skipped =
        skipped(
            await(keeper.<Void>run(forced(), run -> Future.failedFuture("must not be called"))));
    DreamGate.Lock gate = (DreamGate.Lock) skipped.gate();
    assertEquals(Optional.of("somebody"), gate.holder().owner());
    assertEquals(Optional.of(held.expiresAt()), gate.nextEligibleAt());
    assertInstanceOf(DreamGate.Lock.class, await(keeper.look(forced())).orElseThrow());
    await(held.rollback());
    assertRolledBack();
  }

  @Test
  void forcePassesOverTheOthers() {
    lastDream(Duration.ZERO);
    RunOptions options = forced().setMinCurations(6).setPendingTasks(2);
    assertTrue(await(keeper.look(options)).isEmpty());
    completed(await(keeper.run(options, Future::succeededFuture)));
  }

  @Test
  void whoWaitedForAnothersDreamLooksAgain() {
    DreamLock held = Locks.take(keeper, "somebody");
    Future<RunResult<Void>> waiting =
        keeper.run(
            options().setWait(Duration.ofSeconds(10)),
            run -> Future.failedFuture("must not be called"));
    until(() -> lock().waiting() == 1);
    await(keeper.state().recordDream(await(keeper.log().nextId())));
    await(held.release());
    Skipped<Void> skipped = skipped(await(waiting));
    assertInstanceOf(DreamGate.Hours.class, skipped.gate());
    assertEquals(now, lastCompletedAt());
    assertTrue(log().isEmpty());
  }

  @Test
  void optionsOutOfRangeAreRefused() {
    RunOptions options = new RunOptions();
    assertThrows(IllegalArgumentException.class, () -> options.setLease(Duration.ofMillis(999)));
    assertThrows(IllegalArgumentException.class, () -> options.setWait(Duration.ofMillis(-1)));
    assertThrows(IllegalArgumentException.class, () -> options.setTimeout(Duration.ofMillis(0)));
    assertThrows(
        IllegalArgumentException.class, () -> options.setMinInterval(Duration.ofMillis(-1)));
    assertThrows(IllegalArgumentException.class, () -> options.setMinCurations(-1));
    assertThrows(IllegalArgumentException.class, () -> options.setPendingTasks(-1));
    assertThrows(NullPointerException.class, () -> options.setTrigger(null));
  }
}
