package org.dreamkeeper.state.impl;

import static org.dreamkeeper.state.impl.StateHost.await;
import static org.dreamkeeper.state.impl.StateHost.refused;
import static org.dreamkeeper.state.impl.StateReadTest.GOOD;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.dreamkeeper.Dreamkeeper;
import org.dreamkeeper.bus.DreamkeeperException;
import org.dreamkeeper.bus.FailureCode;
import org.dreamkeeper.bus.impl.ActorClient;
import org.dreamkeeper.state.DreamState;
import org.dreamkeeper.state.Enqueued;
import org.dreamkeeper.state.LastDream;
import org.dreamkeeper.state.PendingMerge;
import org.dreamkeeper.state.StaleSummaryPath;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** The state in Java types. */
class StateClientTest extends StateTestBase {
  private static final PendingMerge MERGE = new PendingMerge("a", "b", "overlap", "drm-1");
  private StateClientImpl client;

  @BeforeEach
  void connect() {
    client = new StateClientImpl(new ActorClient(host.vertx, "dream.state", 30_000, host.time));
  }

  @Test
  void eachActionHasItsMethod() {
    DreamState state = await(client.read());
    assertEquals(DreamState.EMPTY.toJson(), state.toJson());
    assertTrue(state.revision().isPresent());
    assertEquals(Optional.empty(), state.degraded());
    assertEquals(1, await(client.incrementCurationCount()).curationsSinceDream());
    assertEquals(6, await(client.incrementCurationCount(5)).curationsSinceDream());
    assertEquals(List.of(MERGE), await(client.addPendingMerges(List.of(MERGE))).pendingMerges());
    assertEquals(List.of(), await(client.removePendingMerges(List.of(MERGE))).pendingMerges());
    await(client.addPendingMerges(List.of(MERGE)));
    assertEquals(List.of(), await(client.removePendingMergesOf("drm-1")).pendingMerges());
    assertEquals(new Enqueued(2, 2), await(client.enqueueStaleSummaryPaths(List.of("x", "y"))));
    assertEquals(
        new StaleSummaryPath("x", Instant.ofEpochMilli(StateHost.NOW)),
        await(client.read()).staleSummaryPaths().get(0));
    assertEquals(List.of("x", "y"), await(client.drainStaleSummaryPaths()));
    state = await(client.recordDream("drm-7", Instant.ofEpochMilli(5), 4));
    assertEquals(Optional.of(Instant.ofEpochMilli(5)), state.lastDreamAt());
    assertEquals(2, state.curationsSinceDream());
    assertEquals(0, await(client.recordDream("drm-8")).curationsSinceDream());
    LastDream before = new LastDream("drm-7", Instant.ofEpochMilli(5));
    state = await(client.forgetDream("drm-8", Optional.of(before), 3));
    assertEquals(Optional.of(Instant.ofEpochMilli(5)), state.lastDreamAt());
    assertEquals(3, state.curationsSinceDream());
    state = await(client.forgetDream("drm-7", Optional.empty(), 0));
    assertEquals(Optional.empty(), state.lastDreamLogId());
    state = await(client.update(new JsonObject().put("totalDreams", 40)));
    assertEquals(40, state.totalDreams());
    LastDream last = new LastDream("drm-9", Instant.EPOCH);
    DreamState next = DreamState.EMPTY.withLastDream(Optional.of(last), 1);
    state = await(client.write(next));
    assertEquals(Optional.of("drm-9"), state.lastDreamLogId());
    assertEquals(state, await(client.read()));
  }

  @Test
  void updateLosesNothingItDoesNotKnow() throws Exception {
    String odd =
        """
        {
          "later": [
            1
          ],
          "version": 1,
          "curationsSinceDream": 7,
          "lastDreamAt": "2026-04-10T12:00:00.1234567891Z",
          "lastDreamLogId": "drm-5",
          "totalDreams": 3,
          "staleSummaryPaths": [
            {
              "why": null,
              "path": "p",
              "enqueuedAt": 5
            }
          ]
        }\
        """;
    host.put(odd);
    DreamState state = await(client.update(now -> now));
    assertEquals(odd, host.text());
    assertEquals(Optional.of(Instant.parse("2026-04-10T12:00:00.123456789Z")), state.lastDreamAt());
    await(client.update(now -> now.withCurationsSinceDream(now.curationsSinceDream() + 1)));
    assertEquals(odd.replace(": 7,", ": 8,"), host.text());
    host.put(GOOD.replace(".123456Z", "Z"));
    await(client.update(now -> now.withCurationsSinceDream(8)));
    assertEquals(GOOD.replace(".123456Z", "Z").replace("7,", "8,"), host.text());
  }

  @Test
  void updatesDoNotOverwriteEachOther() {
    List<Future<DreamState>> all = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      all.add(client.update(now -> now.withCurationsSinceDream(now.curationsSinceDream() + 1)));
      all.add(client.incrementCurationCount());
    }
    await(Future.all(all));
    assertEquals(40, await(client.read()).curationsSinceDream());
  }

  @Test
  void updateGivesUpInTheEnd() {
    AtomicInteger tries = new AtomicInteger();
    StateHost other = host;
    Future<DreamState> hopeless =
        client.update(
            now -> {
              tries.incrementAndGet();
              // Arrives before the write that follows.
              other.send("incrementCurationCount", null);
              return now.withCurationsSinceDream(0);
            });
    refused(FailureCode.REVISION_MISMATCH, hopeless);
    assertEquals(100, tries.get());
  }

  @Test
  void updateFailsWithWhatTheFunctionThrowsAndWhereItGivesNothing() {
    Future<DreamState> failed =
        client.update(
            now -> {
              throw new IllegalArgumentException("mine");
            });
    assertThrows(IllegalArgumentException.class, () -> await(failed));
    Future<DreamState> none = client.update(now -> null);
    assertEquals(
        "change gave null",
        assertThrows(NullPointerException.class, () -> await(none)).getMessage());
  }

  @Test
  void writeIfUnchangedIsGuarded() {
    DreamState seen = await(client.read());
    await(client.incrementCurationCount());
    refused(FailureCode.REVISION_MISMATCH, client.writeIfUnchanged(seen));
    assertEquals(0, await(client.write(seen)).curationsSinceDream());
    wrong(
        "state has no revision: it was not read", () -> client.writeIfUnchanged(DreamState.EMPTY));
  }

  private static void wrong(String expected, Executable call) {
    assertEquals(expected, assertThrows(IllegalArgumentException.class, call).getMessage());
  }

  @Test
  void whatIsOutOfRangeIsRefusedWhereItIsGiven() {
    wrong("by is 0, expected 1 to 1000000", () -> client.incrementCurationCount(0));
    wrong(
        "curationsSeen is -1, expected 0 to 9007199254740991",
        () -> client.recordDream("drm-1", Instant.EPOCH, -1));
    wrong(
        "curations is -1, expected 0 to 9007199254740991",
        () -> client.forgetDream("drm-1", Optional.empty(), -1));
    wrong(
        "curationsSinceDream is -1, expected 0 to 9007199254740991",
        () -> DreamState.EMPTY.withCurationsSinceDream(-1));
    wrong(
        "key is totalDreams, expected the name of a field of your own",
        () -> DreamState.EMPTY.withField("totalDreams", 1));
  }

  @Test
  void tokenFencesEachWrite() {
    StateClientImpl holder = client.under(new ActorClient.Hold(7, 1_000, lost -> {}));
    host.fence(7);
    await(holder.incrementCurationCount());
    host.fence(8);
    await(holder.read());
    refused(FailureCode.SUPERSEDED, holder.incrementCurationCount());
    refused(FailureCode.SUPERSEDED, holder.update(now -> now));
    refused(FailureCode.SUPERSEDED, holder.update(new JsonObject()));
    refused(FailureCode.SUPERSEDED, holder.write(DreamState.EMPTY));
    refused(FailureCode.SUPERSEDED, holder.addPendingMerges(List.of()));
    refused(FailureCode.SUPERSEDED, holder.drainStaleSummaryPaths());
    refused(FailureCode.SUPERSEDED, holder.recordDream("drm-1"));
    assertEquals(1, await(client.read()).curationsSinceDream());
  }

  @Test
  void futuresCompleteOnTheCallersContext() {
    Context mine = host.vertx.getOrCreateContext();
    Promise<List<Context>> seen = Promise.promise();
    List<Context> contexts = new ArrayList<>();
    mine.runOnContext(
        nothing ->
            client
                .update(
                    now -> {
                      contexts.add(Vertx.currentContext());
                      return now.withCurationsSinceDream(5);
                    })
                .onComplete(
                    end -> {
                      contexts.add(Vertx.currentContext());
                      seen.complete(contexts);
                    }));
    List<Context> found = await(seen.future());
    assertEquals(2, found.size());
    found.forEach(each -> assertSame(mine, each));
  }

  @Test
  void busFailuresAreOfTheSameType() {
    DreamkeeperException failure =
        assertThrows(
            DreamkeeperException.class,
            () -> await(Dreamkeeper.client(host.vertx, "nowhere").state().read()));
    assertEquals(ReplyFailure.NO_HANDLERS, failure.failureType());
    assertNull(failure.code());
  }

  @Test
  void recordsAreNobodysToChange() {
    JsonObject more = new JsonObject().put("x", new JsonObject());
    DreamState state = DreamState.EMPTY.withField("x", more.getValue("x"));
    more.put("y", 1);
    state.more().getJsonObject("x").put("z", 1);
    assertEquals(new JsonObject("{\"x\":{}}"), state.more());
    state.toJson().getJsonObject("x").put("z", 1);
    assertEquals(new JsonObject("{\"x\":{}}"), state.more());
    assertThrows(UnsupportedOperationException.class, () -> state.pendingMerges().add(MERGE));
    PendingMerge merge = new PendingMerge("a", "b", "c", "d", more);
    more.put("v", 1);
    assertEquals(2, merge.more().size());
    assertEquals(merge, PendingMerge.fromJson(merge.toJson()));
    assertTrue(merge.toJson().containsKey("y"));
  }

  @Test
  void instantsOfAllValidFormsAreRead() {
    for (String text : List.of("2026-04-10T12:00Z", "2026-04-10T12:00:00Z")) {
      JsonObject json = DreamState.EMPTY.toJson().put("lastDreamAt", text);
      DreamState state = DreamState.fromJson(json);
      assertEquals(Optional.of(Instant.parse("2026-04-10T12:00:00Z")), state.lastDreamAt());
      assertEquals(json, state.toJson());
    }
    assertEquals(Optional.empty(), DreamState.EMPTY.lastDreamAt());
  }
}
