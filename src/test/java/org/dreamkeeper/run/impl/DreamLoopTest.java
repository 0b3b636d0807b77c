package org.dreamkeeper.run.impl;

import static org.dreamkeeper.Served.await;
import static org.dreamkeeper.Served.until;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.dreamkeeper.junit5.ManualTime;
import org.dreamkeeper.run.DreamGate;
import org.dreamkeeper.run.DreamSchedule;
import org.dreamkeeper.run.RunOptions;
import org.dreamkeeper.run.RunResult;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** When the gates are asked, by a clock that is moved by hand; what comes of it is as told. */
final class DreamLoopTest {
  private static final long NOW = 1_800_000_000_000L;
  private static final String EVENTS = "dream.events";
  private static final Duration JITTER = DreamSchedule.JITTER;
  private static final RunResult<String> COMPLETED = new RunResult.Completed<>("done", null);
  private static final RunResult<String> NOTHING = new RunResult.Nothing<>();

  private final Vertx vertx = Vertx.vertx();
  private final ManualTime time = new ManualTime(NOW);
  private final List<Promise<RunResult<String>>> asked = new CopyOnWriteArrayList<>();
  private final List<Long> tasks = new CopyOnWriteArrayList<>();
  private final List<RunResult<String>> told = new CopyOnWriteArrayList<>();
  private Consumer<String> sees;
  private Context context;
  private DreamSchedule<String> loop;

  @BeforeEach
  void begin() {
    context = vertx.getOrCreateContext();
    onContext(() -> loop = loop());
    assertAsked(1);
  }

  @AfterEach
  void stop() {
    await(vertx.close());
  }

  private DreamSchedule<String> loop() {
    return new DreamLoop<String>(vertx, time, new RunOptions(), this::run)
        .begin(EVENTS)
        .onResult(told::add);
  }

  private Future<RunResult<String>> run(RunOptions options, Consumer<String> sees) {
    this.sees = sees;
    Promise<RunResult<String>> result = Promise.promise();
    asked.add(result);
    tasks.add(options.getPendingTasks());
    return result.future();
  }

  /** Lets the context have its turns: one that was asked for in another is over, too. */
  private void onContext(Runnable what) {
    CountDownLatch done = new CountDownLatch(1);
    context.runOnContext(
        turn -> {
          what.run();
          context.runOnContext(second -> context.runOnContext(third -> done.countDown()));
        });
    try {
      assertTrue(done.await(30, TimeUnit.SECONDS));
    } catch (InterruptedException stop) {
      throw new AssertionError(stop);
    }
  }

  private void assertAsked(int times) {
    onContext(() -> {});
    assertEquals(times, asked.size());
  }

  private void result(RunResult<String> result) {
    onContext(() -> asked.get(asked.size() - 1).complete(result));
  }

  private void pass(Duration length) {
    time.advance(length.toMillis());
    onContext(() -> {});
  }

  /** It is asked again after that time, and some chance. */
  private void assertAskedAfter(Duration length) {
    int before = asked.size();
    pass(length.minusMillis(1));
    assertAsked(before);
    pass(JITTER.plusMillis(1));
    assertAsked(before + 1);
  }

  private void publish(String type) {
    publish(type, "some-" + told.size());
  }

  private void publish(String type, String revision) {
    int before = told.size();
    CountDownLatch heard = new CountDownLatch(1);
    var listener = vertx.eventBus().consumer(EVENTS, event -> heard.countDown());
    await(listener.completion());
    DeliveryOptions options = new DeliveryOptions().addHeader("type", type);
    vertx.eventBus().publish(EVENTS, new JsonObject().put("revision", revision), options);
    try {
      assertTrue(heard.await(30, TimeUnit.SECONDS));
    } catch (InterruptedException stop) {
      throw new AssertionError(stop);
    }
    await(listener.unregister());
    onContext(() -> {});
    assertEquals(before, told.size());
  }

  private static RunResult<String> closedUntil(Instant at) {
    return new RunResult.Skipped<>(
        new DreamGate.Other("some", Optional.ofNullable(at), "it is closed"));
  }

  private Instant in(Duration length) {
    return Instant.ofEpochMilli(time.millis()).plus(length);
  }

  @Test
  void atOnceAndThenEveryTenMinutes() {
    assertEquals(0, time.pending());
    result(COMPLETED);
    assertEquals(1, time.pending());
    assertEquals(List.of(COMPLETED), told);
    for (int i = 0; i < 20; i++) {
      assertAskedAfter(DreamSchedule.EVERY);
      result(closedUntil(null));
    }
  }

  @Test
  void whenTheGateMayOpenIfThatIsSooner() {
    result(closedUntil(in(Duration.ofMinutes(4))));
    assertAskedAfter(Duration.ofMinutes(4));
    result(closedUntil(in(Duration.ofHours(9))));
    assertAskedAfter(DreamSchedule.EVERY);
    result(closedUntil(in(Duration.ofHours(-1))));
    assertAskedAfter(Duration.ofMinutes(1));
    // A clock that is set is noticed at the next look.
    result(closedUntil(in(Duration.ofMinutes(9))));
    time.setMillis(NOW - 86_400_000);
    assertAskedAfter(Duration.ofMinutes(9));
  }

  @Test
  void soonAfterTheStateHasChanged() {
    result(closedUntil(null));
    publish("lock.released");
    pass(JITTER);
    assertAsked(1);
    for (int i = 0; i < 10; i++) {
      publish("state.changed");
    }
    assertEquals(1, time.pending());
    pass(JITTER);
    assertAsked(2);
    result(COMPLETED);
    publish("state.changed");
    pass(JITTER);
    assertAsked(3);
  }

  @Test
  void whatChangesDuringADreamIsNotMissed() {
    publish("state.changed");
    pass(Duration.ofMinutes(1));
    assertAsked(1);
    result(COMPLETED);
    pass(JITTER);
    assertAsked(2);
    // That was seen.
    result(closedUntil(null));
    assertAskedAfter(DreamSchedule.EVERY);
  }

  @Test
  void oneAtATime() {
    publish("state.changed");
    pass(Duration.ofHours(5));
    assertAsked(1);
  }

  @Test
  void whereThereWasNothingToDoAfterAChangeOrAnHour() {
    result(NOTHING);
    assertAskedAfter(DreamSchedule.AFTER_NOTHING);
    result(NOTHING);
    pass(Duration.ofMinutes(20));
    publish("state.changed");
    pass(JITTER);
    assertAsked(3);
    publish("state.changed");
    result(NOTHING);
    pass(JITTER);
    assertAsked(4);
  }

  @Test
  void whatADreamHasSeenIsNoChange() {
    // Whether it is heard of before that, after it, or when the dream is over.
    publish("state.changed", "1");
    sees.accept("1");
    result(NOTHING);
    pass(JITTER);
    publish("state.changed", "1");
    pass(JITTER);
    assertAsked(1);
    publish("state.changed", "2");
    pass(JITTER);
    assertAsked(2);
    sees.accept("2");
    publish("state.changed", "2");
    publish("state.changed", "3");
    result(NOTHING);
    pass(JITTER);
    assertAsked(3);
    sees.accept("3");
    onContext(() -> loop.setPendingTasks(0));
    result(NOTHING);
    pass(JITTER);
    assertAsked(4);
  }

  @Test
  void afterAFailureNoSoonerWhateverChanges() {
    for (RunResult<String> failure :
        List.<RunResult<String>>of(
            new RunResult.Failed<>(new IllegalStateException("no"), Optional.empty()),
            new RunResult.Partial<>("enough", null),
            new RunResult.Lost<>("gone", Optional.empty()))) {
      publish("state.changed");
      result(failure);
      publish("state.changed");
      assertAskedAfter(DreamSchedule.EVERY);
    }
  }

  @Test
  void ofAnAgentThatHasTasks() {
    onContext(() -> loop.setPendingTasks(2));
    result(closedUntil(null));
    pass(JITTER);
    assertAsked(2);
    assertEquals(List.of(0L, 2L), tasks);
    result(closedUntil(null));
    onContext(() -> loop.setPendingTasks(0));
    pass(JITTER);
    assertEquals(List.of(0L, 2L, 0L), tasks);
    assertThrows(IllegalArgumentException.class, () -> loop.setPendingTasks(-1));
  }

  @Test
  void whoIsToldAndThrowsDisturbsNothing() {
    context.exceptionHandler(thrown -> {});
    loop.onResult(
        result -> {
          throw new IllegalStateException("mine");
        });
    result(COMPLETED);
    assertAskedAfter(DreamSchedule.EVERY);
    assertThrows(NullPointerException.class, () -> loop.onResult(null));
  }

  @Test
  void aStopWaitsForTheDreamThatRuns() {
    Future<Void> stopped = loop.stop();
    onContext(() -> {});
    assertFalse(stopped.isComplete());
    result(COMPLETED);
    await(stopped);
    assertEquals(List.of(COMPLETED), told);
    publish("state.changed");
    pass(Duration.ofDays(1));
    assertAsked(1);
    assertEquals(0, time.pending());
    await(loop.stop());
  }

  @Test
  void aStopBetweenTwoDreams() {
    result(COMPLETED);
    await(loop.stop());
    assertEquals(0, time.pending());
    pass(Duration.ofDays(1));
    assertAsked(1);
  }

  @Test
  void itEndsWithItsVerticle() {
    result(COMPLETED);
    await(loop.stop());
    VerticleBase worker =
        new VerticleBase() {
          @Override
          public Future<?> start() {
            loop = loop();
            return Future.succeededFuture();
          }
        };
    String id = await(vertx.deployVerticle(worker));
    until(() -> asked.size() == 2);
    result(closedUntil(null));
    until(() -> time.pending() == 1);
    await(vertx.undeploy(id));
    assertEquals(0, time.pending());
    publish("state.changed");
    pass(Duration.ofDays(1));
    assertAsked(2);
  }
}
