package org.dreamkeeper.lock;

import static org.dreamkeeper.Served.await;
import static org.dreamkeeper.Served.until;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.vertx.core.Future;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.json.JsonObject;
import java.util.concurrent.CountDownLatch;
import org.dreamkeeper.Served;
import org.dreamkeeper.file.FaultyDisk;
import org.dreamkeeper.file.FaultyDisk.Op;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A deadline is met or missed by the time that has passed since the request came in. */
final class DeadlineTest extends LockScenario {
  private static final long STEP_MS = 3_600_000;

  private Future<Message<JsonObject>> join(long waitMs, long deadlineMs) {
    Future<Message<JsonObject>> waiting =
        served.send(
            "lock",
            "tryAcquire",
            new JsonObject().put("waitMs", waitMs),
            "deadline",
            Long.toString(time.millis() + deadlineMs));
    until(() -> status().getInteger("waiting") == 1);
    return waiting;
  }

  private void step(long ms) {
    time.setMillis(time.millis() + ms);
  }

  private static void isTooLate(Future<?> request) {
    Served.Failed failed = assertThrows(Served.Failed.class, () -> await(request));
    assertEquals(408, ((ReplyException) failed.getCause()).failureCode());
  }

  @ParameterizedTest
  @ValueSource(longs = {-STEP_MS, 0, STEP_MS})
  void whoWaitsIsRefusedAtHisDeadlineWhateverTheClockDoes(long stepMs) {
    serve();
    String token = token();
    Future<Message<JsonObject>> waiting = join(60_000, 2_000);
    step(stepMs);
    time.advance(2_001);
    isTooLate(waiting);
    served.ask("lock", "release", null, "token", token);
    assertFalse(status().getBoolean("held"), "never granted afterwards");
  }

  @ParameterizedTest
  @ValueSource(longs = {-STEP_MS, 0, STEP_MS})
  void whoHasWaitedInVainBeforeHisDeadlineIsNotTooLate(long stepMs) {
    serve();
    token();
    Future<Message<JsonObject>> waiting = join(2_000, 60_000);
    step(stepMs);
    time.advance(2_000);
    assertFalse(await(waiting).body().getBoolean("acquired"));
  }

  @ParameterizedTest
  @ValueSource(longs = {-STEP_MS, 0, STEP_MS})
  void aRequestInTheQueueHasTheTimeThatItWasGiven(long stepMs) {
    assertEquals("", behindAHeldUpWrite(stepMs, 1_000));
  }

  @ParameterizedTest
  @ValueSource(longs = {-STEP_MS, 0, STEP_MS})
  void aRequestInTheQueueIsTooLateOnceThatHasPassed(long stepMs) {
    assertEquals("DEADLINE_PASSED", behindAHeldUpWrite(stepMs, 3_000));
  }

  @Test
  void aDeadlineFarAwayIsNone() {
    serve();
    served.ask("lock", "tryAcquire", null, "deadline", "9".repeat(18));
  }

  /** What a request with two seconds' time ends with; empty if it is done. */
  private String behindAHeldUpWrite(long stepMs, long heldUpMs) {
    FaultyDisk disk = new FaultyDisk();
    CountDownLatch reached = new CountDownLatch(1);
    CountDownLatch open = new CountDownLatch(1);
    serve(new JsonObject(), disk.machine());
    disk.on(
        Op.RENAME,
        name -> {
          reached.countDown();
          pass(open);
        });
    Future<?> first = served.send("state", "incrementCurationCount", null);
    pass(reached);
    Future<String> second =
        served
            .send(
                "state",
                "incrementCurationCount",
                null,
                "deadline",
                Long.toString(time.millis() + 2_000))
            .transform(
                end ->
                    Future.succeededFuture(
                        end.succeeded() ? "" : end.cause().getMessage().replaceFirst(":.*", "")));
    served.arrived();
    step(stepMs);
    time.leap(heldUpMs);
    disk.heal();
    open.countDown();
    await(first);
    return await(second);
  }

  private static void pass(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException stop) {
      throw new AssertionError(stop);
    }
  }
}
