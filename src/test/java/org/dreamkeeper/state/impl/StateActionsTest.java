package org.dreamkeeper.state.impl;

import static org.dreamkeeper.state.impl.StateHost.await;
import static org.dreamkeeper.state.impl.StateHost.by;
import static org.dreamkeeper.state.impl.StateHost.empty;
import static org.dreamkeeper.state.impl.StateHost.merge;
import static org.dreamkeeper.state.impl.StateHost.merges;
import static org.dreamkeeper.state.impl.StateHost.paths;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.dreamkeeper.bus.FailureCode;
import org.dreamkeeper.store.MemoryKeeping;
import org.dreamkeeper.store.StoredState;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What each action does, does not do, and refuses. */
@ExtendWith(VertxExtension.class)
class StateActionsTest {
  private static final long MAX_COUNT = (1L << 53) - 1;

  private MemoryKeeping memory;
  private StateHost host;

  @BeforeEach
  void start(Vertx vertx) {
    memory = new MemoryKeeping(vertx);
    host = new StateHost(vertx, memory);
  }

  @AfterEach
  void stop() {
    host.stop();
  }

  /** Runs a request that must leave what is kept as it is, and the revision with it. */
  private JsonObject noOp(String action, JsonObject body) throws Exception {
    host.events();
    StoredState before = memory.stored();
    String revision = host.revision();
    Message<JsonObject> reply = host.ask(action, body);
    assertEquals(revision, reply.headers().get("revision"), action);
    assertSame(before, memory.stored(), action);
    assertEquals(List.of(), host.events());
    return reply.body();
  }

  @Test
  void incrementCounts() throws Exception {
    assertEquals(1, host.get("incrementCurationCount", null).getInteger("curationsSinceDream"));
    assertEquals(6, host.get("incrementCurationCount", by(5)).getInteger("curationsSinceDream"));
    assertEquals(
        1_000_006,
        host.get("incrementCurationCount", by(1_000_000)).getInteger("curationsSinceDream"));
    for (Object wrong : new Object[] {0, -1, 1_000_001, 1.5, "1", null}) {
      host.refused(FailureCode.INVALID_REQUEST, "incrementCurationCount", by(wrong));
    }
    host.refused(
        FailureCode.INVALID_REQUEST, "incrementCurationCount", new JsonObject().put("n", 1));
    assertEquals(1_000_006, host.read().getInteger("curationsSinceDream"));
  }

  @Test
  void countsStopWhereADoubleDoes() throws Exception {
    host.get("write", empty().put("curationsSinceDream", MAX_COUNT - 1));
    assertEquals(
        MAX_COUNT, host.get("incrementCurationCount", null).getLong("curationsSinceDream"));
    String message = host.refused(FailureCode.INVALID_REQUEST, "incrementCurationCount", null);
    assertTrue(message.contains("9007199254740992"), message);
  }

  @Test
  void aDreamIsRecordedHoweverManyTheFileCounts() throws Exception {
    host.get("write", empty().put("totalDreams", MAX_COUNT));
    JsonObject state = host.get("recordDream", new JsonObject().put("logId", "drm-1"));
    assertEquals(MAX_COUNT, state.getLong("totalDreams"));
    assertEquals("drm-1", state.getString("lastDreamLogId"));
  }

  @Test
  void aThousandAtOnceAreAThousand() throws Exception {
    List<Future<Message<JsonObject>>> all = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      all.add(host.send("incrementCurationCount", null));
    }
    Set<Integer> counts = new HashSet<>();
    Set<String> revisions = new HashSet<>();
    for (Future<Message<JsonObject>> each : all) {
      counts.add(await(each).body().getInteger("curationsSinceDream"));
      revisions.add(await(each).headers().get("revision"));
    }
    assertEquals(1_000, counts.size());
    assertEquals(1_000, revisions.size());
    assertEquals(1_000, host.read().getInteger("curationsSinceDream"));
    assertEquals(1_000, host.events().size());
    assertEquals(1_000, new JsonObject(memory.state()).getInteger("curationsSinceDream"));
  }

  @Test
  void pendingMergesAreAddedOnce() throws Exception {
    JsonObject a = merge("a", "b", "drm-1");
    JsonObject other = merge("a", "b", "drm-2");
    JsonObject state = host.get("addPendingMerges", merges(a, other, a));
    assertEquals(new JsonArray().add(a).add(other), state.getJsonArray("pendingMerges"));
    noOp("addPendingMerges", merges(a.copy(), other));
    noOp("addPendingMerges", merges());
    JsonObject extra = a.copy().put("score", 0.5);
    assertEquals(
        3, host.get("addPendingMerges", merges(extra)).getJsonArray("pendingMerges").size());
    noOp("addPendingMerges", merges(extra));
    host.refused(FailureCode.INVALID_REQUEST, "addPendingMerges", merges(new JsonObject()));
    host.refused(FailureCode.INVALID_REQUEST, "addPendingMerges", null);
  }

  @Test
  void pendingMergesAreRemovedByFilesOrByDream() throws Exception {
    JsonObject ab = merge("a", "b", "drm-1");
    JsonObject ac = merge("a", "c", "drm-1");
    JsonObject ad = merge("a", "d", "drm-2");
    host.get("addPendingMerges", merges(ab, ac, ad));
    JsonObject pair = new JsonObject().put("sourceFile", "a").put("mergeTarget", "b");
    assertEquals(
        new JsonArray().add(ac).add(ad),
        host.get("removePendingMerges", merges(pair)).getJsonArray("pendingMerges"));
    noOp("removePendingMerges", merges(pair));
    JsonObject byDream = new JsonObject().put("suggestedByDreamId", "drm-1");
    assertEquals(
        new JsonArray().add(ad),
        host.get("removePendingMerges", byDream).getJsonArray("pendingMerges"));
    noOp("removePendingMerges", byDream);
    host.refused(FailureCode.INVALID_REQUEST, "removePendingMerges", new JsonObject());
    host.refused(
        FailureCode.INVALID_REQUEST,
        "removePendingMerges",
        merges(pair).put("suggestedByDreamId", "drm-1"));
  }

  @Test
  void stalePathsQueueUpAndAreDrained() throws Exception {
    assertEquals(
        new JsonObject().put("added", 2).put("queued", 2),
        host.get("enqueueStaleSummaryPaths", paths("a", "b", "a")));
    host.time.setMillis(StateHost.NOW + 5);
    assertEquals(
        new JsonObject().put("added", 1).put("queued", 3),
        host.get("enqueueStaleSummaryPaths", paths("b", "c")));
    assertEquals(
        "[{\"path\":\"a\",\"enqueuedAt\":1795392000000},{\"path\":\"b\",\"enqueuedAt\":1795392000000},"
            + "{\"path\":\"c\",\"enqueuedAt\":1795392000005}]",
        host.read().getJsonArray("staleSummaryPaths").encode());
    assertEquals(
        new JsonObject().put("added", 0).put("queued", 3),
        noOp("enqueueStaleSummaryPaths", paths("c")));
    assertEquals(paths("a", "b", "c"), host.get("drainStaleSummaryPaths", null));
    assertEquals(paths(), noOp("drainStaleSummaryPaths", null));
    assertEquals(
        new JsonObject().put("added", 0).put("queued", 0),
        noOp("enqueueStaleSummaryPaths", paths()));
    host.refused(FailureCode.INVALID_REQUEST, "enqueueStaleSummaryPaths", paths(""));
  }

  @Test
  void drainOfNothingKeepsNothing() throws Exception {
    assertEquals(paths(), host.get("drainStaleSummaryPaths", null));
    host.get("update", new JsonObject());
    host.get("removePendingMerges", merges());
    assertNull(memory.state());
  }

  @Test
  void dreamIsRecordedOnce() throws Exception {
    host.get("incrementCurationCount", by(10));
    JsonObject dream =
        new JsonObject().put("logId", "drm-100").put("completedAt", 1_000).put("curationsSeen", 4);
    JsonObject state = host.get("recordDream", dream);
    assertEquals("1970-01-01T00:00:01.000Z", state.getString("lastDreamAt"));
    assertEquals("drm-100", state.getString("lastDreamLogId"));
    assertEquals(1, state.getInteger("totalDreams"));
    assertEquals(6, state.getInteger("curationsSinceDream"));
    noOp("recordDream", dream);
    noOp("recordDream", new JsonObject().put("logId", "drm-99"));
    noOp("recordDream", new JsonObject().put("logId", "drm-0100"));
    state = host.get("recordDream", new JsonObject().put("logId", "drm-0101"));
    assertEquals("2026-11-23T00:00:00.000Z", state.getString("lastDreamAt"));
    assertEquals(0, state.getInteger("curationsSinceDream"));
    assertEquals(2, state.getInteger("totalDreams"));
    host.get("incrementCurationCount", by(3));
    state =
        host.get("recordDream", new JsonObject().put("logId", "drm-102").put("curationsSeen", 5));
    assertEquals(0, state.getInteger("curationsSinceDream"));
  }

  private static JsonObject forgotten(String logId, int curations) {
    return new JsonObject().put("logId", logId).put("curations", curations);
  }

  private static JsonObject afterThis(String previous) {
    return forgotten("drm-9", 4)
        .put("previous", new JsonObject().put("logId", previous).put("completedAt", 1_000));
  }

  private void twoDreams() {
    host.get("addPendingMerges", merges(merge("a", "b", "drm-5"), merge("c", "d", "drm-9")));
    host.get("recordDream", new JsonObject().put("logId", "drm-5").put("completedAt", 1_000));
    host.get("recordDream", new JsonObject().put("logId", "drm-9").put("completedAt", 2_000));
    host.get("incrementCurationCount", by(2));
  }

  @Test
  void theLastDreamIsForgottenOnce() throws Exception {
    twoDreams();
    JsonObject state = host.get("forgetDream", afterThis("drm-5"));
    assertEquals("drm-5", state.getString("lastDreamLogId"));
    assertEquals("1970-01-01T00:00:01.000Z", state.getString("lastDreamAt"));
    assertEquals(1, state.getInteger("totalDreams"));
    assertEquals(6, state.getInteger("curationsSinceDream"));
    assertEquals(
        new JsonArray().add(merge("a", "b", "drm-5")), state.getJsonArray("pendingMerges"));
    assertEquals(state, noOp("forgetDream", afterThis("drm-5")));
    state = host.get("forgetDream", forgotten("drm-5", 0));
    assertEquals(empty().put("curationsSinceDream", 6), state);
  }

  @Test
  void anEarlierDreamIsForgottenWhileItIsBeingUndone() throws Exception {
    twoDreams();
    host.get("update", new JsonObject().put("undoing", "drm-5"));
    JsonObject state = host.get("forgetDream", forgotten("drm-5", 4));
    assertEquals("drm-9", state.getString("lastDreamLogId"));
    assertEquals("1970-01-01T00:00:02.000Z", state.getString("lastDreamAt"));
    assertEquals(1, state.getInteger("totalDreams"));
    assertEquals(6, state.getInteger("curationsSinceDream"));
    assertEquals(
        new JsonArray().add(merge("c", "d", "drm-9")), state.getJsonArray("pendingMerges"));
    assertNull(state.getValue("undoing"));
    noOp("forgetDream", forgotten("drm-5", 4));
  }

  @Test
  void aDreamThatDoesNotCountLosesItsMergesAlone() throws Exception {
    twoDreams();
    host.get("update", new JsonObject().put("undoing", "drm-9"));
    host.get("addPendingMerges", merges(merge("e", "f", "drm-7")));
    JsonObject before = host.read();
    before.getJsonArray("pendingMerges").remove(2);
    assertEquals(before, host.get("forgetDream", forgotten("drm-7", 4)), "undoing stays, too");
    noOp("forgetDream", forgotten("drm-8", 4));
    host.get("update", new JsonObject().put("undoing", "drm-10"));
    before.remove("undoing");
    assertEquals(before, host.get("forgetDream", forgotten("drm-10", 4)), "never recorded");
  }

  @Test
  void aForgottenDreamKeepsTheCountsInBounds() {
    host.get(
        "write", empty().put("curationsSinceDream", MAX_COUNT - 1).put("lastDreamLogId", "drm-9"));
    JsonObject state = host.get("forgetDream", forgotten("drm-9", 4));
    assertEquals(MAX_COUNT, state.getLong("curationsSinceDream"));
    assertEquals(0, state.getInteger("totalDreams"));
    host.get("write", empty().put("lastDreamLogId", "drm-9"));
    host.refused(FailureCode.INVALID_REQUEST, "forgetDream", afterThis("drm-9"));
  }

  @ParameterizedTest
  @CsvSource({
    "drm-9, drm-10, true",
    "drm-10, drm-9, false",
    "drm-4503599627370496, drm-5, false",
    "drm-4503599627370497, drm-5, true",
    "drm-99999999999999999999, drm-5, true",
    "something, drm-5, true",
    "drm-x, drm-5, true",
    "'', drm-5, true"
  })
  void logIdsAreNumbers(String recorded, String next, boolean greater) {
    host.get("write", empty().put("lastDreamLogId", recorded));
    JsonObject state = host.get("recordDream", new JsonObject().put("logId", next));
    assertEquals(greater ? 1 : 0, state.getInteger("totalDreams"));
  }

  @ParameterizedTest
  @CsvSource({
    "0, 1970-01-01T00:00:00.000Z",
    "1793671252000, 2026-11-03T02:00:52.000Z",
    "1793671252040, 2026-11-03T02:00:52.040Z",
    "253402300799999, 9999-12-31T23:59:59.999Z"
  })
  void completedAtIsPrintedAsJavaScriptDoes(long ms, String text) {
    JsonObject dream = new JsonObject().put("logId", "drm-1").put("completedAt", ms);
    assertEquals(text, host.get("recordDream", dream).getString("lastDreamAt"));
  }

  @Test
  void completedAtHasBounds() {
    for (Object wrong : new Object[] {-1, 253402300800000L, 1.5, "0", null}) {
      host.refused(
          FailureCode.INVALID_REQUEST,
          "recordDream",
          new JsonObject().put("logId", "drm-1").put("completedAt", wrong));
    }
    for (Object wrong : new Object[] {"drm-", "drm-x", "DRM-1", "drm-1\n", 1, null}) {
      host.refused(
          FailureCode.INVALID_REQUEST, "recordDream", new JsonObject().put("logId", wrong));
    }
    assertEquals(empty(), host.read());
  }

  @Test
  void oneEventPerChange() throws Exception {
    host.get("incrementCurationCount", null);
    host.read();
    Message<JsonObject> added = host.ask("addPendingMerges", merges(merge("a", "b", "drm-1")));
    List<JsonObject> events = host.events();
    assertEquals(2, events.size());
    assertEquals("state.changed", StateHost.type(events.get(1)));
    assertEquals("addPendingMerges", events.get(1).getString("action"));
    assertEquals(added.headers().get("revision"), events.get(1).getString("revision"));
    assertEquals("incrementCurationCount", events.get(0).getString("action"));
    assertNotEquals(events.get(0).getString("revision"), events.get(1).getString("revision"));
  }
}
