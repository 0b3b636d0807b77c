package org.dreamkeeper.run;

import static org.dreamkeeper.Served.await;
import static org.dreamkeeper.Served.until;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.nio.file.Files;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.dreamkeeper.FilesAlone;
import org.dreamkeeper.log.DreamLogEntry;
import org.dreamkeeper.log.DreamStatus;
import org.junit.jupiter.api.Test;

/**
 * An entry is written with the first record, or at the end: work that finds nothing leaves none.
 */
final class NothingToDoTest extends RunTestBase {

  @Test
  void thereIsNoEntryAndNoDreamCounts() {
    RunResult<String> result = await(keeper.run(options(), run -> run.nothing()));
    assertInstanceOf(RunResult.Nothing.class, result);
    assertTrue(log().isEmpty());
    assertRolledBack();
    assertEquals(0, wire.count("dream.log save"));
    assertEquals(1, served.events("lock.rolledBack").size());
    assertTrue(await(keeper.look(options())).isEmpty(), "the gates stay open");
  }

  @Test
  void afterARecordItIsAFailure() {
    RunResult.Failed<String> failed =
        failed(
            await(
                keeper.<String>run(
                    options(),
                    run -> run.record(operation("a.md")).compose(recorded -> run.nothing()))));
    assertEquals(
        "the work recorded what it did, and said it did nothing", failed.cause().getMessage());
    assertEquals(DreamStatus.ERROR, log().get(0).status());
    assertEquals(1, log().get(0).operations().size());
    assertRolledBack();
  }

  @Test
  void anEntryIsWrittenWithTheFirstRecord() {
    AtomicReference<DreamRun> running = new AtomicReference<>();
    Promise<String> work = Promise.promise();
    Future<RunResult<String>> result =
        keeper.run(
            options(),
            run -> {
              running.set(run);
              return work.future();
            });
    until(() -> running.get() != null);
    assertTrue(log().isEmpty());
    await(running.get().record(operation("a.md")));
    assertEquals(List.of(running.get().id()), log().stream().map(DreamLogEntry::id).toList());
    assertEquals(DreamStatus.PROCESSING, log().get(0).status());
    work.complete("done");
    assertCounted(completed(await(result)).entry().id(), 1);
  }

  @Test
  void orAtTheEnd() {
    String id = completed(await(keeper.run(options(), Future::succeededFuture))).entry().id();
    assertEquals(1, wire.count("dream.log save"));
    assertEquals(DreamStatus.COMPLETED, entry(id).status());
    assertCounted(id, 1);
    failed(await(keeper.run(forced(), run -> Future.failedFuture("no model"))));
    assertEquals(DreamStatus.ERROR, log().get(0).status());
  }

  @FilesAlone("a foreign process")
  @Test
  void aLostDreamThatRecordedSomethingNamesItsEntry() throws Exception {
    AtomicReference<DreamRun> running = new AtomicReference<>();
    Future<RunResult<Void>> result =
        keeper.run(
            options(),
            run -> {
              running.set(run);
              return run.record(operation("a.md")).compose(recorded -> run.lost()).mapEmpty();
            });
    until(() -> !log().isEmpty() && !log().get(0).operations().isEmpty());
    Files.writeString(dir.resolve("dream.lock"), "1");
    time.advance(20_000);
    RunResult.Lost<Void> lost = lost(await(result));
    assertEquals(Optional.of(running.get().id()), lost.id());
    until(() -> log().get(0).status() == DreamStatus.ERROR);
  }
}
