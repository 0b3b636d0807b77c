package org.dreamkeeper.postgres;

import static org.dreamkeeper.Served.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.dreamkeeper.Calls;
import org.dreamkeeper.Served;
import org.dreamkeeper.bus.impl.async.Time;
import org.dreamkeeper.file.Machine;
import org.dreamkeeper.postgres.Proxy.Mode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What the journal of commits is for: no change is made twice, whatever breaks, and when. */
@ExtendWith(VertxExtension.class)
final class PgJournalTest {
  private static final String WARM = "drm-1";
  private static final TestDatabase DATABASE = new TestDatabase(PgServer.uri());

  private final String address = "j" + UUID.randomUUID();
  private Vertx vertx;
  private Proxy proxy;
  private Served served;

  /** Who holds the lock, or null. */
  private String token;

  @BeforeEach
  void serve(Vertx with) {
    vertx = with;
    proxy = new Proxy(PgServer.uri());
    serve(new JsonObject());
  }

  private void serve(JsonObject log) {
    JsonObject config = json("address", address).put("postgres", proxy.uri()).put("log", log);
    served = Served.at(vertx, Time.system(vertx), Machine.REAL, config);
  }

  @AfterEach
  void stop() {
    proxy.set(Mode.PASS);
    served.close();
  }

  private static JsonObject json(String key, Object value) {
    return new JsonObject().put(key, value);
  }

  /** Sends something whose commit is done, and whose answer from the database is cut off. */
  private Future<Message<JsonObject>> unanswered(
      String actor, String action, JsonObject body, String... headers) {
    warm();
    long commits = commits(actor);
    proxy.set(Mode.DEAF);
    Future<Message<JsonObject>> sent = served.send(actor, action, body, headers);
    Served.until(() -> commits(actor) > commits);
    return sent;
  }

  private long commits(String actor) {
    return Long.parseLong(
        DATABASE.sql(
            "SELECT commits FROM dreamkeeper.cell WHERE project = ? AND actor = ?",
            address,
            actor));
  }

  /** Prepares the statements on the connection of each actor: it is the next to be used. */
  private void warm() {
    served.ask("state", "update", json("warm", System.nanoTime()));
    warmLock();
    served.ask("log", "save", Calls.bareEntry(WARM, System.currentTimeMillis(), "processing"));
    JsonObject more = json("id", WARM).put("operations", new JsonArray().add(Calls.prune()));
    served.ask("log", "append", more);
  }

  private void warmLock() {
    if (token == null) {
      String mine = served.ask("lock", "tryAcquire", null).getLong("token").toString();
      served.ask("lock", "rollback", null, "token", mine);
    } else {
      served.ask("lock", "renew", null, "token", token);
    }
  }

  private JsonObject inSpite(String actor, String action, JsonObject body, String... headers) {
    Future<Message<JsonObject>> sent = unanswered(actor, action, body, headers);
    proxy.set(Mode.PASS);
    return await(sent).body();
  }

  /** As if the host had died: nothing of memory stays. */
  private void anotherHost() {
    proxy.set(Mode.PASS);
    served.close();
    serve(new JsonObject());
  }

  private int curations() {
    return served.ask("state", "read", null).getInteger("curationsSinceDream");
  }

  private String nextId() {
    return served.ask("log", "nextId", null).getString("id");
  }

  @Test
  void whoGotNoAnswerFromTheDatabaseNoticesNothingButTime() {
    assertEquals(
        2,
        inSpite("state", "incrementCurationCount", json("by", 2))
            .getInteger("curationsSinceDream"));
    JsonObject paths = json("paths", new JsonArray().add("a.md"));
    assertEquals(1, inSpite("state", "enqueueStaleSummaryPaths", paths).getInteger("added"));
    assertEquals(
        List.of("a.md"),
        inSpite("state", "drainStaleSummaryPaths", null).getJsonArray("paths").getList());
    token = inSpite("lock", "tryAcquire", null).getLong("token").toString();
    String id = nextId();
    JsonObject entry = Calls.bareEntry(id, 1_000, "processing");
    inSpite("log", "save", entry, "token", token);
    JsonObject more = json("id", id).put("operations", new JsonArray().add(Calls.prune()));
    for (int count = 1; count <= 3; count++) {
      assertEquals(count, inSpite("log", "append", more, "token", token).getInteger("count"));
    }
    JsonObject whole = served.ask("log", "getById", json("id", id));
    assertEquals(3, whole.getJsonArray("operations").size());
    inSpite("log", "save", whole.put("status", "completed").put("completedAt", 2_000));
    long at = inSpite("lock", "release", null, "token", token).getLong("completedAt");
    assertEquals(at, served.ask("lock", "status", null).getLong("lastCompletedAt"));
    assertEquals(2, curations());
    assertEquals(
        List.of("lock.acquired", "log.saved", "log.saved", "lock.released"),
        served.events().stream()
            .filter(each -> token.equals(String.valueOf(each.getValue("token"))))
            .map(each -> each.getString("type"))
            .toList());
  }

  @Test
  void whatGoesWithASaveWhoseAnswerIsCutOffIsTold() {
    served.close();
    serve(json("maxEntries", 2));
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      ids.add(nextId());
      inSpite("log", "save", Calls.bareEntry(ids.get(i), 1_000, "completed").put("completedAt", 2));
    }
    List<Object> pruned = new ArrayList<>();
    served.events("log.pruned").forEach(each -> each.getJsonArray("ids").forEach(pruned::add));
    pruned.retainAll(ids);
    assertEquals(ids.subList(0, 2), pruned);
    assertNull(served.ask("log", "getById", json("id", ids.get(1))));
  }

  @Test
  void whatWasDoneBeforeAHostDiedIsAnsweredByTheNextAndNotDoneAgain() {
    JsonObject two = json("by", 2);
    unanswered("state", "incrementCurationCount", two, "requestId", "a");
    anotherHost();
    Message<JsonObject> again =
        await(served.send("state", "incrementCurationCount", two, "requestId", "a"));
    assertEquals(2, again.body().getInteger("curationsSinceDream"));
    assertEquals("true", again.headers().get("repeated"));
    JsonObject paths = json("paths", new JsonArray().add("a.md"));
    served.ask("state", "enqueueStaleSummaryPaths", paths);
    unanswered("state", "drainStaleSummaryPaths", null, "requestId", "b");
    anotherHost();
    for (int i = 0; i < 2; i++) {
      JsonObject drained = served.ask("state", "drainStaleSummaryPaths", null, "requestId", "b");
      assertEquals(List.of("a.md"), drained.getJsonArray("paths").getList());
    }
    String id = nextId();
    served.ask("log", "save", Calls.bareEntry(id, System.currentTimeMillis(), "processing"));
    JsonObject more = json("id", id).put("operations", new JsonArray().add(Calls.prune()));
    unanswered("log", "append", more, "requestId", "c");
    anotherHost();
    assertEquals(1, served.ask("log", "append", more, "requestId", "c").getInteger("count"));
    assertEquals(2, served.ask("log", "append", more).getInteger("count"));
    assertEquals(2, curations());
  }

  @Test
  void whatIsAnsweredIsRememberedAThousandTimes() {
    List<Future<?>> all = new ArrayList<>();
    for (int i = 0; i < 1_500; i++) {
      all.add(served.send("state", "incrementCurationCount", null, "requestId", "r" + i));
    }
    await(Future.all(all));
    anotherHost();
    for (int i = 500; i < 1_500; i += 111) {
      served.ask("state", "incrementCurationCount", null, "requestId", "r" + i);
    }
    assertEquals(1_500, curations());
  }

  @Test
  void anEventIsThereAlsoIfNobodyCouldTellIt() {
    String id = nextId();
    unanswered("log", "save", Calls.bareEntry(id, 1_000, "completed").put("completedAt", 2));
    String saved =
        DATABASE.sql(
            "SELECT each::text FROM dreamkeeper.event, json_array_elements(content) each"
                + " WHERE project = ? AND each->>'id' = ? ORDER BY n DESC",
            address,
            id);
    assertEquals("log.saved", new JsonObject(saved).getString("type"));
    proxy.set(Mode.PASS);
  }

  @Test
  void aStatementThatStillWaitsWhenItsHostIsReplacedChangesNothing() throws Exception {
    served.ask("state", "incrementCurationCount", null);
    warm();
    Future<Message<JsonObject>> sent;
    try (var blocker = DATABASE.connect()) {
      blocker.setAutoCommit(false);
      try (var lock =
          blocker.prepareStatement(
              "SELECT FROM dreamkeeper.cell WHERE project = ? AND actor = 'state' FOR UPDATE")) {
        lock.setString(1, address);
        lock.execute();
      }
      sent = served.send("state", "incrementCurationCount", null);
      Served.until(() -> waiting() > 0);
      proxy.set(Mode.CUT);
      try (var take =
          blocker.prepareStatement(
              "UPDATE dreamkeeper.cell SET epoch = epoch + 1, claimant = 'another'"
                  + " WHERE project = ? AND actor = 'state'")) {
        take.setString(1, address);
        take.execute();
      }
      proxy.set(Mode.PASS);
      blocker.commit();
    }
    int code = await(sent.transform(end -> Future.succeededFuture(code(end.cause()))));
    assertEquals(503, code);
    anotherHost();
    assertEquals(1, curations());
  }

  private static int code(Throwable failure) {
    return failure instanceof io.vertx.core.eventbus.ReplyException reply ? reply.failureCode() : 0;
  }

  private static int waiting() {
    return Integer.parseInt(
        DATABASE.sql("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"));
  }
}
