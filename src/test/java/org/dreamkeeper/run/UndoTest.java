package org.dreamkeeper.run;

import static org.dreamkeeper.Served.await;
import static org.dreamkeeper.Served.until;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.dreamkeeper.FilesAlone;
import org.dreamkeeper.Locks;
import org.dreamkeeper.Served;
import org.dreamkeeper.bus.DreamkeeperException;
import org.dreamkeeper.bus.FailureCode;
import org.dreamkeeper.lock.DreamLock;
import org.dreamkeeper.log.DreamLogEntry;
import org.dreamkeeper.log.DreamStatus;
import org.dreamkeeper.state.DreamState;
import org.dreamkeeper.state.PendingMerge;
import org.junit.jupiter.api.Test;

/** A dream that is taken back: what stays of it in the log, and what goes from the state. */
final class UndoTest extends RunTestBase {

  private String dream() {
    return completed(
            await(
                keeper.run(
                    forced(),
                    run ->
                        run.record(operation("a.md"))
                            .compose(
                                recorded ->
                                    run.state()
                                        .addPendingMerges(
                                            List.of(
                                                new PendingMerge(
                                                    run.id() + ".md",
                                                    "b.md",
                                                    "same",
                                                    run.id())))))))
        .entry()
        .id();
  }

  private String refused(Future<?> future, FailureCode code) {
    Served.Failed failed = assertThrows(Served.Failed.class, () -> await(future));
    DreamkeeperException why = (DreamkeeperException) failed.getCause();
    assertEquals(code, why.code());
    assertFalse(lock().held() && code != FailureCode.BUSY);
    return why.getMessage();
  }

  @Test
  void theLastDreamIsTakenBack() {
    String first = dream();
    time.advance(5_000);
    String second = dream();
    time.advance(5_000);
    DreamLogEntry undone = await(keeper.markUndone(second));
    assertEquals(DreamStatus.UNDONE, undone.status());
    DreamLogEntry entry = entry(second);
    assertEquals(DreamStatus.UNDONE, entry.status());
    assertEquals(1, entry.operations().size());
    assertEquals(Optional.of(Instant.ofEpochMilli(now + 5_000)), entry.completedAt());
    assertEquals(Optional.of(Instant.ofEpochMilli(now + 10_000)), entry.undoneAt());
    DreamState state = state();
    assertEquals(Optional.of(first), state.lastDreamLogId());
    assertEquals(Optional.of(Instant.ofEpochMilli(now)), state.lastDreamAt());
    assertEquals(List.of(first + ".md"), sources(state));
    assertEquals(1, state.totalDreams());
    assertEquals(now, lastCompletedAt(), "the lock follows");
    assertFalse(lock().held());
    assertEquals("undone", lastEnd().getString("why"));

    await(keeper.markUndone(first));
    assertEquals(0, lastCompletedAt());
    assertNull(lastDreamLogId());
    assertTrue(state().lastDreamAt().isEmpty());
    assertTrue(state().pendingMerges().isEmpty());
    assertFalse(state().more().containsKey("undoing"));
  }

  @Test
  void anUndoEndsWhileCurationsGoOn() {
    String id = dream();
    AtomicBoolean enough = new AtomicBoolean();
    List<Future<?>> streams = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      streams.add(curate(enough));
    }
    try {
      await(keeper.markUndone(id));
    } finally {
      enough.set(true);
    }
    streams.forEach(Served::await);
    assertNull(lastDreamLogId());
    assertFalse(state().more().containsKey("undoing"));
  }

  private Future<?> curate(AtomicBoolean enough) {
    Promise<Void> ended = Promise.promise();
    vertx.runOnContext(start -> curate(enough, ended));
    return ended.future();
  }

  private void curate(AtomicBoolean enough, Promise<Void> ended) {
    if (enough.get()) {
      ended.complete();
      return;
    }
    keeper
        .state()
        .incrementCurationCount()
        .onSuccess(counted -> curate(enough, ended))
        .onFailure(ended::fail);
  }

  @Test
  void whatItHadTakenIntoAccountCountsAgain() {
    dream();
    await(keeper.state().incrementCurationCount(3));
    String second = dream();
    await(keeper.state().incrementCurationCount(2));
    await(keeper.markUndone(second));
    assertEquals(5, state().curationsSinceDream());
    assertEquals(1, state().totalDreams());
  }

  private JsonObject lastEnd() {
    List<JsonObject> ends = served.events("lock.rolledBack");
    return ends.get(ends.size() - 1);
  }

  @Test
  void anUndoIsToldOnce() {
    String id = dream();
    await(keeper.markUndone(id));
    await(keeper.markUndone(id));
    List<JsonObject> told = served.events("dream.undone");
    assertEquals(1, told.size());
    assertEquals(id, told.get(0).getString("id"));
    assertEquals(new JsonArray().add(0), told.get(0).getJsonArray("operations"));
  }

  private static List<String> sources(DreamState state) {
    return state.pendingMerges().stream().map(PendingMerge::sourceFile).toList();
  }

  @Test
  void theOneBeforeIsTheOneBeforeAlsoWhereTheClockWasAheadOnce() {
    time.setMillis(now + 1_000_000_000L);
    dream();
    time.setMillis(now + 1_000);
    String second = dream();
    time.setMillis(now + 2_000);
    await(keeper.markUndone(dream()));
    assertEquals(second, lastDreamLogId());
    assertEquals(Optional.of(Instant.ofEpochMilli(now + 1_000)), state().lastDreamAt());
  }

  @Test
  void anEarlierDreamLeavesTheLastOneAlone() {
    String first = dream();
    String second = dream();
    await(keeper.markUndone(first));
    assertEquals(second, lastDreamLogId());
    assertEquals(List.of(second + ".md"), sources(state()));
    assertTrue(lastCompletedAt() >= now, "the lock stays at the last one");
    await(keeper.markUndone(second));
    assertNull(lastDreamLogId(), "the one before it was undone, too");
  }

  @Test
  void aPartialDreamIsTakenBackAndTheStateStays() {
    String first = dream();
    String id =
        partial(
                await(
                    keeper.<Void>run(
                        forced(),
                        run -> {
                          run.abort("enough");
                          return Future.failedFuture("too late");
                        })))
            .entry()
            .id();
    await(keeper.markUndone(id));
    assertEquals(DreamStatus.UNDONE, entry(id).status());
    assertEquals(first, lastDreamLogId());
    assertEquals(1, state().totalDreams(), "it never counted");
  }

  @Test
  void whatIsNoDreamIsNotTakenBack() {
    assertTrue(
        refused(keeper.markUndone("drm-1"), FailureCode.INVALID_REQUEST)
            .contains("not in the log"));
    refused(keeper.markUndone("../x"), FailureCode.INVALID_REQUEST);
    Promise<Void> goOn = Promise.promise();
    AtomicReference<String> running = new AtomicReference<>();
    Future<?> dream =
        keeper.run(
            forced(),
            run ->
                run.record(operation("a.md"))
                    .compose(
                        recorded -> {
                          running.set(run.id());
                          return goOn.future();
                        }));
    until(() -> running.get() != null);
    Future<DreamLogEntry> undo = keeper.markUndone(running.get());
    until(() -> lock().waiting() == 1);
    time.advance(5_000);
    refused(undo, FailureCode.BUSY);
    goOn.complete();
    await(dream);
  }

  @Test
  void aDreamThatFailedIsTakenBackAndTheStateStays() {
    String first = dream();
    String failed =
        failed(await(keeper.<Void>run(forced(), run -> Future.failedFuture("no model"))))
            .entry()
            .orElseThrow()
            .id();
    await(keeper.markUndone(failed));
    assertEquals(DreamStatus.UNDONE, entry(failed).status());
    assertEquals(first, lastDreamLogId());
    assertEquals(1, state().totalDreams(), "it never counted");
  }

  @Test
  void whatIsUndoneStaysSo() {
    String id = dream();
    DreamLogEntry once = await(keeper.markUndone(id));
    time.advance(1_000);
    DreamLogEntry twice =
        await(keeper.undo(id, entry -> Future.failedFuture("must not be called")));
    assertEquals(once.undoneAt(), twice.undoneAt());
  }

  private static String reason(Future<?> future) {
    return assertThrows(Served.Failed.class, () -> await(future)).getCause().getMessage();
  }

  @Test
  void whatCannotBeRevertedIsNotMarked() {
    String id = dream();
    assertEquals("no", reason(keeper.undo(id, entry -> Future.failedFuture("no"))));
    assertEquals(
        "thrown",
        reason(
            keeper.undo(
                id,
                entry -> {
                  throw new IllegalStateException("thrown");
                })));
    assertEquals(DreamStatus.COMPLETED, entry(id).status());
    assertEquals(id, lastDreamLogId());
    assertFalse(lock().held());
  }

  @Test
  void aRevertThatNeverEndsGivesTheLockBack() {
    String id = dream();
    AtomicReference<UndoRun> seen = new AtomicReference<>();
    Promise<Void> never = Promise.promise();
    Future<DreamLogEntry> undo =
        keeper.undo(
            id,
            new UndoOptions().setTimeout(Duration.ofSeconds(90)),
            run -> {
              seen.set(run);
              return never.future();
            });
    until(() -> seen.get() != null);
    assertEquals(id, seen.get().entry().id());
    for (int i = 0; i < 18; i++) {
      assertFalse(undo.isComplete());
      assertTrue(lock().held());
      time.advance(5_000);
    }
    String why = refused(undo, FailureCode.DEADLINE_PASSED);
    assertTrue(why.contains("timed out after 90000 ms"), why);
    await(seen.get().ended());
    never.complete();
    assertEquals(DreamStatus.COMPLETED, entry(id).status());
    assertEquals(id, lastDreamLogId());
    await(keeper.markUndone(id));
  }

  @FilesAlone("a foreign process")
  @Test
  void aRevertHearsThatTheLockIsLost() throws IOException {
    String id = dream();
    AtomicReference<UndoRun> seen = new AtomicReference<>();
    Future<DreamLogEntry> undo =
        keeper.undo(
            id,
            new UndoOptions(),
            run -> {
              seen.set(run);
              return run.lost();
            });
    until(() -> seen.get() != null);
    Files.writeString(dir.resolve("dream.lock"), "1");
    time.advance(20_000);
    await(seen.get().lost());
    DreamkeeperException why =
        (DreamkeeperException) assertThrows(Served.Failed.class, () -> await(undo)).getCause();
    assertEquals(FailureCode.SUPERSEDED, why.code());
    assertEquals(DreamStatus.COMPLETED, entry(id).status());
  }

  @Test
  void whereTheLockIsHeldItFails() {
    String id = dream();
    DreamLock lock = Locks.take(keeper, "somebody");
    Future<DreamLogEntry> undo = keeper.markUndone(id);
    until(() -> lock().waiting() == 1);
    time.advance(5_000);
    assertTrue(refused(undo, FailureCode.BUSY).contains("somebody"));
    await(lock.rollback());
  }
}
