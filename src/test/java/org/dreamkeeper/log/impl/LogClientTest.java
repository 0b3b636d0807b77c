package org.dreamkeeper.log.impl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.dreamkeeper.bus.FailureCode;
import org.dreamkeeper.bus.impl.ActorClient;
import org.dreamkeeper.log.Consolidate;
import org.dreamkeeper.log.DreamLogEntry;
import org.dreamkeeper.log.DreamOperation;
import org.dreamkeeper.log.DreamStatus;
import org.dreamkeeper.log.DreamTrigger;
import org.dreamkeeper.log.LogPage;
import org.dreamkeeper.log.LogQuery;
import org.dreamkeeper.log.Prune;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The typed client, and the life of an entry. */
class LogClientTest extends LogTestBase {
  private static final DreamOperation MERGED =
      new Consolidate(
          Consolidate.Action.MERGE,
          List.of("a.md", "b.md"),
          "a.md",
          Map.of("a.md", "A", "b.md", "B"),
          true,
          "overlap");
  private static final DreamOperation PRUNED =
      new Prune(Prune.Action.SUGGEST_MERGE, "c.md", "stale", false, "a.md", null);

  private LogClientImpl client;

  @BeforeEach
  void serve() {
    start();
    client = new LogClientImpl(new ActorClient(vertx, "dream.log", 30_000, time));
  }

  private DreamLogEntry entry(String id) {
    return LogHost.await(client.getById(id)).orElseThrow();
  }

  @Test
  void usualLife() {
    String id = LogHost.await(client.nextId());
    DreamLogEntry begun =
        DreamLogEntry.processing(id, Instant.ofEpochMilli(time.millis()), DreamTrigger.MANUAL)
            .withTaskId("task-1");
    LogHost.await(client.save(begun));
    assertEquals(begun, entry(id));
    DreamLogEntry worked =
        begun.withOperation(MERGED).withOperation(PRUNED).withField("curationsSeen", 4);
    assertEquals(1, worked.summary().consolidated());
    assertEquals(1, worked.summary().pruned());
    assertEquals(1, worked.summary().flaggedForReview());
    DreamLogEntry done = worked.completed(Instant.ofEpochMilli(time.millis() + 10));
    LogHost.await(client.save(done));
    assertEquals(done, entry(id));
    DreamLogEntry undone = done.undone(Instant.ofEpochMilli(time.millis() + 20));
    LogHost.await(client.save(undone));
    assertEquals(undone, entry(id));
    assertEquals(done.completedAt(), undone.completedAt());
  }

  @ParameterizedTest
  @ValueSource(doubles = {1.5, -1, -0.5, 1e18, 1e300})
  void undoneWhateverItsTimesAre(double time) throws Exception {
    put(completed(7).put("startedAt", time).put("completedAt", time));
    DreamLogEntry undone = entry("drm-7").undone(Instant.ofEpochMilli(9));
    LogHost.await(client.save(undone));
    assertEquals(undone, entry("drm-7"));
  }

  @Test
  void otherEnds() {
    DreamLogEntry begun =
        DreamLogEntry.processing("drm-1", Instant.ofEpochMilli(1), DreamTrigger.CLI);
    DreamLogEntry cut = begun.partial(Instant.ofEpochMilli(2), "budget");
    LogHost.await(client.save(cut));
    assertEquals(cut, entry("drm-1"));
    DreamLogEntry failed = begun.error(Instant.ofEpochMilli(2), "quota");
    LogHost.await(client.save(failed));
    assertEquals(failed, entry("drm-1"));
    assertThrows(IllegalStateException.class, () -> begun.undone(Instant.ofEpochMilli(3)));
  }

  @Test
  void whatIsMissingIsEmpty() {
    assertEquals(Optional.empty(), LogHost.await(client.getById("drm-1")));
    assertEquals(Optional.empty(), LogHost.await(client.getById("nonsense")));
  }

  @Test
  void tokenIsTheFence() {
    DreamLogEntry entry =
        DreamLogEntry.processing("drm-1", Instant.ofEpochMilli(time.millis()), DreamTrigger.CLI);
    LogClientImpl holder = client.under(new ActorClient.Hold(host.token(1), 1_000, lost -> {}));
    LogHost.refused(FailureCode.SUPERSEDED, holder.save(entry));
    host.fence(host.token(1));
    LogHost.await(holder.save(entry));
    assertEquals(Optional.of(host.token(1)), entry("drm-1").lockToken());
  }

  @Test
  void pagesWithFilters() {
    for (int i = 1; i <= 5; i++) {
      LogHost.await(
          client.save(
              DreamLogEntry.processing("drm-" + i, Instant.ofEpochMilli(i), DreamTrigger.CLI)
                  .withOperation(PRUNED)
                  .completed(Instant.ofEpochMilli(i + 1))));
    }
    LogQuery query =
        LogQuery.all()
            .after(Instant.ofEpochMilli(2))
            .before(Instant.ofEpochMilli(4))
            .status(DreamStatus.COMPLETED, DreamStatus.PARTIAL)
            .trigger(DreamTrigger.CLI)
            .limit(2)
            .withoutOperations();
    LogPage first = LogHost.await(client.list(query));
    assertEquals(
        List.of("drm-4", "drm-3"), first.entries().stream().map(DreamLogEntry::id).toList());
    assertEquals(List.of(), first.entries().get(0).operations());
    LogPage second = LogHost.await(client.list(query.from(first.cursor().orElseThrow())));
    assertEquals(List.of("drm-2"), second.entries().stream().map(DreamLogEntry::id).toList());
    assertEquals(Optional.empty(), second.cursor());
    assertEquals(0, second.unreadable());
    LogHost.refused(FailureCode.INVALID_REQUEST, client.save(first.entries().get(0)));
    assertEquals(5, LogHost.await(client.list(LogQuery.all())).entries().size());
  }

  @Test
  void recordsShareNothing() {
    JsonObject more = new JsonObject().put("list", new JsonArray());
    DreamLogEntry entry =
        DreamLogEntry.processing("drm-1", Instant.ofEpochMilli(1), DreamTrigger.CLI)
            .withField("x", more);
    more.getJsonArray("list").add(1);
    entry.more().put("y", 1);
    assertEquals(
        new JsonObject().put("x", new JsonObject().put("list", new JsonArray())), entry.more());
    assertTrue(entry.operations().isEmpty());
    assertThrows(UnsupportedOperationException.class, () -> entry.operations().add(PRUNED));
  }
}
