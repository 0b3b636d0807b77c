package org.dreamkeeper;

import static org.dreamkeeper.Served.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Deployable;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.dreamkeeper.bus.DreamkeeperException;
import org.dreamkeeper.bus.impl.Budget;
import org.dreamkeeper.bus.impl.Events;
import org.dreamkeeper.bus.impl.Project;
import org.dreamkeeper.bus.impl.Residents;
import org.dreamkeeper.bus.impl.async.ProjectThreads;
import org.dreamkeeper.junit5.ManualTime;
import org.dreamkeeper.lock.DreamLock;
import org.dreamkeeper.lock.LockOptions;
import org.dreamkeeper.lock.impl.LockVerticle;
import org.dreamkeeper.log.DreamStatus;
import org.dreamkeeper.log.LogOptions;
import org.dreamkeeper.log.impl.LogVerticle;
import org.dreamkeeper.run.RunOptions;
import org.dreamkeeper.run.RunResult;
import org.dreamkeeper.state.GateOptions;
import org.dreamkeeper.state.impl.StateVerticle;
import org.dreamkeeper.store.MemoryKeeping;
import org.dreamkeeper.store.ProjectStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The three actors know nothing of where a project is kept: here it is in memory. */
final class AnyStoreTest {
  private final Vertx vertx = Vertx.vertx();
  private final ManualTime time = new ManualTime(1_795_392_000_000L);
  private final MemoryKeeping kept = new MemoryKeeping(vertx);
  private final Dreamkeeper keeper = Keepers.client(vertx, "dream", 30_000, time);
  private final Deque<String> deployed = new ArrayDeque<>();
  private ProjectStore store;

  @BeforeEach
  void serve() {
    String instance = UUID.randomUUID().toString();
    store = await(kept.open(instance));
    Project project =
        new Project(
            "dream",
            "dream",
            false,
            instance,
            UUID.randomUUID().toString(),
            store.epoch(),
            1_000,
            new Budget(64 << 20, 1 << 20),
            new ProjectThreads(vertx, "dream"),
            time,
            new Events(vertx.eventBus(), "dream", instance, false, time, store.journal()::record),
            store::lost,
            new Residents());
    StateVerticle state = new StateVerticle(project, store, new GateOptions());
    deploy(state);
    deploy(new LogVerticle(project, store, new LogOptions()));
    await(state.recordMissed());
    deploy(new LockVerticle(project, store, new LockOptions()));
  }

  private void deploy(Deployable actor) {
    deployed.push(await(vertx.deployVerticle(actor)));
  }

  private void stop() {
    while (!deployed.isEmpty()) {
      await(vertx.undeploy(deployed.pop()));
    }
    await(store.close());
  }

  @AfterEach
  void close() {
    stop();
    await(vertx.close());
  }

  private static RunOptions options() {
    return new RunOptions().setOwner("a test");
  }

  @Test
  void aDreamIsRunAndStaysDoneAfterARestart() {
    await(keeper.state().incrementCurationCount(5));
    RunResult<String> result = await(keeper.run(options(), run -> Future.succeededFuture("well")));
    String id = assertInstanceOf(RunResult.Completed.class, result).entry().id();
    stop();
    serve();
    assertEquals(1, await(keeper.state().read()).totalDreams());
    assertEquals(id, await(keeper.state().read()).lastDreamLogId().orElseThrow());
    assertEquals(DreamStatus.COMPLETED, await(keeper.log().getById(id)).orElseThrow().status());
    assertFalse(await(keeper.lock().status()).held());
    assertTrue(await(keeper.lock().status()).lastCompletedAt().isPresent());
    assertTrue(await(keeper.look(options())).isPresent(), "the next one is too early");
    assertTrue(await(keeper.log().nextId()).compareTo(id) > 0);
  }

  @Test
  void whatADeadHostLeftBehindIsEnded() {
    DreamLock lock = Locks.take(keeper, "a dream");
    String id = await(keeper.log().nextId());
    await(
        vertx
            .eventBus()
            .request(
                "dream.log",
                Calls.bareEntry(id, time.millis(), "processing"),
                Requests.options("save", "token", Long.toString(lock.token()))));
    kept.takeClaim();
    await(store.look());
    stop();
    serve();
    assertFalse(await(keeper.lock().status()).held());
    assertEquals(DreamStatus.ERROR, await(keeper.log().getById(id)).orElseThrow().status());
    assertTrue(Locks.take(keeper, "the next").token() > lock.token());
  }

  private Message<JsonObject> ask(
      String actor, String action, String id, JsonObject body, String... headers) {
    DeliveryOptions options = Requests.options(action, headers).addHeader("requestId", id);
    return await(vertx.eventBus().request("dream." + actor, body, options));
  }

  private int refused(String actor, String action, JsonObject body, String... headers) {
    return assertThrows(
            DreamkeeperException.class,
            () -> Requests.await(Requests.send(vertx, "dream." + actor, action, body, headers)))
        .failureCode();
  }

  private static JsonObject json(String key, Object value) {
    return new JsonObject().put(key, value);
  }

  @Test
  void whatIsRepeatedAfterARestartIsAnsweredAndNotDoneAgain() {
    JsonObject two = json("by", 2);
    Message<JsonObject> first = ask("state", "incrementCurationCount", "a", two);
    ask("state", "enqueueStaleSummaryPaths", "b", json("paths", new JsonArray().add("x.md")));
    JsonObject drained = ask("state", "drainStaleSummaryPaths", "c", null).body();
    JsonObject grant = ask("lock", "tryAcquire", "d", null).body();
    String token = grant.getLong("token").toString();
    String id = await(keeper.log().nextId());
    JsonObject entry = Calls.bareEntry(id, time.millis(), "processing");
    ask("log", "save", "e", entry, "token", token);
    JsonObject more = json("id", id).put("operations", new JsonArray().add(Calls.prune()));
    JsonObject count = ask("log", "append", "f", more, "token", token).body();
    JsonObject end = ask("lock", "release", "g", null, "token", token).body();
    stop();
    serve();
    ask("state", "incrementCurationCount", "new", json("by", 5));
    List<JsonObject> events = new CopyOnWriteArrayList<>();
    vertx.eventBus().<JsonObject>localConsumer("dream.events", heard -> events.add(heard.body()));
    String before = first.headers().get("instance");
    Message<JsonObject> again =
        ask("state", "incrementCurationCount", "a", two, "instance", before);
    assertEquals(7, again.body().getInteger("curationsSinceDream"), "as it is now");
    assertEquals("true", again.headers().get("repeated"));
    assertEquals(
        await(keeper.state().read()).revision().orElseThrow(), again.headers().get("revision"));
    Message<JsonObject> paths = ask("state", "drainStaleSummaryPaths", "c", null);
    assertEquals(drained, paths.body());
    assertEquals("true", paths.headers().get("repeated"));
    assertEquals(
        grant.put("expiresAt", 0), ask("lock", "tryAcquire", "d", null).body().put("expiresAt", 0));
    assertEquals(json("id", id), ask("log", "save", "e", entry, "token", token).body());
    assertEquals(count, ask("log", "append", "f", more, "token", token).body());
    assertEquals(end, ask("lock", "release", "g", null, "token", token).body());
    assertEquals(400, refused("state", "incrementCurationCount", json("by", 3), "requestId", "a"));
    assertEquals(
        503, refused("state", "incrementCurationCount", two, "requestId", "z", "instance", before));
    assertEquals(1, await(keeper.log().getById(id)).orElseThrow().operations().size());
    assertFalse(await(keeper.lock().status()).held());
    assertEquals(List.of(), events);
  }

  @Test
  void aGrantThatNobodyHeardIsANewOneAfterARestart() {
    long first = ask("lock", "tryAcquire", "first", null).body().getLong("token");
    JsonObject wish = json("waitMs", 60_000);
    DeliveryOptions gone = Requests.options("tryAcquire", "requestId", "gone").setSendTimeout(100);
    assertThrows(
        RuntimeException.class,
        () -> Requests.await(vertx.eventBus().request("dream.lock", wish, gone)),
        "its reply address is closed now");
    Future<Message<JsonObject>> next =
        Requests.send(vertx, "dream.lock", "tryAcquire", wish, "requestId", "next");
    ask("lock", "release", "end", null, "token", Long.toString(first));
    long token = await(next).body().getLong("token");
    stop();
    serve();
    JsonObject grant = ask("lock", "tryAcquire", "gone", wish).body();
    assertTrue(grant.getLong("token") > token);
    assertTrue(await(keeper.lock().status()).held());
  }

  @Test
  void whatIsHeardIsKept() {
    List<JsonObject> heard = new CopyOnWriteArrayList<>();
    Promise<Void> skipped = Promise.promise();
    vertx
        .eventBus()
        .<JsonObject>localConsumer(
            "dream.events",
            event -> {
              heard.add(event.body());
              if (event.body().getString("type").equals("dream.skipped")) {
                skipped.complete();
              }
            });
    await(keeper.state().incrementCurationCount(5));
    await(keeper.run(options(), run -> Future.succeededFuture("well")));
    await(keeper.run(options(), run -> Future.succeededFuture("too early")));
    await(skipped.future());
    List<JsonObject> told =
        heard.stream().filter(each -> !each.getString("type").equals("state.changed")).toList();
    List<JsonObject> kept = await(store.journal().events(null, 1_000)).events();
    told.forEach(each -> each.remove("seq"));
    assertEquals(told, kept);
    assertEquals(
        List.of("lock.acquired", "log.saved", "lock.released", "dream.skipped"),
        kept.stream().map(each -> each.getString("type")).toList());
  }
}
