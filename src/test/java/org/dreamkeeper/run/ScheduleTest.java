package org.dreamkeeper.run;

import static org.dreamkeeper.Served.await;
import static org.dreamkeeper.Served.until;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.dreamkeeper.Dreamkeeper;
import org.dreamkeeper.FilesAlone;
import org.dreamkeeper.Keepers;
import org.dreamkeeper.Locks;
import org.dreamkeeper.junit5.ManualTime;
import org.dreamkeeper.junit5.impl.Quiet;
import org.dreamkeeper.lock.DreamLock;
import org.dreamkeeper.log.DreamLogEntry;
import org.dreamkeeper.log.DreamStatus;
import org.dreamkeeper.log.LogQuery;
import org.junit.jupiter.api.Test;

/**
 * A worker that dreams by itself for a week and a day, on a project that is served: the worker's
 * clock is moved by hand, and the host's shows the same.
 */
final class ScheduleTest extends RunTestBase {
  /** The clocks differ by so much at most. */
  private static final Duration STEP = Duration.ofMinutes(5);

  /** A deadline is set by the one, and told by the other. */
  private static final long LONG_MS = 2 * STEP.toMillis();

  private static final Duration HOUR = Duration.ofHours(1);

  private final ManualTime clock = new ManualTime(now);
  private final List<RunResult<String>> results = new CopyOnWriteArrayList<>();
  private final AtomicInteger inside = new AtomicInteger();
  private final AtomicInteger most = new AtomicInteger();
  private volatile Function<DreamRun, Future<String>> work;
  private DreamSchedule<String> schedule;

  /** How many dreams were taken back. */
  private int taken;

  /** Dreams whenever it may. */
  private final class Worker extends VerticleBase {
    @Override
    public Future<?> start() {
      Dreamkeeper mine = Keepers.client(vertx, "dream", LONG_MS, clock);
      schedule =
          mine.schedule(options().setTimeout(Duration.ofDays(1)), this::dream)
              .onResult(results::add);
      return Future.succeededFuture();
    }

    private Future<String> dream(DreamRun run) {
      most.accumulateAndGet(inside.incrementAndGet(), Math::max);
      return work.apply(run).onComplete(end -> inside.decrementAndGet());
    }
  }

  private Future<String> merge(DreamRun run) {
    return run.record(operation("a.md")).map("done");
  }

  private String deploy() {
    int before = results.size();
    String id = await(vertx.deployVerticle(new Worker()));
    until(() -> results.size() > before);
    return id;
  }

  /** Lets time pass, and somebody write to the memory each hour. */
  private void pass(Duration length, boolean curate) {
    for (Duration at = STEP; at.compareTo(length) <= 0; at = at.plus(STEP)) {
      time.setMillis(clock.millis() + STEP.toMillis());
      if (clock.firesWithin(STEP.toMillis())) {
        clock.advance(STEP.toMillis());
      } else {
        clock.leap(STEP.toMillis());
      }
      if (curate && at.toMinutes() % HOUR.toMinutes() == 0) {
        await(keeper.state().incrementCurationCount());
        clock.settle();
      }
    }
  }

  private void pass(Duration length) {
    pass(length, true);
  }

  private List<RunResult<String>> since(int before) {
    return new ArrayList<>(results.subList(before, results.size()));
  }

  private long completed() {
    return results.stream().filter(RunResult.Completed.class::isInstance).count();
  }

  private DreamGate lastGate() {
    return skipped(results.get(results.size() - 1)).gate();
  }

  @FilesAlone("time leaps, and whoever is asked over a network looks silent then")
  @Test
  void aWeek() throws Exception {
    try (Quiet quiet = new Quiet(vertx, "dream", "state", "lock", "log")) {
      clock.waitFor(quiet::await);
      work = this::merge;
      String worker = deploy();
      theFirstDayTwoDreams();
      theSecondThereIsNothingToDo();
      theThirdItFails();
      theFourthSomebodyElseHasTheLock();
      theFifthTheHostIsAway();
      theSixthTheAgentIsBusyAndTheWorkerIsReplaced(worker);
      theSeventhTheLockIsLost();
      theEighthTheLastDreamIsTakenBack();
      assertEquals(1, most.get());
      assertEquals(completed() - taken + 1, state().totalDreams());
      List<DreamStatus> statuses = log().stream().map(DreamLogEntry::status).toList();
      assertEquals(
          completed() - taken + 1, statuses.stream().filter(DreamStatus.COMPLETED::equals).count());
      assertFalse(statuses.contains(DreamStatus.PROCESSING));
      await(schedule.stop());
      assertEquals(0, clock.pending());
    }
  }

  @Test
  void whatADreamSawIsNoChangeAfterIt() throws Exception {
    try (Quiet quiet = new Quiet(vertx, "dream", "state", "lock", "log")) {
      clock.waitFor(quiet::await);
      DreamLock lock = Locks.take(keeper, "somebody");
      AtomicInteger asked = new AtomicInteger();
      work =
          run -> {
            asked.incrementAndGet();
            return run.nothing();
          };
      Keepers.client(vertx, "dream", LONG_MS, clock)
          .schedule(options().setWait(HOUR), run -> work.apply(run))
          .onResult(results::add);
      until(() -> lock().waiting() == 1);
      await(keeper.state().incrementCurationCount());
      await(lock.rollback());
      until(() -> results.size() == 1);
      clock.advance(STEP.toMillis());
      assertEquals(1, asked.get(), "it has seen that");
      await(keeper.state().incrementCurationCount());
      clock.settle();
      clock.advance(STEP.toMillis());
      until(() -> asked.get() == 2);
    }
  }

  /** It asks when the gate opens, and not too often before. */
  private void theFirstDayTwoDreams() {
    assertEquals(1, completed(), "five curations waited");
    pass(Duration.ofHours(11).plusMinutes(50));
    assertEquals(1, completed());
    assertTrue(results.size() < 12 * 6 + 12 + 5, "asked " + results.size() + " times");
    pass(STEP.multipliedBy(3));
    assertEquals(2, completed());
    pass(Duration.ofHours(11).plusMinutes(45));
  }

  private void theSecondThereIsNothingToDo() {
    AtomicInteger asked = new AtomicInteger();
    work =
        run -> {
          asked.incrementAndGet();
          return run.nothing();
        };
    int entries = log().size();
    pass(Duration.ofMinutes(45), false);
    assertEquals(1, asked.get());
    await(keeper.state().incrementCurationCount());
    clock.settle();
    pass(STEP, false);
    assertEquals(2, asked.get(), "the state has changed");
    pass(HOUR.minus(STEP), false);
    assertEquals(2, asked.get());
    pass(STEP.multipliedBy(2), false);
    assertEquals(3, asked.get(), "an hour is over");
    assertEquals(entries, log().size());
    assertEquals(2, state().totalDreams());
    work = this::merge;
    pass(HOUR.multipliedBy(22));
    assertEquals(4, completed());
  }

  private void theThirdItFails() {
    int before = results.size();
    AtomicInteger failures = new AtomicInteger();
    work =
        run -> {
          if (failures.incrementAndGet() == 4) {
            work = this::merge;
          }
          return Future.failedFuture("no model");
        };
    pass(HOUR.multipliedBy(24));
    assertEquals(4, since(before).stream().filter(RunResult.Failed.class::isInstance).count());
    assertTrue(completed() >= 5);
    List<DreamLogEntry> failed =
        await(keeper.log().list(LogQuery.all().status(DreamStatus.ERROR))).entries();
    assertEquals(4, failed.size());
    for (int i = 1; i < failed.size(); i++) {
      Duration between = Duration.between(failed.get(i).startedAt(), failed.get(i - 1).startedAt());
      assertTrue(between.compareTo(DreamSchedule.EVERY) >= 0, between.toString());
    }
  }

  private void theFourthSomebodyElseHasTheLock() {
    pass(HOUR);
    DreamLock lock = Locks.take(keeper, "somebody");
    long before = completed();
    pass(HOUR.multipliedBy(14));
    assertEquals(before, completed());
    assertInstanceOf(DreamGate.Lock.class, lastGate());
    await(lock.rollback());
    pass(STEP.multipliedBy(3));
    assertEquals(before + 1, completed());
    pass(HOUR.multipliedBy(8));
  }

  private void theFifthTheHostIsAway() {
    int before = results.size();
    served.close();
    pass(HOUR.multipliedBy(6), false);
    int tries = since(before).size();
    assertTrue(tries > 30 && tries <= 37, "asked " + tries + " times");
    since(before).forEach(result -> assertTrue(failed(result).entry().isEmpty()));
    serve();
    long dreams = completed();
    pass(HOUR.multipliedBy(18));
    assertTrue(completed() > dreams);
  }

  private void theSixthTheAgentIsBusyAndTheWorkerIsReplaced(String worker) {
    long before = completed();
    schedule.setPendingTasks(2);
    pass(HOUR.multipliedBy(13));
    assertEquals(before, completed());
    assertInstanceOf(DreamGate.Tasks.class, lastGate());
    Promise<String> never = Promise.promise();
    work = run -> run.record(operation("b.md")).compose(recorded -> never.future());
    schedule.setPendingTasks(0);
    clock.settle();
    pass(STEP);
    assertEquals(1, inside.get());
    await(vertx.undeploy(worker));
    assertTrue(partial(results.get(results.size() - 1)).reason().contains("undeployed"));
    assertEquals(DreamStatus.PARTIAL, log().get(0).status());
    assertFalse(lock().held());
    inside.set(0);
    int told = results.size();
    pass(HOUR);
    assertEquals(told, results.size());
    work = this::merge;
    deploy();
    assertEquals(before + 1, completed());
    pass(HOUR.multipliedBy(10));
  }

  private void theSeventhTheLockIsLost() {
    long before = completed();
    Promise<String> never = Promise.promise();
    work = run -> run.record(operation("c.md")).compose(recorded -> never.future());
    while (inside.get() == 0) {
      pass(STEP);
    }
    served.close();
    serve();
    pass(STEP);
    lost(results.get(results.size() - 1));
    assertEquals(DreamStatus.ERROR, log().get(0).status());
    inside.set(0);
    work = this::merge;
    pass(STEP.multipliedBy(3));
    assertEquals(before + 1, completed());
    pass(HOUR.multipliedBy(20));
    assertTrue(completed() > before + 1);
  }

  /** It rests as after a dream, also where the worker starts anew. */
  private void theEighthTheLastDreamIsTakenBack() {
    pass(HOUR.multipliedBy(12));
    undoTheLast();
    pass(HOUR);
    long before = completed();
    DreamGate.Undone rest = assertInstanceOf(DreamGate.Undone.class, lastGate());
    assertEquals(Duration.ofHours(12), rest.minInterval());
    assertTrue(await(keeper.look(options())).isEmpty(), "the host's gates are open");
    await(schedule.stop());
    deploy();
    assertInstanceOf(DreamGate.Undone.class, lastGate());
    pass(HOUR.multipliedBy(10).plusMinutes(45));
    assertEquals(before, completed());
    pass(STEP.multipliedBy(4));
    assertEquals(before + 1, completed());
    undoTheLast();
    assertInstanceOf(
        RunResult.Completed.class,
        await(keeper.run(options(), this::merge)),
        "who runs a dream by himself does not rest");
    taken += 2;
  }

  private void undoTheLast() {
    String last = state().lastDreamLogId().orElseThrow();
    await(keeper.undo(last, entry -> Future.succeededFuture()));
    clock.settle();
  }
}
