package org.dreamkeeper;

import static org.dreamkeeper.Served.await;
import static org.dreamkeeper.Served.until;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.dreamkeeper.bus.DreamkeeperException;
import org.dreamkeeper.bus.FailureCode;
import org.dreamkeeper.bus.impl.ActorClient;
import org.dreamkeeper.junit5.ManualTime;
import org.dreamkeeper.lock.AcquireOptions;
import org.dreamkeeper.lock.DreamLock;
import org.dreamkeeper.log.DreamLogEntry;
import org.dreamkeeper.log.DreamOperation;
import org.dreamkeeper.log.DreamTrigger;
import org.dreamkeeper.state.Degraded;
import org.dreamkeeper.state.DreamState;
import org.dreamkeeper.store.Keeping;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** All that the contract names happens: every action, every failure code, every event. */
@ParameterizedClass(name = "{0}")
@EnumSource(Place.class)
final class ContractTest {
  /** What each type of event adds; what is not always there ends in a question mark. */
  private static final Map<String, Set<String>> EVENTS = Contract.events();

  private static final Set<String> FRAME = Set.of("type", "at", "address", "instance", "seq");

  /** INTERNAL is a bug, and there is none to provoke it with. */
  private static final Set<FailureCode> CODES =
      EnumSet.complementOf(EnumSet.of(FailureCode.INTERNAL));

  private final Vertx vertx = Vertx.vertx();
  private final ManualTime time = new ManualTime(System.currentTimeMillis());
  private final Set<String> succeeded = new TreeSet<>();
  private final Set<FailureCode> refused = EnumSet.noneOf(FailureCode.class);
  private final List<Message<JsonObject>> heard = new CopyOnWriteArrayList<>();
  private final List<Process> foreigners = new ArrayList<>();

  @Parameter Place place;
  @TempDir Path dir;
  private String address;
  private Kept kept;
  private Served served;
  private String held;
  private Dreamkeeper keeper;

  @AfterEach
  void stop() {
    foreigners.forEach(Process::destroyForcibly);
    await(vertx.close());
  }

  @Test
  void everyActionEveryCodeAndEveryEventHappens() throws Exception {
    everyActionSucceeds();
    whatIsMalformedOrUnknown();
    tokensThatDoNotHold();
    theStateHasMovedOn();
    aNewerFile();
    tooMuch();
    theDiskSaysNo();
    theClaimIsGone();
    aTakeOver();
    if (place == Place.FILES) {
      aLoss();
    }
    aHostThatDied();
    filesThatAreNone();
    pruning();

    assertEquals(new TreeSet<>(Contract.operations()), succeeded);
    assertEquals(CODES, refused);
    assertEventsAreAsDocumented();
  }

  private void keep(String prefix) {
    address = prefix;
    kept = place.at(vertx, dir.resolve(prefix), prefix);
    vertx.eventBus().<JsonObject>consumer(prefix + ".events", heard::add);
  }

  private void serve(String prefix) {
    serve(prefix, new JsonObject());
  }

  private void serve(String prefix, JsonObject settings) {
    if (!prefix.equals(address)) {
      keep(prefix);
    }
    served = kept.served(vertx, time, settings);
    keeper = Keepers.client(vertx, prefix, 30_000, time);
  }

  private JsonObject succeeds(String actor, String action, JsonObject body, String... headers) {
    JsonObject reply = served.ask(actor, action, body, headers);
    succeeded.add(actor + "." + action);
    return reply;
  }

  /** Asserts that the raw request is refused, and that the typed client is told the same. */
  private void refuses(
      FailureCode code,
      Supplier<Future<?>> typed,
      String actor,
      String action,
      JsonObject body,
      String... headers) {
    ReplyException raw = served.refused(actor, action, body, headers);
    assertEquals(code, FailureCode.of(raw.failureCode()), raw.getMessage());
    assertEquals(ReplyFailure.RECIPIENT_FAILURE, raw.failureType());
    assertTrue(raw.getMessage().startsWith(code + ": "), raw.getMessage());
    Served.Failed failed = assertThrows(Served.Failed.class, () -> await(typed.get()));
    DreamkeeperException same = assertInstanceOf(DreamkeeperException.class, failed.getCause());
    assertEquals(code, same.code());
    assertEquals(raw.failureCode(), same.failureCode());
    assertTrue(same.getMessage().startsWith(code + ": "), same.getMessage());
    refused.add(code);
  }

  /** What the typed clients send their requests with. */
  private ActorClient typed(String actor) {
    return new ActorClient(vertx, address + "." + actor, 30_000, time);
  }

  private String token() {
    return token(new JsonObject());
  }

  private String token(JsonObject body) {
    JsonObject grant = succeeds("lock", "tryAcquire", body);
    assertTrue(grant.getBoolean("acquired"));
    return grant.getLong("token").toString();
  }

  private JsonObject entry(String status) {
    String id = succeeds("log", "nextId", null).getString("id");
    return Calls.entry(status, Calls.prune()).put("id", id).put("startedAt", time.millis());
  }

  private void everyActionSucceeds() {
    serve("every", new JsonObject().put("texts", dir.toString()));
    for (Calls.Call call : Calls.ALL) {
      if (call.actor().equals("state")) {
        succeeds(call.actor(), call.action(), call.body());
      }
    }
    JsonObject state = served.ask("state", "read", null);
    assertEquals("drm-6", state.getString("lastDreamLogId"), "drm-7 is forgotten");
    JsonObject busy = new JsonObject().put("pendingTasks", 1);
    assertFalse(served.ask("state", "gates", busy).getBoolean("open"));
    String token = token(new JsonObject().put("owner", "me"));
    succeeds("lock", "renew", null, "token", token);
    JsonObject entry = entry("processing");
    succeeds("log", "save", entry, "token", token);
    JsonObject more =
        new JsonObject()
            .put("id", entry.getString("id"))
            .put("operations", Calls.array(Calls.consolidate()));
    assertEquals(2, succeeds("log", "append", more, "token", token).getInteger("count"));
    entry.put("status", "completed").put("completedAt", time.millis());
    assertEquals(
        new JsonObject().put("id", entry.getString("id")),
        succeeds("log", "save", entry, "token", token));
    succeeds("state", "recordDream", new JsonObject().put("logId", entry.getString("id")));
    succeeds("admin", "overview", null);
    JsonObject first = new JsonObject().put("id", entry.getString("id")).put("operation", 0);
    assertEquals(new JsonArray(), succeeds("admin", "diff", first).getJsonArray("files"));
    succeeds("lock", "release", null, "token", token);
    succeeds("lock", "rollback", null, "token", token());
    assertFalse(succeeds("lock", "status", null).getBoolean("held"));
    String last = token();
    JsonObject order = new JsonObject().put("token", Long.valueOf(last)).put("reason", "enough");
    succeeds("admin", "cancel", order);
    JsonObject renewed = served.ask("lock", "renew", null, "token", last);
    assertEquals("enough", renewed.getString("cancel"));
    assertFalse(succeeds("admin", "evict", order).getBoolean("completed"));
    assertFalse(succeeds("admin", "events", new JsonObject()).getJsonArray("events").isEmpty());
    assertEquals(new JsonArray(), succeeds("admin", "inspect", null).getJsonArray("findings"));
    JsonObject id = new JsonObject().put("id", entry.getString("id"));
    assertEquals(
        entry.copy().put("lockToken", Long.valueOf(token)), succeeds("log", "getById", id));
    JsonArray entries = succeeds("log", "list", new JsonObject()).getJsonArray("entries");
    assertEquals(1, entries.size());
    JsonObject plan = succeeds("admin", "undo", id.copy().put("dryRun", true));
    succeeds("admin", "undo", id.copy().put("plan", plan.getString("plan")));
    assertEquals("undone", succeeds("log", "getById", id).getString("status"));
    served.close();
    assertThrows(Served.Failed.class, () -> served.ask("state", "read", null), "NO_HANDLERS");
  }

  private void whatIsMalformedOrUnknown() {
    serve("wrong");
    refuses(
        FailureCode.INVALID_REQUEST,
        () -> typed("lock").write("tryAcquire", new JsonObject().put("leaseMs", 1)),
        "lock",
        "tryAcquire",
        new JsonObject().put("leaseMs", 1));
    for (String actor : Calls.ACTORS) {
      refuses(
          FailureCode.UNKNOWN_ACTION,
          () -> typed(actor).read("nonsense", null),
          actor,
          "nonsense",
          null);
      Dreamkeeper late =
          Keepers.client(vertx, address, 1_000, new ManualTime(time.millis() - 1_001));
      Supplier<Future<?>> typed =
          switch (actor) {
            case "state" -> () -> late.state().read();
            case "lock" -> () -> late.lock().status();
            case "admin" -> () -> late.admin().overview();
            default -> () -> late.log().nextId();
          };
      String past = Long.toString(time.millis() - 1);
      Calls.Call call =
          Calls.of(
              Map.of(
                      "state", "state.read",
                      "lock", "lock.status",
                      "log", "log.nextId",
                      "admin", "admin.overview")
                  .get(actor));
      refuses(FailureCode.DEADLINE_PASSED, typed, actor, call.action(), null, "deadline", past);
    }
  }

  private void tokensThatDoNotHold() {
    serve("tokens");
    DreamLock ended = Locks.take(keeper, "me");
    String old = Long.toString(ended.token());
    await(ended.release());
    refuses(FailureCode.NOT_HOLDER, ended::rollback, "lock", "rollback", null, "token", old);
    refuses(FailureCode.NOT_HOLDER, ended::renew, "lock", "renew", null, "token", old);
    ActorClient.Hold next = new ActorClient.Hold(ended.token() + 1, 1_000, lost -> {});
    refuses(
        FailureCode.NOT_HOLDER,
        () -> typed("lock").under(next).write("release", null),
        "lock",
        "release",
        null,
        "token",
        Long.toString(next.token()));
    Map<String, Supplier<Future<?>>> typed = new HashMap<>();
    DreamLogEntry entry =
        DreamLogEntry.processing("drm-7", Instant.ofEpochMilli(7), DreamTrigger.MANUAL);
    typed.put("log.save", () -> ended.log().save(entry));
    DreamOperation operation = DreamOperation.fromJson(Calls.prune());
    typed.put("log.append", () -> ended.log().append("drm-7", List.of(operation)));
    for (Calls.Call call : Calls.ALL) {
      boolean writes =
          !Set.of("read", "gates", "status", "getById", "list").contains(call.action());
      if (writes && Set.of("state", "log").contains(call.actor())) {
        refuses(
            FailureCode.SUPERSEDED,
            typed.getOrDefault(call.toString(), () -> ended.state().incrementCurationCount()),
            call.actor(),
            call.action(),
            call.body(),
            "token",
            old);
      }
    }
  }

  private void theStateHasMovedOn() {
    serve("moved");
    DreamState seen = await(keeper.state().read());
    await(keeper.state().incrementCurationCount());
    String now = await(keeper.state().read()).revision().orElseThrow();
    refuses(
        FailureCode.REVISION_MISMATCH,
        () -> keeper.state().writeIfUnchanged(seen),
        "state",
        "update",
        new JsonObject(),
        "revision",
        seen.revision().orElseThrow());
    ReplyException mismatch =
        served.refused("state", "write", Calls.state(), "revision", seen.revision().orElseThrow());
    assertTrue(mismatch.getMessage().contains(now), mismatch.getMessage());
  }

  private void aNewerFile() throws IOException {
    keep("newer");
    kept.putState("{\"version\": 2}");
    serve("newer");
    refuses(
        FailureCode.NEWER_FORMAT,
        () -> keeper.state().incrementCurationCount(),
        "state",
        "write",
        Calls.state());
    assertEquals(Optional.of(Degraded.NEWER), await(keeper.state().read()).degraded());
    assertEquals("{\"version\": 2}", kept.state());
  }

  private void tooMuch() {
    serve("much", new JsonObject().put("maxMessageBytes", 1_024).put("maxPending", 1));
    JsonObject large = new JsonObject().put("x", "x".repeat(2_000));
    refuses(FailureCode.TOO_LARGE, () -> keeper.state().update(large), "state", "update", large);
    token();
    JsonObject waiting = new JsonObject().put("waitMs", 60_000);
    Future<Message<JsonObject>> line = served.send("lock", "tryAcquire", waiting);
    until(() -> served.ask("lock", "status", null).getInteger("waiting") == 1);
    refuses(
        FailureCode.BUSY,
        () -> keeper.lock().acquire(new AcquireOptions().setWait(Duration.ofMinutes(1))),
        "lock",
        "tryAcquire",
        waiting);
    time.advance(60_000);
    assertFalse(await(line).body().getBoolean("acquired"));
  }

  private void theDiskSaysNo() {
    serve("disk");
    kept.changesAre(Keeping.Fault.REFUSED);
    refuses(
        FailureCode.STORAGE_FAILED,
        () -> keeper.state().incrementCurationCount(),
        "state",
        "incrementCurationCount",
        null);
    DreamLogEntry entry =
        DreamLogEntry.processing("drm-7", Instant.ofEpochMilli(7), DreamTrigger.MANUAL);
    refuses(
        FailureCode.STORAGE_FAILED,
        () -> keeper.log().save(entry),
        "log",
        "save",
        Calls.of("log.save").body());
    refuses(
        FailureCode.STORAGE_FAILED,
        () -> keeper.lock().acquire(Locks.as("me")),
        "lock",
        "tryAcquire",
        new JsonObject());
    kept.changesAre(Keeping.Fault.NONE);
    assertEquals(1, await(keeper.state().incrementCurationCount()).curationsSinceDream());
  }

  private void theClaimIsGone() throws IOException {
    serve("claim");
    kept.takeClaim();
    refuses(
        FailureCode.NOT_SERVING,
        () -> keeper.lock().acquire(Locks.as("me")),
        "lock",
        "tryAcquire",
        new JsonObject());
    refuses(FailureCode.NOT_SERVING, () -> keeper.state().read(), "state", "read", null);
    refuses(FailureCode.NOT_SERVING, () -> keeper.log().nextId(), "log", "nextId", null);
  }

  private void aTakeOver() {
    serve("lock");
    String old = token(new JsonObject().put("owner", "first").put("leaseMs", 1_000));
    JsonObject run = entry("processing");
    served.ask("log", "save", run, "token", old);
    time.advance(1_000);
    held = token(new JsonObject().put("owner", "second"));
    until(() -> types().contains("log.interrupted"));
  }

  /** A database has no foreign processes. */
  private void aLoss() throws IOException {
    Process foreigner = new ProcessBuilder("sleep", "600").start();
    foreigners.add(foreigner);
    Files.writeString(dir.resolve("lock/dream.lock"), Long.toString(foreigner.pid()));
    assertEquals(409, served.refused("lock", "renew", null, "token", held).failureCode());
    until(() -> types().contains("lock.lost"));
    JsonObject lost = last("lock.lost");
    assertEquals(Long.valueOf(held), lost.getLong("token"));
    assertEquals("second", lost.getString("owner"));
    assertEquals(foreigner.pid(), lost.getLong("pid"));
  }

  private void aHostThatDied() throws IOException {
    serve("died");
    token(new JsonObject().put("owner", "gone"));
    byte[] lock = kept.lock();
    served.close();
    until(() -> last("lock.rolledBack").containsKey("why"));
    kept.putLock(lock);
    serve("died");
    until(() -> last("lock.takenOver").getString("address").equals("died"));
    assertEquals("dead", last("lock.takenOver").getString("why"));
    assertEquals("gone", last("lock.takenOver").getJsonObject("from").getString("owner"));
    assertFalse(last("lock.takenOver").getBoolean("completed"));
  }

  private void filesThatAreNone() throws IOException {
    serve("none");
    kept.putState("{\"version\": 1, \"totalDreams\": 4");
    served.ask("state", "incrementCurationCount", null);
    kept.putState("{\"version\": 1, \"totalDreams\": 4}");
    served.ask("state", "incrementCurationCount", null);
    until(() -> last("state.quarantined").getJsonArray("kept").contains("totalDreams"));
    kept.putEntry("drm-5", "torn");
    assertEquals(1, served.ask("log", "list", null).getInteger("unreadable"));
    until(() -> types().contains("log.unreadable"));
    assertEquals("drm-5", last("log.unreadable").getString("id"));
    JsonObject copy = new JsonObject().put("file", last("state.quarantined").getString("file"));
    succeeds("admin", "putBack", copy.put("fields", Calls.array("totalDreams")));
    assertEquals(4, served.ask("state", "read", null).getInteger("totalDreams"));
    JsonObject id = new JsonObject().put("id", "drm-5");
    succeeds("admin", "setAside", id);
    assertEquals(0, served.ask("log", "list", null).getInteger("unreadable"));
  }

  private void pruning() {
    serve("prune", new JsonObject().put("log", new JsonObject().put("maxEntries", 1)));
    JsonObject first = entry("completed");
    served.ask("log", "save", first);
    served.ask("log", "save", entry("completed"));
    until(() -> types().contains("log.pruned"));
    assertEquals(
        new JsonArray().add(first.getString("id")), last("log.pruned").getJsonArray("ids"));
  }

  private Set<String> types() {
    Set<String> types = new TreeSet<>();
    heard.forEach(event -> types.add(event.body().getString("type")));
    return types;
  }

  /** The latest event of a type; empty if there was none. */
  private JsonObject last(String type) {
    return heard.stream()
        .map(Message::body)
        .filter(event -> event.getString("type").equals(type))
        .reduce((one, next) -> next)
        .orElse(new JsonObject().put("address", "").put("kept", new JsonArray()));
  }

  private void assertEventsAreAsDocumented() {
    Set<String> all = new TreeSet<>(EVENTS.keySet());
    if (place != Place.FILES) {
      all.remove("lock.lost");
    }
    all.removeAll(Contract.OF_NODES);
    assertEquals(all, types());
    Map<String, Long> seq = new HashMap<>();
    for (Message<JsonObject> message : heard) {
      JsonObject event = message.body();
      String type = event.getString("type");
      assertEquals(List.of(), Contract.wrongEvent(message));
      assertEquals(type, message.headers().get("type"));
      assertEquals(event.getString("address") + ".events", message.address());
      assertTrue(event.getLong("at") <= time.millis());
      long expected = seq.merge(event.getString("instance"), 1L, Long::sum);
      assertEquals(expected, event.getLong("seq"), event::encode);
      Set<String> unknown = new HashSet<>(event.fieldNames());
      unknown.removeAll(FRAME);
      for (String field : EVENTS.get(type)) {
        String name = field.replace("?", "");
        assertTrue(unknown.remove(name) || field.endsWith("?"), () -> name + event.encode());
      }
      assertEquals(Set.of(), unknown, event::encode);
    }
  }

  @Test
  void aWaitOutOfRangeIsRefusedByTheActorAsAnythingElse() {
    serve("wait");
    for (long waitMs : new long[] {-1, -30_000, Long.MIN_VALUE, 86_400_001, Long.MAX_VALUE}) {
      refuses(
          FailureCode.INVALID_REQUEST,
          () -> typed("lock").write("tryAcquire", new JsonObject().put("waitMs", waitMs)),
          "lock",
          "tryAcquire",
          new JsonObject().put("waitMs", waitMs));
    }
    Locks.take(keeper.lock(), Locks.as("me").setWait(Duration.ofDays(1)));
  }

  @Test
  void updatesOfAFieldOfOnesOwnAreNotLost() {
    serve("update");
    int workers = 50;
    List<Future<DreamState>> all = new ArrayList<>();
    for (int i = 0; i < workers; i++) {
      String mine = "worker-" + i;
      all.add(
          keeper
              .state()
              .update(
                  now -> {
                    JsonArray done = now.more().getJsonArray("done", new JsonArray());
                    return now.withField("done", done.add(mine));
                  }));
    }
    await(Future.join(all));
    List<?> done = served.ask("state", "read", null).getJsonArray("done").getList();
    assertEquals(workers, done.size());
    assertEquals(workers, Set.copyOf(done).size());
  }
}
