package org.dreamkeeper.run;

import static org.dreamkeeper.Served.await;
import static org.dreamkeeper.Served.until;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.dreamkeeper.FilesAlone;
import org.dreamkeeper.Locks;
import org.dreamkeeper.Served;
import org.dreamkeeper.bus.DreamkeeperException;
import org.dreamkeeper.bus.FailureCode;
import org.dreamkeeper.file.FaultyDisk;
import org.dreamkeeper.lock.Acquisition;
import org.dreamkeeper.log.DreamLogEntry;
import org.dreamkeeper.log.DreamStatus;
import org.dreamkeeper.log.Prune;
import org.dreamkeeper.log.Synthesize;
import org.dreamkeeper.run.RunResult.Completed;
import org.dreamkeeper.run.RunResult.Failed;
import org.dreamkeeper.run.RunResult.Lost;
import org.dreamkeeper.run.RunResult.Partial;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each outcome of a run, and what log, state and lock say of it. */
final class RunOutcomeTest extends RunTestBase {
  private final Promise<String> work = Promise.promise();
  private final AtomicReference<DreamRun> running = new AtomicReference<>();

  private Future<RunResult<String>> begin(RunOptions options) {
    Future<RunResult<String>> result =
        keeper.run(
            options,
            run -> {
              running.set(run);
              return work.future();
            });
    until(() -> running.get() != null);
    return result;
  }

  private static FailureCode refusal(Future<?> future) {
    Served.Failed failed = assertThrows(Served.Failed.class, () -> await(future));
    return ((DreamkeeperException) failed.getCause()).code();
  }

  @Test
  void aDreamThatSucceedsCounts() {
    int timers = quietTimers();
    Future<RunResult<String>> result = begin(options().setTaskId("task-7"));
    DreamRun run = running.get();
    assertEquals(5, run.seen().curationsSinceDream());
    assertTrue(lock().held());
    await(run.record(operation("a.md")));
    DreamLogEntry open = log().get(0);
    assertEquals(DreamStatus.PROCESSING, open.status());
    assertEquals(Optional.of(run.token()), open.lockToken());
    assertEquals(5, open.more().getInteger("curationsSeen"));
    assertEquals(1, open.summary().pruned());
    await(keeper.state().incrementCurationCount(2));
    run.record(operation("b.md"));
    time.advance(1_000);
    work.complete("done");

    Completed<String> completed = completed(await(result));
    assertEquals("done", completed.value());
    DreamLogEntry entry = log().get(0);
    assertEquals(completed.entry().id(), entry.id());
    assertEquals(DreamStatus.COMPLETED, entry.status());
    assertEquals(2, entry.operations().size());
    assertEquals(2, entry.summary().pruned());
    assertEquals(Optional.of("task-7"), entry.taskId());
    assertEquals(Optional.of(Instant.ofEpochMilli(now + 1_000)), entry.completedAt());
    assertCounted(run.id(), 1);
    assertEquals(2, state().curationsSinceDream());
    assertEquals(now + 1_000, lastCompletedAt());
    assertFalse(run.lost().isComplete());
    assertEquals(FailureCode.SUPERSEDED, refusal(run.record(operation("late.md"))));
    assertEquals(timers, quietTimers(), "a timer was left behind");
  }

  @Test
  void aDreamThatFailsKeepsItsOperationsAndDoesNotCount() {
    int timers = quietTimers();
    Future<RunResult<String>> result = begin(options());
    running.get().record(operation("a.md"));
    IllegalStateException why = new IllegalStateException("no model");
    work.fail(why);
    Failed<String> failed = failed(await(result));
    assertSame(why, failed.cause());
    DreamLogEntry entry = log().get(0);
    assertEquals(DreamStatus.ERROR, entry.status());
    assertEquals(Optional.of("no model"), entry.error());
    assertEquals(1, entry.operations().size());
    assertRolledBack();
    assertEquals(timers, quietTimers());
  }

  @Test
  void workThatThrowsOrGivesNoFutureFails() {
    Failed<String> thrown =
        failed(
            await(
                keeper.<String>run(
                    options(),
                    run -> {
                      throw new IllegalStateException("thrown");
                    })));
    assertEquals(Optional.of("thrown"), thrown.entry().orElseThrow().error());
    failed(await(keeper.<String>run(options(), run -> null)));
    assertRolledBack();
  }

  @Test
  void aDreamThatTakesTooLongIsPartial() {
    Future<RunResult<String>> result = begin(options().setTimeout(Duration.ofSeconds(10)));
    DreamRun run = running.get();
    await(run.record(operation("a.md")));
    time.advance(10_000);
    Partial<String> partial = partial(await(result));
    assertEquals("timed out after 10000 ms", partial.reason());
    await(run.ended());
    assertEquals(FailureCode.SUPERSEDED, refusal(run.record(operation("b.md"))));
    work.complete("too late");
    DreamLogEntry entry = log().get(0);
    assertEquals(DreamStatus.PARTIAL, entry.status());
    assertEquals(Optional.of("timed out after 10000 ms"), entry.abortReason());
    assertEquals(1, entry.operations().size());
    assertRolledBack();
  }

  @Test
  void aDreamThatIsAbortedIsPartial() {
    Future<RunResult<String>> result = begin(options());
    running.get().record(operation("a.md"));
    running.get().abort("the user is back");
    partial(await(result));
    assertEquals(Optional.of("the user is back"), log().get(0).abortReason());
    assertEquals(1, log().get(0).operations().size());
    assertRolledBack();
  }

  @FilesAlone("a foreign process")
  @Test
  void aDreamWhoseLockAForeignProcessOverwritesIsLost() throws IOException {
    int timers = quietTimers();
    Future<RunResult<String>> result = begin(options());
    DreamRun run = running.get();
    await(run.record(operation("z.md")));
    Files.writeString(dir.resolve("dream.lock"), "1");
    time.advance(20_000);
    await(run.lost());
    assertEquals(FailureCode.SUPERSEDED, refusal(run.record(operation("a.md"))));
    Lost<String> lost = lost(await(result));
    assertEquals(Optional.of(run.id()), lost.id());
    work.complete("too late");
    until(() -> log().get(0).status() == DreamStatus.ERROR);
    assertTrue(log().get(0).error().orElseThrow().startsWith("Interrupted"));
    assertEquals("1", Files.readString(dir.resolve("dream.lock")));
    assertEquals(0, state().totalDreams());
    assertEquals(timers, quietTimers());
  }

  /** Loses the first reply to a request. */
  private void loseTheFirstReplyTo(String action) {
    AtomicInteger replies = new AtomicInteger();
    wire.swallowReplyTo(
        request -> request.endsWith(" " + action) && replies.getAndIncrement() == 0);
  }

  @Test
  void aRenewalWhoseReplyIsLostIsAskedAgain() {
    Future<RunResult<String>> result = begin(options().setLease(Duration.ofSeconds(3)));
    loseTheFirstReplyTo("renew");
    time.advance(1_000);
    until(() -> wire.count("dream.lock renew") == 2);
    for (int i = 0; i < 30; i++) {
      time.advance(200);
      assertTrue(lock().held());
    }
    assertFalse(running.get().lost().isComplete());
    work.complete("done");
    completed(await(result));
  }

  @ParameterizedTest
  @ValueSource(strings = {"save", "recordDream", "release"})
  void anEndWhoseReplyIsLostIsAskedAgain(String action) {
    Future<RunResult<String>> result = begin(options().setLease(Duration.ofSeconds(3)));
    loseTheFirstReplyTo(action);
    work.complete("done");
    completed(await(result));
    assertCounted(running.get().id(), 1);
    assertEquals(1, served.events("lock.released").size());
  }

  @Test
  void aRollbackWhoseReplyIsLostIsAskedAgain() {
    Future<RunResult<String>> result = begin(options().setLease(Duration.ofSeconds(3)));
    loseTheFirstReplyTo("rollback");
    work.fail("no");
    failed(await(result));
    assertRolledBack();
  }

  @Test
  void aDreamWhoseRenewalsNobodyHearsIsLostWhenItsLeaseIsOver() {
    Future<RunResult<String>> result = begin(options());
    wire.swallow(request -> request.endsWith(" renew"));
    for (int i = 0; i < 6; i++) {
      assertFalse(running.get().lost().isComplete());
      time.advance(10_000);
    }
    Lost<String> lost = lost(await(result));
    assertTrue(lost.reason().startsWith("the lease ran out"), lost.reason());
    until(() -> !lock().held());
    assertRolledBack();
  }

  @Test
  void theLeaseIsRenewedAtAThirdOfItsLength() {
    Future<RunResult<String>> result = begin(options());
    long begun = wire.count("dream.lock renew");
    for (int i = 1; i <= 6; i++) {
      time.advance(19_999);
      assertEquals(begun + i - 1, wire.count("dream.lock renew"));
      time.advance(1);
      long until = now + i * 20_000L + 60_000;
      assertEquals(until, lock().holder().orElseThrow().expiresAt().toEpochMilli());
    }
    work.complete("done");
    completed(await(result));
    assertEquals(now + 120_000, lastCompletedAt());
  }

  @Test
  void manyRecordsAtOnceShareWritesInOrder() {
    List<Future<Void>> all = new ArrayList<>();
    CompletableFuture<Void> recorded = new CompletableFuture<>();
    wire.holdBack(
        "dream.log append",
        () -> {
          recorded.join();
          wire.deliver();
        });
    Completed<Void> completed =
        completed(
            await(
                keeper.<Void>run(
                    options(),
                    run -> {
                      for (int i = 0; i < 100; i++) {
                        all.add(run.record(operation(i + ".md")));
                      }
                      recorded.complete(null);
                      return Future.all(all).mapEmpty();
                    })));
    assertEquals(2, wire.count("dream.log save"), "processing, completed");
    assertTrue(wire.count("dream.log append") <= 2, "the first and the rest");
    List<String> files =
        log().get(0).operations().stream().map(each -> ((Prune) each).file()).toList();
    for (int i = 0; i < 100; i++) {
      assertEquals(i + ".md", files.get(i));
    }
    assertEquals(100, completed.entry().summary().pruned());
  }

  @Test
  void whateverFailsBeforeTheDreamBeginsGivesTheLockBack() {
    wire.swallow(request -> request.endsWith(" nextId"));
    Failed<Void> failed =
        failed(await(keeper.<Void>run(options(), run -> Future.failedFuture("never called"))));
    assertEquals(Optional.empty(), failed.entry());
    assertRolledBack();
  }

  @Test
  void aFailureThatCannotBeSavedGivesTheLockBackToo() {
    wire.swallow(request -> request.endsWith(" save"));
    Failed<Void> failed =
        failed(pumped(keeper.<Void>run(options(), run -> Future.failedFuture("no model"))));
    assertEquals("no model", failed.cause().getMessage());
    assertEquals(Optional.of("no model"), failed.entry().orElseThrow().error());
    assertTrue(log().isEmpty());
    assertRolledBack();
  }

  @Test
  void aCompletedDreamWhoseReplyIsLostIsStillCompleted() {
    Future<RunResult<String>> result = begin(options());
    wire.swallowReplyTo(request -> request.equals("dream.log save"));
    work.complete("done");
    Completed<String> completed = completed(pumped(result));
    assertCounted(completed.entry().id(), 1);
  }

  @Test
  void aCompletedDreamThatTheStateDoesNotHearOfIsLeftToWhoTakesTheLockNext() {
    wire.swallow(request -> request.endsWith(" recordDream"));
    Future<RunResult<String>> result = begin(options());
    work.complete("done");
    Completed<String> first = completed(pumped(result));
    assertEquals(0, state().totalDreams());
    assertTrue(lock().held());
    wire.mend();
    time.advance(60_000);
    Completed<DreamRun> second = completed(await(keeper.run(forced(), Future::succeededFuture)));
    assertEquals(Optional.of(first.entry().id()), second.value().seen().lastDreamLogId());
    assertEquals(0, second.value().seen().curationsSinceDream());
    assertCounted(second.entry().id(), 2);
  }

  @FilesAlone("a foreign process")
  @Test
  void aDreamThatCompletedBeforeAForeignProcessTookTheLockCountsOnce() {
    wire.holdBack(
        "dream.state recordDream",
        () -> {
          try {
            Files.writeString(dir.resolve("dream.lock"), "1");
          } catch (IOException failure) {
            throw new AssertionError(failure);
          }
          // Looks at the file, and moves the fence before the held request comes.
          keeper.lock().status().onComplete(looked -> wire.deliver());
        });
    Completed<String> completed =
        completed(await(keeper.run(options(), run -> Future.succeededFuture("done"))));
    assertEquals(1, state().totalDreams());
    assertEquals(completed.entry().id(), lastDreamLogId());
    assertEquals(DreamStatus.COMPLETED, log().get(0).status());
  }

  @Test
  void anOperationThatTheLogRefusesSpoilsNothingElse() {
    Synthesize impossible =
        new Synthesize(Synthesize.Action.CREATE, "c.md", List.of("a.md"), 2, false);
    Completed<String> completed =
        completed(
            await(
                keeper.run(
                    options(),
                    run ->
                        run.record(operation("a.md"))
                            .compose(recorded -> run.record(impossible))
                            .transform(
                                end -> {
                                  FailureCode code = ((DreamkeeperException) end.cause()).code();
                                  return run.record(operation("b.md")).map(code.name());
                                }))));
    assertEquals("INVALID_REQUEST", completed.value());
    assertEquals(2, log().get(0).operations().size());
  }

  @ParameterizedTest
  @ValueSource(longs = {1_000_000_000, 9_000_000_000_000_000L})
  void countsThoughTheStateNamesALaterDream(long ahead) {
    JsonObject named = new JsonObject(kept.state()).put("lastDreamLogId", "drm-" + (now + ahead));
    kept.putState(named.encodePrettily());
    for (int i = 1; i <= 2; i++) {
      RunResult<String> result = await(keeper.run(forced(), run -> Future.succeededFuture("done")));
      assertCounted(completed(result).entry().id(), i);
    }
  }

  /** Three in one turn: only the invalid one is refused, also where they wait for the end. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void anInvalidOperationRefusesNoneOfThoseBesideIt(boolean awaited) {
    List<Future<Void>> all = new ArrayList<>();
    Completed<String> completed =
        completed(
            await(
                keeper.run(
                    options(),
                    run -> {
                      all.add(run.record(operation("a.md")));
                      all.add(
                          run.record(
                              new Synthesize(
                                  Synthesize.Action.CREATE, "b.md", List.of("a.md"), 2, false)));
                      all.add(run.record(operation("c.md")));
                      return awaited
                          ? Future.join(all).transform(end -> Future.succeededFuture("done"))
                          : Future.succeededFuture("done");
                    })));
    until(() -> all.stream().allMatch(Future::isComplete));
    assertTrue(all.get(0).succeeded() && all.get(1).failed() && all.get(2).succeeded());
    assertEquals(FailureCode.INVALID_REQUEST, ((DreamkeeperException) all.get(1).cause()).code());
    assertEquals(2, completed.entry().operations().size());
    assertEquals(completed.entry().operations(), log().get(0).operations());
    assertCounted(completed.entry().id(), 1);
  }

  @Test
  void operationsStayThoughAForeignProcessEndsTheEntry() throws Exception {
    Completed<String> completed =
        completed(
            await(
                keeper.run(
                    options(),
                    run ->
                        run.record(operation("a.md"))
                            .compose(
                                recorded -> {
                                  endByAForeignHand(run.id());
                                  return run.record(operation("b.md"));
                                })
                            .map("done"))));
    assertEquals(2, completed.entry().operations().size());
    assertEquals(completed.entry().operations(), log().get(0).operations());
  }

  private void endByAForeignHand(String id) {
    JsonObject entry =
        new JsonObject(kept.entry(id))
            .put("status", "error")
            .put("completedAt", now)
            .put("error", "stale");
    kept.putEntry(id, entry.encodePrettily());
  }

  @Test
  void anAppendWhoseReplyIsLostIsNotDoneTwice() {
    wire.swallowReplyTo(request -> request.endsWith(" append"));
    Future<RunResult<String>> result =
        keeper.run(
            options(),
            run -> {
              Future<Void> recorded = run.record(operation("a.md"));
              run.record(operation("b.md"));
              return recorded.map("done");
            });
    until(() -> wire.count("dream.log append") > 0);
    wire.swallowReplyTo(any -> false);
    Completed<String> completed = completed(pumped(result));
    assertEquals(2, completed.entry().operations().size());
    assertEquals(completed.entry().operations(), log().get(0).operations());
  }

  @FilesAlone("a sync that fails")
  @Test
  void aDreamWhoseCompletionMayBeLostWithThePowerDoesNotCount() {
    FaultyDisk disk = new FaultyDisk();
    served.close();
    served = Served.at(vertx, time, disk.machine(), Served.config(dir));
    Future<RunResult<String>> result =
        keeper.run(
            forced(),
            run -> {
              running.set(run);
              return run.record(operation("a.md"))
                  .map(
                      recorded -> {
                        disk.on(
                            FaultyDisk.Op.SYNC_DIRECTORY,
                            name -> {
                              if (name.equals("dream-log")) {
                                throw new FileSystemException(name, null, "I/O error");
                              }
                            });
                        return "done";
                      });
            });
    until(() -> running.get() != null);
    lost(pumped(result));
    assertEquals(0, state().totalDreams());
    disk.heal();
    until(
        () -> {
          time.advance(10_000);
          return await(keeper.lock().acquire(Locks.as("next"))) instanceof Acquisition.Acquired;
        });
    assertEquals(1, state().totalDreams(), "the log decides, once it can");
    assertEquals(DreamStatus.COMPLETED, log().get(0).status());
  }
}
