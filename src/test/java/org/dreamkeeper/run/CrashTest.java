package org.dreamkeeper.run;

import static org.dreamkeeper.Served.await;
import static org.dreamkeeper.Served.until;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.dreamkeeper.Dreamkeeper;
import org.dreamkeeper.Keepers;
import org.dreamkeeper.Served;
import org.dreamkeeper.junit5.ManualTime;
import org.dreamkeeper.lock.LockStatus;
import org.dreamkeeper.log.DreamLogEntry;
import org.dreamkeeper.log.DreamStatus;
import org.dreamkeeper.log.LogQuery;
import org.dreamkeeper.state.DreamState;
import org.dreamkeeper.state.PendingMerge;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * All processes die between two messages, of all messages that a run or an undo takes, replies and
 * the actors' own included; then a new host starts.
 */
final class CrashTest {
  private static final int MAX_MESSAGES = 300;

  private final long now = System.currentTimeMillis();
  private final List<Vertx> dead = new ArrayList<>();

  @TempDir Path dir;

  @AfterEach
  void stop() {
    await(Future.join(dead.stream().map(Vertx::close).toList()).otherwiseEmpty());
  }

  /** What is there after a crash, and a host that serves it. */
  private record After(Path dir, boolean completedOnDisk, Served served, Dreamkeeper keeper) {
    List<DreamLogEntry> log() {
      return await(keeper.log().list(LogQuery.all())).entries();
    }

    DreamState state() {
      return await(keeper.state().read());
    }
  }

  /** Cuts a deed after each number of messages, until it needs no more. */
  private void cutEverywhere(
      Function<Dreamkeeper, Future<?>> before,
      Function<Dreamkeeper, Future<?>> deed,
      Consumer<After> check)
      throws IOException {
    for (int messages = 0; messages < MAX_MESSAGES; messages++) {
      Path live = Files.createDirectories(dir.resolve(messages + "/live"));
      RunTestBase.prepare(live);
      Vertx vertx = Vertx.vertx();
      dead.add(vertx);
      ManualTime time = new ManualTime(now);
      Served.at(vertx, live, time);
      Dreamkeeper keeper = Keepers.client(vertx, "dream", 30_000, time);
      await(before.apply(keeper));
      Wire wire = new Wire(vertx);
      wire.cutAfter(messages);
      Future<?> done = deed.apply(keeper);
      until(() -> done.isComplete() || wire.isCut());
      boolean ended = done.isComplete() && !wire.isCut();
      Path crashed = Files.createDirectories(dir.resolve(messages + "/crashed"));
      Image.take(live, crashed);
      wire.mend();
      restart(crashed, check);
      if (ended) {
        assertTrue(messages > 10, "it took " + messages + " messages");
        return;
      }
    }
    throw new AssertionError("it never ended");
  }

  private void restart(Path crashed, Consumer<After> check) throws IOException {
    boolean completed = completedOnDisk(crashed);
    Vertx vertx = Vertx.vertx();
    ManualTime time = new ManualTime(now + 1_000);
    try (Served served = Served.at(vertx, crashed, time)) {
      Dreamkeeper keeper = Keepers.client(vertx, "dream", 30_000, time);
      LockStatus lock = await(keeper.lock().status());
      assertFalse(lock.held());
      check.accept(new After(crashed, completed, served, keeper));
    } finally {
      await(vertx.close());
    }
  }

  private static boolean completedOnDisk(Path crashed) throws IOException {
    if (!Files.exists(crashed.resolve("dream-log"))) {
      return false;
    }
    try (Stream<Path> files = Files.list(crashed.resolve("dream-log"))) {
      for (Path file : files.filter(each -> each.toString().endsWith(".json")).toList()) {
        if (Files.readString(file).contains("\"status\": \"completed\"")) {
          return true;
        }
      }
    }
    return false;
  }

  @Test
  void aRunCountsOnceOrNotAtAll() throws IOException {
    cutEverywhere(
        keeper -> keeper.state().incrementCurationCount(5),
        keeper ->
            keeper.run(
                new RunOptions(),
                run ->
                    keeper
                        .state()
                        .incrementCurationCount()
                        .compose(more -> run.record(RunTestBase.operation("a.md")))),
        after -> {
          DreamState state = after.state();
          LockStatus lock = await(after.keeper().lock().status());
          List<DreamLogEntry> log = after.log();
          assertTrue(log.size() <= 1);
          if (after.completedOnDisk()) {
            assertEquals(1, state.totalDreams());
            assertEquals(1, state.curationsSinceDream());
            assertEquals(Optional.of(log.get(0).id()), state.lastDreamLogId());
            assertEquals(DreamStatus.COMPLETED, log.get(0).status());
            assertEquals(Optional.of(Instant.ofEpochMilli(now)), lock.lastCompletedAt());
          } else {
            assertEquals(0, state.totalDreams());
            assertTrue(state.curationsSinceDream() >= 5);
            assertEquals(
                Optional.of(Instant.ofEpochMilli(RunTestBase.BEFORE)), lock.lastCompletedAt());
            log.forEach(
                entry -> {
                  assertEquals(DreamStatus.ERROR, entry.status());
                  assertTrue(
                      entry.error().orElseThrow().startsWith("Interrupted"), entry::toString);
                });
          }
          RunResult<DreamRun> next =
              await(after.keeper().run(new RunOptions().setForce(true), Future::succeededFuture));
          assertTrue(next instanceof RunResult.Completed, String.valueOf(next));
          assertEquals(state.totalDreams() + 1, after.state().totalDreams());
        });
  }

  private static Future<?> dream(Dreamkeeper keeper) {
    return keeper.run(
        new RunOptions().setForce(true),
        run ->
            run.state()
                .addPendingMerges(
                    List.of(new PendingMerge(run.id() + ".md", "b.md", "same", run.id()))));
  }

  /** Two dreams, of which the second is taken back. */
  private void cutUndo(Consumer<After> goOn) throws IOException {
    cutEverywhere(
        keeper -> dream(keeper).compose(first -> dream(keeper)),
        keeper ->
            keeper
                .state()
                .read()
                .compose(state -> keeper.markUndone(state.lastDreamLogId().orElseThrow())),
        goOn);
  }

  @Test
  void anUndoIsFinishedByCallingItAgain() throws IOException {
    cutUndo(
        after -> {
          String second = after.log().get(0).id();
          String first = after.log().get(1).id();
          assertEquals(DreamStatus.UNDONE, await(after.keeper().markUndone(second)).status());
          DreamState state = after.state();
          assertEquals(Optional.of(first), state.lastDreamLogId());
          assertEquals(
              List.of(first),
              state.pendingMerges().stream().map(PendingMerge::suggestedByDreamId).toList());
          assertFalse(state.more().containsKey("undoing"));
          assertEquals(DreamStatus.UNDONE, after.log().get(0).status());
        });
  }

  @Test
  void anUndoIsFinishedByTheNextRun() throws IOException {
    cutUndo(
        after -> {
          DreamLogEntry second = after.log().get(0);
          String first = after.log().get(1).id();
          boolean begun =
              second.status() == DreamStatus.UNDONE || after.state().more().containsKey("undoing");
          RunResult<DreamRun> next =
              await(after.keeper().run(new RunOptions().setForce(true), Future::succeededFuture));
          RunResult.Completed<DreamRun> completed = RunTestBase.completed(next);
          String before = completed.value().seen().lastDreamLogId().orElseThrow();
          assertEquals(begun ? first : second.id(), before);
          assertEquals(begun ? 1 : 2, after.state().pendingMerges().size());
          assertFalse(after.state().more().containsKey("undoing"));
          assertEquals(
              begun ? DreamStatus.UNDONE : DreamStatus.COMPLETED,
              await(after.keeper().log().getById(second.id())).orElseThrow().status());
        });
  }
}
