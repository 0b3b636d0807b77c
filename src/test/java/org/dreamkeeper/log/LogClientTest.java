package org.dreamkeeper.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import org.dreamkeeper.bus.FailureCode;
import org.dreamkeeper.bus.impl.ActorClient;
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

  private LogClient client;

  @BeforeEach
  void serve() {
    start();
    client = new LogClient(vertx, "dream", 30_000, time::millis);
  }

  @Test
  void usualLife() {
    String id = LogHost.await(client.nextId());
    DreamLogEntry begun =
        DreamLogEntry.processing(id, time.millis(), DreamTrigger.MANUAL).withTaskId("task-1");
    LogHost.await(client.save(begun));
    assertEquals(begun, LogHost.await(client.getById(id)));
    DreamLogEntry worked =
        begun.withOperation(MERGED).withOperation(PRUNED).withField("curationsSeen", 4);
    assertEquals(1, worked.summary().consolidated());
    assertEquals(1, worked.summary().pruned());
    assertEquals(1, worked.summary().flaggedForReview());
    DreamLogEntry done = worked.completed(time.millis() + 10);
    LogHost.await(client.save(done));
    assertEquals(done, LogHost.await(client.getById(id)));
    DreamLogEntry undone = done.undone(time.millis() + 20);
    LogHost.await(client.save(undone));
    assertEquals(undone, LogHost.await(client.getById(id)));
    assertEquals(done.completedAt(), undone.completedAt());
  }

  @ParameterizedTest
  @ValueSource(doubles = {1.5, -1, -0.5, 1e18, 1e300})
  void undoneWhateverItsTimesAre(double time) throws Exception {
    put(completed(7).put("startedAt", time).put("completedAt", time));
    DreamLogEntry undone = LogHost.await(client.getById("drm-7")).undone(9);
    LogHost.await(client.save(undone));
    assertEquals(undone, LogHost.await(client.getById("drm-7")));
  }

  @Test
  void otherEnds() {
    DreamLogEntry begun = DreamLogEntry.processing("drm-1", 1, DreamTrigger.CLI);
    DreamLogEntry cut = begun.partial(2, "budget");
    LogHost.await(client.save(cut));
    assertEquals(cut, LogHost.await(client.getById("drm-1")));
    DreamLogEntry failed = begun.error(2, "quota");
    LogHost.await(client.save(failed));
    assertEquals(failed, LogHost.await(client.getById("drm-1")));
    assertThrows(IllegalStateException.class, () -> begun.undone(3));
  }

  @Test
  void missingIsNull() {
    assertNull(LogHost.await(client.getById("drm-1")));
    assertNull(LogHost.await(client.getById("nonsense")));
  }

  @Test
  void tokenIsTheFence() {
    DreamLogEntry entry = DreamLogEntry.processing("drm-1", time.millis(), DreamTrigger.CLI);
    LogClient holder = client.under(new ActorClient.Hold(host.token(1), 1_000, lost -> {}));
    LogHost.refused(FailureCode.SUPERSEDED, holder.save(entry));
    host.fence(host.token(1));
    LogHost.await(holder.save(entry));
    assertEquals(host.token(1), LogHost.await(client.getById("drm-1")).lockToken());
  }

  @Test
  void pagesWithFilters() {
    for (int i = 1; i <= 5; i++) {
      LogHost.await(
          client.save(
              DreamLogEntry.processing("drm-" + i, i, DreamTrigger.CLI)
                  .withOperation(PRUNED)
                  .completed(i + 1)));
    }
    LogQuery query =
        LogQuery.all()
            .after(2)
            .before(4)
            .status(DreamStatus.COMPLETED, DreamStatus.PARTIAL)
            .trigger(DreamTrigger.CLI)
            .limit(2)
            .withoutOperations();
    LogPage first = LogHost.await(client.list(query));
    assertEquals(
        List.of("drm-4", "drm-3"), first.entries().stream().map(DreamLogEntry::id).toList());
    assertNull(first.entries().get(0).operations());
    LogPage second = LogHost.await(client.list(query.from(first.cursor())));
    assertEquals(List.of("drm-2"), second.entries().stream().map(DreamLogEntry::id).toList());
    assertNull(second.cursor());
    assertEquals(0, second.unreadable());
    LogHost.refused(FailureCode.INVALID_REQUEST, client.save(first.entries().get(0)));
    assertEquals(5, LogHost.await(client.list(LogQuery.all())).entries().size());
  }

  @Test
  void recordsShareNothing() {
    JsonObject more = new JsonObject().put("list", new JsonArray());
    DreamLogEntry entry =
        DreamLogEntry.processing("drm-1", 1, DreamTrigger.CLI).withField("x", more);
    more.getJsonArray("list").add(1);
    entry.more().put("y", 1);
    assertEquals(
        new JsonObject().put("x", new JsonObject().put("list", new JsonArray())), entry.more());
    assertTrue(entry.operations().isEmpty());
    assertThrows(UnsupportedOperationException.class, () -> entry.operations().add(PRUNED));
  }
}
