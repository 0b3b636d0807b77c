package org.dreamkeeper.postgres;

import static org.dreamkeeper.Served.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.AsyncResult;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.dreamkeeper.DreamkeeperOptions;
import org.dreamkeeper.DreamkeeperVerticle;
import org.dreamkeeper.Served;
import org.dreamkeeper.StartException;
import org.dreamkeeper.bus.impl.async.Time;
import org.dreamkeeper.file.Machine;
import org.dreamkeeper.postgres.Proxy.Mode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A project that a database keeps, over the bus, with a proxy before the database. */
@ExtendWith(VertxExtension.class)
final class PgServedTest {
  private static final int TOKEN_BITS = 20;

  private final String address = "p" + UUID.randomUUID();
  private Vertx vertx;
  private Proxy proxy;
  private Served served;

  @BeforeEach
  void serve(Vertx with) {
    vertx = with;
    proxy = new Proxy(PgServer.uri());
    served = served();
  }

  @AfterEach
  void stop() {
    proxy.set(Mode.PASS);
    served.close();
  }

  private JsonObject config() {
    return new JsonObject().put("address", address).put("postgres", proxy.uri());
  }

  private Served served() {
    return Served.at(vertx, Time.system(vertx), Machine.REAL, config());
  }

  private String acquire() {
    JsonObject grant = served.ask("lock", "tryAcquire", null);
    assertTrue(grant.getBoolean("acquired"), grant::encode);
    return grant.getLong("token").toString();
  }

  private String nextId() {
    return served.ask("log", "nextId", null).getString("id");
  }

  private static JsonObject entry(String id, String status) {
    JsonObject summary =
        new JsonObject(
            "{\"consolidated\":0,\"synthesized\":0,\"pruned\":0,\"flaggedForReview\":0,"
                + "\"errors\":0}");
    JsonObject entry =
        new JsonObject()
            .put("id", id)
            .put("startedAt", 1_000)
            .put("trigger", "manual")
            .put("status", status)
            .put("operations", new JsonArray())
            .put("summary", summary);
    return status.equals("processing") ? entry : entry.put("completedAt", 2_000);
  }

  private static JsonObject prune(int number) {
    return new JsonObject()
        .put("type", "PRUNE")
        .put("action", "KEEP")
        .put("file", number + ".md")
        .put("reason", "still true")
        .put("needsReview", false);
  }

  private int curations() {
    return served.ask("state", "read", null).getInteger("curationsSinceDream");
  }

  @Test
  void aDreamIsKeptAndSoIsItsEndAfterARestart() {
    served.ask("state", "incrementCurationCount", new JsonObject().put("by", 3));
    String token = acquire();
    String id = nextId();
    served.ask("log", "save", entry(id, "processing"), "token", token);
    JsonArray operations = new JsonArray().add(prune(1)).add(prune(2));
    for (int i = 0; i < 3; i++) {
      JsonObject body = new JsonObject().put("id", id).put("operations", operations);
      assertEquals(2 * i + 2, served.ask("log", "append", body).getInteger("count"));
    }
    JsonObject grown = served.ask("log", "getById", new JsonObject().put("id", id));
    assertEquals(6, grown.getJsonArray("operations").size());
    served.ask("log", "save", grown.put("status", "completed").put("completedAt", 2_000));
    served.ask("state", "recordDream", new JsonObject().put("logId", id));
    served.ask("lock", "release", null, "token", token);
    served.close();
    served = served();
    assertEquals(0, curations());
    assertEquals(grown, served.ask("log", "getById", new JsonObject().put("id", id)));
    assertTrue(Long.parseLong(acquire()) >> TOKEN_BITS > Long.parseLong(token) >> TOKEN_BITS);
  }

  @Test
  void whatAHostThatDiedHasLeftIsEnded() {
    String id = nextId();
    served.ask("log", "save", entry(id, "processing"), "token", acquire());
    PgServer.sql(
        "UPDATE dreamkeeper.cell SET epoch = epoch + 1, claimant = 'gone' WHERE project = ?",
        address);
    assertEquals(503, served.refused("state", "incrementCurationCount", null).failureCode());
    assertEquals(503, served.refused("log", "save", entry(id, "completed")).failureCode());
    served.close();
    served = served();
    JsonObject entry = served.ask("log", "getById", new JsonObject().put("id", id));
    assertEquals("error", entry.getString("status"));
    acquire();
  }

  @Test
  void moreThanIsKeptGoes() {
    served.close();
    JsonObject config = config().put("log", new JsonObject().put("maxEntries", 3));
    served = Served.at(vertx, Time.system(vertx), Machine.REAL, config);
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      ids.add(nextId());
      served.ask("log", "save", entry(ids.get(i), "completed"));
    }
    JsonArray kept = served.ask("log", "list", null).getJsonArray("entries");
    assertEquals(3, kept.size());
    assertNull(served.ask("log", "getById", new JsonObject().put("id", ids.get(0))));
  }

  @Test
  void eachIsDoneOnceThoughTheAnswersAreCutOff() {
    List<Future<?>> all = new ArrayList<>();
    JsonObject one = new JsonObject().put("by", 1);
    for (int round = 0; round < 10; round++) {
      int cuts = proxy.cuts();
      proxy.set(Mode.DEAF);
      for (int i = 0; i < 50; i++) {
        all.add(served.send("state", "incrementCurationCount", one));
      }
      Served.until(() -> proxy.cuts() > cuts);
      proxy.set(Mode.PASS);
      await(Future.all(all));
    }
    assertEquals(all.size(), curations());
  }

  @Test
  void whereTheDatabaseIsAwayThatIsToldAndItComesBackByItself() {
    served.ask("state", "incrementCurationCount", null);
    proxy.set(Mode.CUT);
    Future<?> read = served.send("state", "read", null);
    var refusal = served.refused("state", "incrementCurationCount", null);
    assertFalse(await(read.transform(this::told)), "what cannot be read is not empty");
    assertEquals(507, refusal.failureCode());
    assertEquals(1, refusal.getMessage().lines().count());
    assertFalse(refusal.getMessage().contains("postgres:postgres"), refusal.getMessage());
    proxy.set(Mode.PASS);
    // It does not serve before its beats have come through again.
    Served.until(() -> await(served.send("state", "read", null).transform(this::told)));
    int before = curations();
    served.ask("state", "incrementCurationCount", null);
    assertEquals(before + 1, curations());
    acquire();
  }

  private Future<Boolean> told(AsyncResult<?> end) {
    return Future.succeededFuture(end.succeeded());
  }

  private StartException notStarted(JsonObject config) {
    DeploymentOptions options = new DeploymentOptions().setConfig(config);
    Future<String> start = vertx.deployVerticle(new DreamkeeperVerticle(), options);
    return (StartException) assertThrows(RuntimeException.class, () -> await(start)).getCause();
  }

  @Test
  void whoCannotStartSaysWhyOnOneLineAndGivesNothingAway() {
    JsonObject nobody =
        new JsonObject()
            .put("address", address + "2")
            .put("postgres", "postgresql://me:secret@127.0.0.1:1/db");
    StartException no = notStarted(nobody);
    assertEquals(StartException.Reason.DATABASE_UNREACHABLE, no.reason());
    assertTrue(no.getMessage().startsWith("DATABASE_UNREACHABLE: 127.0.0.1:1/db: "));
    assertFalse(no.getMessage().contains("secret"), no.getMessage());
    StartException odd = notStarted(config().put("postgres", "mysql://me:secret@host/db"));
    assertEquals(StartException.Reason.INVALID_CONFIG, odd.reason());
    assertFalse(odd.getMessage().contains("secret"), odd.getMessage());
    for (JsonObject config :
        List.of(
            config().put("durability", "fsync"),
            config().put("lock", new JsonObject().put("settleMs", 0)),
            config().put("lock", new JsonObject().put("foreignPids", "age")),
            config().put("lock", new JsonObject().put("staleTimeoutMs", 60_000)))) {
      StartException idle = notStarted(config);
      assertEquals(StartException.Reason.INVALID_CONFIG, idle.reason());
      assertTrue(idle.getMessage().contains(" is set, which says something of files alone"));
    }
    DreamkeeperOptions options = new DreamkeeperOptions(config());
    assertEquals(options.toJson(), new DreamkeeperOptions(options.toJson()).toJson());
    StartException both = notStarted(config().put("baseDir", "data"));
    assertEquals(StartException.Reason.INVALID_CONFIG, both.reason());
    assertEquals(proxy.uri(), new DreamkeeperOptions(config()).toJson().getString("postgres"));
  }
}
