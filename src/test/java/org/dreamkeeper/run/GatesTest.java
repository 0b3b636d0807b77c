package org.dreamkeeper.run;

import static org.dreamkeeper.Served.await;
import static org.dreamkeeper.Served.until;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.dreamkeeper.Calls;
import org.dreamkeeper.FilesAlone;
import org.dreamkeeper.Locks;
import org.dreamkeeper.Served;
import org.dreamkeeper.bus.FailureCode;
import org.dreamkeeper.file.FaultyDisk;
import org.dreamkeeper.lock.DreamLock;
import org.dreamkeeper.log.DreamLogEntry;
import org.dreamkeeper.log.DreamTrigger;
import org.dreamkeeper.state.Degraded;
import org.dreamkeeper.state.DreamState;
import org.dreamkeeper.store.Keeping;
import org.junit.jupiter.api.Test;

/** The state judges whether a dream may begin, by what state, lock and log say. */
final class GatesTest extends RunTestBase {
  private static final long HOUR = 3_600_000;

  private JsonObject gates(JsonObject limits, String... headers) {
    return served.ask("state", "gates", limits, headers);
  }

  private JsonObject gates() {
    return gates(new JsonObject());
  }

  private static JsonObject figures(JsonObject reply, String gate) {
    return reply.getJsonArray("all").stream()
        .map(each -> (JsonObject) each)
        .filter(each -> each.getString("gate").equals(gate))
        .findFirst()
        .orElseThrow()
        .getJsonObject("figures");
  }

  private String dream() {
    return completed(await(keeper.run(options(), Future::succeededFuture))).entry().id();
  }

  private void restart(JsonObject settings) {
    served.close();
    served = kept.served(vertx, time, settings);
  }

  /** Puts an entry into the log as a dream of an earlier lock left it. */
  private String completedEntry(long completedAt, Object seen) {
    DreamLock lock = Locks.take(keeper, "a dream");
    String id = await(keeper.log().nextId());
    JsonObject entry =
        Calls.bareEntry(id, completedAt, "completed").put("completedAt", completedAt);
    if (seen != null) {
      entry.put("curationsSeen", seen);
    }
    served.ask("log", "save", entry, "token", Long.toString(lock.token()));
    await(lock.rollback());
    return id;
  }

  @Test
  void aStateThatCannotBeReadClosesThem() throws IOException {
    JsonObject nothing = new JsonObject().put("minHours", 0).put("minCurations", 0);
    kept.putState("{\"version\": 2}");
    JsonObject newer = gates(nothing);
    assertEquals("state", newer.getJsonObject("closed").getString("gate"));
    assertEquals("newer", figures(newer, "state").getString("degraded"));
    RunOptions none = forced().setMinInterval(Duration.ZERO).setMinCurations(0);
    RunResult<Void> result =
        await(keeper.run(none, run -> Future.failedFuture("must not be called")));
    DreamGate.State gate = assertInstanceOf(DreamGate.State.class, skipped(result).gate());
    assertEquals(Degraded.NEWER, gate.degraded());
    assertTrue(gate.reason().contains("version is 2"), gate.reason());
    assertTrue(served.events("lock.acquired").isEmpty());
  }

  @FilesAlone("a directory where the file should be")
  @Test
  void soDoesOneThatIsNoFile() throws IOException {
    Files.delete(dir.resolve("dream-state.json"));
    Files.createDirectory(dir.resolve("dream-state.json"));
    JsonObject nothing = new JsonObject().put("minHours", 0).put("minCurations", 0);
    assertEquals("unreadable", figures(gates(nothing), "state").getString("degraded"));
    assertFalse(gates(nothing).getBoolean("open"));
  }

  @Test
  void aSalvagedStateIsUsedAndSaidToBeCorrupt() throws IOException {
    kept.putState("{\"version\": 1, \"curationsSinceDream\": 5, \"totalDreams\": -1}");
    JsonObject reply = gates();
    assertTrue(reply.getBoolean("open"));
    assertEquals("corrupt", figures(reply, "state").getString("degraded"));
    assertEquals(5, figures(reply, "curations").getInteger("curations"));
  }

  @Test
  void aLeaseThatRanOutClosesNothing() {
    Locks.take(keeper.lock(), Locks.as("a dead worker").setLease(Duration.ofSeconds(1)));
    assertInstanceOf(DreamGate.Lock.class, await(keeper.look(options())).orElseThrow());
    time.advance(1_001);
    assertTrue(await(keeper.look(options())).isEmpty());
    completed(await(keeper.run(options(), Future::succeededFuture)));
  }

  @Test
  void aDreamThatAForeignUndoWroteOverIsRecordedBeforeTheyAreJudged() throws IOException {
    String before = kept.state();
    String id = dream();
    String after = kept.state();
    kept.putState(before);
    assertEquals(0, state().totalDreams());
    DreamGate.Hours gate =
        assertInstanceOf(DreamGate.Hours.class, await(keeper.look(options())).orElseThrow());
    assertEquals(Instant.ofEpochMilli(now), gate.lastDreamAt());
    assertEquals(after, kept.state());
    assertCounted(id, 1);
    JsonObject told = served.events("state.changed").get(served.events("state.changed").size() - 1);
    assertEquals("recordDream", told.getString("action"));
    assertEquals(id, told.getString("logId"));
    gates();
    assertEquals(1, state().totalDreams());
  }

  @Test
  void norDoesItStayLostOverAStart() throws IOException {
    String before = kept.state();
    String id = dream();
    served.close();
    kept.putState(before);
    serve();
    assertCounted(id, 1);
    assertEquals(0, state().curationsSinceDream());
  }

  @Test
  void curationsThatItDidNotSeeStillCount() {
    completedEntry(now - HOUR, 3);
    gates();
    assertEquals(2, state().curationsSinceDream());
    assertEquals(1, state().totalDreams());
  }

  @Test
  void aDreamThatWasUndoneIsNotRecordedAgain() throws IOException {
    String before = kept.state();
    String id = dream();
    await(keeper.markUndone(id));
    assertTrue(await(keeper.look(options())).isEmpty());
    assertNull(lastDreamLogId());
    String second = dream();
    kept.putState(before);
    await(keeper.markUndone(second));
    assertTrue(await(keeper.look(options())).isEmpty());
    restart(new JsonObject());
    assertNull(lastDreamLogId());
    assertEquals(0, state().totalDreams());
  }

  /** The log has answered that it is completed when it is undone. */
  @FilesAlone("a hook in the disk")
  @Test
  void norOneThatIsUndoneAtThatMoment() throws Exception {
    FaultyDisk disk = new FaultyDisk();
    served.close();
    served = Served.at(vertx, time, disk.machine(), Served.config(dir));
    String id = completedEntry(now - HOUR, null);
    Held log = new Held(id + ".json");
    Held state = new Held("dream-state.json");
    disk.on(
        FaultyDisk.Op.STAT,
        name -> {
          log.pass(name);
          state.pass(name);
        });
    Future<?> asked = served.send("state", "gates", new JsonObject());
    log.reached.await();
    Future<?> busy = served.send("state", "incrementCurationCount", new JsonObject());
    state.reached.await();
    Future<?> forgotten = served.send("state", "forgetDream", new JsonObject().put("logId", id));
    Future<?> read = served.send("log", "getById", new JsonObject().put("id", id));
    log.open.countDown();
    await(read);
    state.open.countDown();
    await(Future.all(asked, busy, forgotten));
    assertNull(lastDreamLogId());
  }

  /** Holds the first operation on a file until it is opened. */
  private static final class Held {
    final CountDownLatch reached = new CountDownLatch(1);
    final CountDownLatch open = new CountDownLatch(1);
    private final String file;

    Held(String file) {
      this.file = file;
    }

    void pass(String name) throws IOException {
      if (!name.equals(file)) {
        return;
      }
      reached.countDown();
      try {
        if (!open.await(60, TimeUnit.SECONDS)) {
          throw new IOException("nobody came");
        }
      } catch (InterruptedException stop) {
        throw new IOException(stop);
      }
    }
  }

  @Test
  void oneThatIsJustEndingIsLeftToItsEnd() {
    DreamLock lock = Locks.take(keeper, "a dream");
    String id = await(keeper.log().nextId());
    DreamLogEntry entry = DreamLogEntry.processing(id, Instant.ofEpochMilli(now), DreamTrigger.CLI);
    await(lock.log().save(entry.completed(Instant.ofEpochMilli(now))));
    assertEquals("lock", gates().getJsonObject("closed").getString("gate"));
    String token = Long.toString(lock.token());
    assertTrue(gates(new JsonObject(), "token", token).getBoolean("open"));
    assertNull(lastDreamLogId());
    await(lock.rollback());
    assertEquals("hours", gates().getJsonObject("closed").getString("gate"));
    assertEquals(id, lastDreamLogId());
  }

  @Test
  void aStateThatCannotBeWrittenIsJudgedByTheLogAllTheSame() throws IOException {
    completedEntry(now - HOUR, null);
    kept.putState("{\"version\": 2}");
    assertEquals("hours", gates().getJsonObject("closed").getString("gate"));
    assertEquals("{\"version\": 2}", kept.state());
  }

  @Test
  void norDoesADiskThatSaysNoKeepThemFromBeingJudged() {
    String id = completedEntry(now - HOUR, null);
    kept.changesAre(Keeping.Fault.REFUSED);
    assertEquals("hours", gates().getJsonObject("closed").getString("gate"));
    until(() -> served.events("dream.skipped").size() == 1);
    assertNull(lastDreamLogId());
    kept.changesAre(Keeping.Fault.NONE);
    assertEquals("hours", gates().getJsonObject("closed").getString("gate"));
    assertEquals(id, lastDreamLogId());
    assertEquals(1, state().totalDreams());
  }

  @Test
  void aTimeInTheFutureGivesWayToTheNewestThatIsNot() {
    JsonObject ahead = new JsonObject().put("lastDreamAt", "2099-01-01T00:00:00.000Z");
    await(keeper.state().update(ahead));
    JsonObject reply = gates();
    assertTrue(reply.getBoolean("open"));
    assertEquals(4_070_908_800_000L, figures(reply, "hours").getLong("ignored"));
    assertEquals(BEFORE, figures(reply, "hours").getLong("lastDreamAt"), "the lock's");
    completedEntry(now - HOUR, null);
    await(keeper.state().update(ahead.put("lastDreamLogId", "drm-4000000000000")));
    reply = gates();
    assertEquals("hours", reply.getJsonObject("closed").getString("gate"));
    assertEquals(now - HOUR, figures(reply, "hours").getLong("lastDreamAt"), "the log's");
  }

  @Test
  void whatCannotBeCountedFromDoesNotStopThem() {
    await(
        keeper
            .state()
            .update(
                new JsonObject()
                    .put("totalDreams", 9_007_199_254_740_991L)
                    .put("lastDreamLogId", "drm-9999999999999999")));
    String odd = completedEntry(999_999_999_999_999L, 1e300);
    JsonObject any = new JsonObject().put("minCurations", 0);
    assertTrue(gates(any).getBoolean("open"), "a completion in the future is none");
    assertEquals(odd, lastDreamLogId());
    assertTrue(state().lastDreamAt().isEmpty());
    await(keeper.state().incrementCurationCount(3));
    String id = dream();
    assertEquals(id, lastDreamLogId());
    assertEquals(9_007_199_254_740_991L, state().totalDreams());
    assertInstanceOf(DreamGate.Hours.class, await(keeper.look(options())).orElseThrow());
  }

  @Test
  void aDreamCountsThoughTheStateNamesALaterOne() {
    String later = "drm-" + (now + 1_000 * HOUR);
    await(keeper.state().update(new JsonObject().put("lastDreamLogId", later)));
    String id = dream();
    assertEquals(id, lastDreamLogId());
    assertInstanceOf(DreamGate.Hours.class, await(keeper.look(options())).orElseThrow());
  }

  @Test
  void theLimitsAreTheProjectsUnlessTheRequestHasItsOwn() {
    restart(
        new JsonObject()
            .put("gates", new JsonObject().put("minHours", 0.5).put("minCurations", 6)));
    assertEquals(
        6, figures(gates(), "curations").getInteger("minCurations"), "as it is configured");
    assertInstanceOf(DreamGate.Curations.class, await(keeper.look(options())).orElseThrow());
    assertTrue(await(keeper.look(options().setMinCurations(5))).isEmpty());
    await(keeper.state().incrementCurationCount());
    dream();
    time.advance(HOUR / 2);
    await(keeper.state().incrementCurationCount(6));
    assertTrue(await(keeper.look(options())).isEmpty());
    assertTrue(await(keeper.look(options().setMinInterval(Duration.ofHours(1)))).isPresent());
  }

  @Test
  void aTokenThatDoesNotHoldTheLockIsRefusedAndChangesNothing() throws IOException {
    completedEntry(now - HOUR, null);
    String before = kept.state();
    assertEquals(
        FailureCode.SUPERSEDED.code(),
        served.refused("state", "gates", new JsonObject(), "token", "1").failureCode());
    assertEquals(before, kept.state());
  }

  @Test
  void whoeverIsSkippedIsTold() {
    JsonObject busy = new JsonObject().put("pendingTasks", 2);
    assertEquals(0, gates(busy.copy().put("quiet", true)).getLong("lastAskedAt"));
    assertTrue(served.events("dream.skipped").isEmpty());
    JsonObject closed = gates(busy).getJsonObject("closed");
    until(() -> served.events("dream.skipped").size() == 1);
    JsonObject told = served.events("dream.skipped").get(0);
    closed.forEach(field -> assertEquals(field.getValue(), told.getValue(field.getKey())));
    time.advance(5);
    assertEquals(now, gates(new JsonObject().put("quiet", true)).getLong("lastAskedAt"));
    assertTrue(gates().getBoolean("open"));
    assertEquals(now + 5, gates().getLong("lastAskedAt"));
    assertEquals(1, served.events("dream.skipped").size());
  }

  @Test
  void oneWhoStandsInLineIsToldOnceWhenItWasInVain() {
    DreamLock lock = Locks.take(keeper, "somebody");
    Future<RunResult<Void>> waiting =
        keeper.run(
            options().setWait(Duration.ofSeconds(1)),
            run -> Future.failedFuture("must not be called"));
    until(() -> lock().waiting() == 1);
    assertTrue(served.events("dream.skipped").isEmpty());
    time.advance(1_001);
    DreamGate.Lock gate = (DreamGate.Lock) skipped(await(waiting)).gate();
    assertEquals(Optional.of(lock.expiresAt()), gate.nextEligibleAt());
    until(() -> served.events("dream.skipped").size() == 1);
    Future<RunResult<Void>> busy =
        keeper.run(
            options().setWait(Duration.ofSeconds(1)).setPendingTasks(1),
            run -> Future.failedFuture("must not be called"));
    assertInstanceOf(DreamGate.Tasks.class, skipped(await(busy)).gate());
    until(() -> served.events("dream.skipped").size() == 2);
  }

  /** The lock waits for the state, which asks the lock: nobody waits for ever. */
  @Test
  void theyAreJudgedWhileTheLockGoesFromHandToHand() {
    List<Future<?>> all = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      all.add(served.send("state", "gates", new JsonObject()));
      all.add(
          keeper
              .lock()
              .acquire(Locks.as("w" + i).setWait(Duration.ofMinutes(1)))
              .compose(
                  answer ->
                      answer.fold(
                          ours ->
                              ours.lock()
                                  .state()
                                  .incrementCurationCount()
                                  .compose(done -> ours.lock().release()),
                          refused -> Future.failedFuture(refused.toString()))));
    }
    await(Future.all(all));
    assertEquals(205, state().curationsSinceDream());
  }

  @Test
  void theOrderOfTheFileStaysThroughTheTypedClient() throws IOException {
    String merge =
        """
        {
          "why": {"b": 1, "a": 2},
          "suggestedByDreamId": "drm-1",
          "reason": "overlap",
          "mergeTarget": "b.md",
          "sourceFile": "a.md"
        }\
        """;
    JsonObject file =
        new JsonObject(
            "{\"mine\": {\"z\": 1, \"y\": [{\"d\": 1, \"c\": 2}]}, \"totalDreams\": 0,"
                + " \"pendingMerges\": ["
                + merge
                + "], \"lastDreamLogId\": null, \"staleSummaryPaths\": [{\"enqueuedAt\": 5,"
                + " \"path\": \"a.md\"}], \"lastDreamAt\": null, \"curationsSinceDream\": 5,"
                + " \"version\": 1}");
    kept.putState(file.encode());
    DreamState read = await(keeper.state().read());
    await(keeper.state().write(read.withCurationsSinceDream(6)));
    assertEquals(
        file.put("curationsSinceDream", 6).encode(), new JsonObject(kept.state()).encode());
    JsonObject changed = await(keeper.state().read()).toJson();
    changed.getJsonArray("pendingMerges").getJsonObject(0).put("reason", "another");
    await(keeper.state().write(DreamState.fromJson(changed)));
    JsonArray merges = file.getJsonArray("pendingMerges");
    merges.getJsonObject(0).put("reason", "another");
    assertEquals(file.encode(), new JsonObject(kept.state()).encode());
  }
}
