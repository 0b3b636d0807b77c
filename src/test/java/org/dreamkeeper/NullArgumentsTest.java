package org.dreamkeeper;

import static org.dreamkeeper.Served.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.dreamkeeper.lock.AcquireOptions;
import org.dreamkeeper.log.Consolidate;
import org.dreamkeeper.log.DreamLogEntry;
import org.dreamkeeper.log.DreamStatus;
import org.dreamkeeper.log.DreamSummary;
import org.dreamkeeper.log.DreamTrigger;
import org.dreamkeeper.log.LogQuery;
import org.dreamkeeper.log.Prune;
import org.dreamkeeper.log.Synthesize;
import org.dreamkeeper.run.RunOptions;
import org.dreamkeeper.run.UndoOptions;
import org.dreamkeeper.state.DreamState;
import org.dreamkeeper.state.LastDream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** A null that is not allowed is refused where it is given, by name. */
final class NullArgumentsTest {
  private final Vertx vertx = Vertx.vertx();
  private final Dreamkeeper keeper = Dreamkeeper.client(vertx);

  @AfterEach
  void stop() {
    await(vertx.close());
  }

  private static void names(String expected, Executable call) {
    assertEquals(expected, assertThrows(NullPointerException.class, call, expected).getMessage());
  }

  @Test
  void runsAndUndosNameIt() {
    names("vertx is null", () -> Dreamkeeper.client(null));
    names("prefix is null", () -> Dreamkeeper.client(vertx, (String) null));
    names("options is null", () -> Dreamkeeper.client(vertx, (ClientOptions) null));
    names("options is null", () -> keeper.run(null, run -> Future.succeededFuture()));
    names("work is null", () -> keeper.run(new RunOptions(), null));
    names("options is null", () -> keeper.look(null));
    names("work is null", () -> keeper.schedule(new RunOptions(), null));
    names("options is null", () -> keeper.schedule(null, run -> run.nothing()));
    names("id is null", () -> keeper.markUndone(null));
    names("id is null", () -> keeper.undo(null, entry -> Future.succeededFuture()));
    names("revert is null", () -> keeper.undo("drm-1", null));
    names("revert is null", () -> keeper.undo("drm-1", new UndoOptions(), null));
    names("options is null", () -> keeper.undo("drm-1", null, run -> Future.succeededFuture()));
    names("handler is null", () -> keeper.events(null));
    names("cursor is null", () -> keeper.follow(null, page -> {}));
    names("handler is null", () -> keeper.follow(Optional.empty(), null));
  }

  @Test
  void theClientsNameIt() {
    names("state is null", () -> keeper.state().write(null));
    names("state is null", () -> keeper.state().writeIfUnchanged(null));
    names("mergePatch is null", () -> keeper.state().update((JsonObject) null));
    names("merges is null", () -> keeper.state().addPendingMerges(null));
    names("merges is null", () -> keeper.state().removePendingMerges(null));
    names("dreamLogId is null", () -> keeper.state().removePendingMergesOf(null));
    names(
        "paths[1] is null",
        () -> keeper.state().enqueueStaleSummaryPaths(Arrays.asList("a", null)));
    names("key is null", () -> DreamState.EMPTY.withField(null, 1));
    names("paths is null", () -> keeper.state().enqueueStaleSummaryPaths(null));
    names("logId is null", () -> keeper.state().recordDream(null));
    names("completedAt is null", () -> keeper.state().recordDream("drm-1", null, 0));
    names("logId is null", () -> keeper.state().forgetDream(null, Optional.empty(), 0));
    names("completedAt is null", () -> new LastDream("drm-1", null));
    names("options is null", () -> keeper.lock().acquire(null));
    names("lease is null", () -> new AcquireOptions().setLease(null));
    names("wait is null", () -> new AcquireOptions().setWait(null));
    names("entry is null", () -> keeper.log().save(null));
    names("id is null", () -> keeper.log().getById(null));
    names("id is null", () -> keeper.log().append(null, List.of()));
    names("operations is null", () -> keeper.log().append("drm-1", null));
    names("query is null", () -> keeper.log().list(null));
    names("status is null", () -> LogQuery.all().status(null));
    names("earliest is null", () -> LogQuery.all().after(null));
    names("place is null", () -> LogQuery.all().from(null));
    names("trigger is null", () -> LogQuery.all().trigger(null));
  }

  @Test
  void operationsNameIt() {
    names("action is null", () -> new Prune(null, "f", "r", false, null, null));
    names("file is null", () -> new Prune(Prune.Action.KEEP, null, "r", false, null, null));
    names("reason is null", () -> new Prune(Prune.Action.KEEP, "f", null, false, null, null));
    names(
        "more is null",
        () ->
            new Prune(
                Prune.Action.KEEP,
                "f",
                "r",
                false,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                null));
    names("action is null", () -> new Synthesize(null, "f", List.of(), 1, false));
    names(
        "outputFile is null",
        () -> new Synthesize(Synthesize.Action.CREATE, null, List.of(), 1, false));
    names(
        "sources[1] is null",
        () -> new Synthesize(Synthesize.Action.CREATE, "f", Arrays.asList("a", null), 1, false));
    names("inputFiles is null", () -> consolidate(null, null, "r"));
    names("reason is null", () -> consolidate(List.of(), null, null));
    names(
        "previousTexts[a] is null",
        () -> consolidate(List.of(), Collections.singletonMap("a", null), "r"));
  }

  private static Consolidate consolidate(
      List<String> files, Map<String, String> texts, String reason) {
    return new Consolidate(Consolidate.Action.MERGE, files, null, texts, false, reason);
  }

  @Test
  void entriesNameIt() {
    names(
        "id is null",
        () -> DreamLogEntry.processing(null, Instant.ofEpochMilli(1), DreamTrigger.MANUAL));
    names(
        "trigger is null", () -> DreamLogEntry.processing("drm-1", Instant.ofEpochMilli(1), null));
    DreamLogEntry entry =
        DreamLogEntry.processing("drm-1", Instant.ofEpochMilli(1), DreamTrigger.MANUAL);
    names("summary is null", () -> entry.withSummary(null));
    names("operations[0] is null", () -> entry.withOperations(Collections.singletonList(null)));
    names("startedAt is null", () -> DreamLogEntry.processing("drm-1", null, DreamTrigger.CLI));
    names("at is null", () -> entry.completed(null));
    names("reason is null", () -> entry.partial(Instant.EPOCH, null));
    names("what is null", () -> entry.error(Instant.EPOCH, null));
    names("operation is null", () -> entry.withOperation(null));
    names("id is null", () -> entry.withTaskId(null));
    names("more is null", () -> new DreamSummary(0, 0, 0, 0, 0, null));
    assertEquals(DreamStatus.PROCESSING, entry.status());
  }
}
