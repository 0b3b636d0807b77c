package org.dreamkeeper.node;

import static org.dreamkeeper.Served.await;
import static org.dreamkeeper.Served.until;
import static org.dreamkeeper.node.Nodes.ask;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.dreamkeeper.Dreamkeeper;
import org.dreamkeeper.DreamkeeperVerticle;
import org.dreamkeeper.Requests;
import org.dreamkeeper.Served;
import org.dreamkeeper.StartException;
import org.dreamkeeper.bus.impl.async.StandIns;
import org.dreamkeeper.bus.impl.async.Time;
import org.dreamkeeper.run.RunOptions;
import org.dreamkeeper.run.RunResult;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What reaches a project through a node that does not serve it. */
final class GatewayTest {
  private static Nodes nodes;
  private static Vertx serving;
  private static Vertx asking;

  @BeforeAll
  static void serve() {
    nodes = new Nodes();
    serving = nodes.member();
    StandIns.put(serving, Time.class, new YearsAhead(Time.system(serving)));
    await(nodes.deploy(serving, Nodes.config(nodes.uri, "a")));
    asking = nodes.member();
    JsonObject config = Nodes.config(nodes.uri, "a").put("serve", false);
    config.remove("postgres");
    await(nodes.deploy(asking, config));
  }

  /** The wall clock of the node that serves; nothing that is asked of it rests on that. */
  private record YearsAhead(Time time) implements Time {
    @Override
    public long millis() {
      return time.millis() + 100_000_000_000L;
    }

    @Override
    public long nanos() {
      return time.nanos();
    }

    @Override
    public Runnable schedule(long delayMs, Runnable task) {
      return time.schedule(delayMs, task);
    }
  }

  @AfterAll
  static void stop() {
    nodes.close();
  }

  private static Throwable refused(Future<?> answer) {
    return assertThrows(Served.Failed.class, () -> await(answer)).getCause();
  }

  @Test
  void aNodeWithoutADatabaseRunsDreams() {
    Dreamkeeper keeper = Dreamkeeper.client(asking, "a");
    await(keeper.state().incrementCurationCount(5));
    RunResult<String> result =
        await(keeper.run(new RunOptions().setForce(true), run -> Future.succeededFuture("well")));
    assertTrue(result instanceof RunResult.Completed, result::toString);
    assertTrue(await(keeper.admin().overview()).toString().length() > 0);
  }

  @Test
  void theOrderStaysAndEachIsAnsweredOnce() {
    int before = ask(asking, "a.state", "read", null).getInteger("curationsSinceDream");
    List<Future<JsonObject>> all = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      all.add(Nodes.send(asking, "a.state", "incrementCurationCount", null));
    }
    for (int i = 0; i < all.size(); i++) {
      assertEquals(before + i + 1, await(all.get(i)).getInteger("curationsSinceDream"));
    }
  }

  @Test
  void aRepeatedRequestIsDoneOnce() {
    String[] id = {"requestId", "once"};
    JsonObject first = ask(asking, "a.state", "incrementCurationCount", null, id);
    JsonObject again = ask(serving, "a.state", "incrementCurationCount", null, id);
    assertEquals(first.getInteger("curationsSinceDream"), again.getInteger("curationsSinceDream"));
    JsonObject other = new JsonObject().put("by", 7);
    String wrong =
        refused(Nodes.send(asking, "a.state", "incrementCurationCount", other, id)).getMessage();
    assertTrue(wrong.startsWith("INVALID_REQUEST: header requestId"), wrong);
  }

  @Test
  void aGrantThatNobodyHearsIsRolledBack() {
    DeliveryOptions options = Requests.options("tryAcquire").setSendTimeout(300);
    JsonObject grant = ask(serving, "a.lock", "tryAcquire", null);
    Future<?> gone =
        asking.eventBus().request("a.lock", new JsonObject().put("waitMs", 60_000), options);
    until(() -> ask(serving, "a.lock", "status", null).getInteger("waiting") == 1);
    refused(gone);
    ask(serving, "a.lock", "rollback", null, "token", grant.getLong("token").toString());
    until(() -> !ask(serving, "a.lock", "status", null).getBoolean("held"));
  }

  @Test
  void whatIsLeftOfTheTimeCountsAndNoWallClock() {
    String soon = Long.toString(System.currentTimeMillis() + 60_000);
    ask(asking, "a.state", "read", null, "deadline", soon);
    JsonObject grant = ask(serving, "a.lock", "tryAcquire", null);
    JsonObject wish = new JsonObject().put("waitMs", 200);
    long begun = System.nanoTime();
    JsonObject refused = ask(asking, "a.lock", "tryAcquire", wish, "deadline", soon);
    assertFalse(refused.getBoolean("acquired"));
    assertTrue(System.nanoTime() - begun >= 200_000_000);
    String late = Long.toString(System.currentTimeMillis() + 300);
    Future<?> waiting =
        Nodes.send(asking, "a.lock", "tryAcquire", wish.put("waitMs", 60_000), "deadline", late);
    assertTrue(refused(waiting).getMessage().startsWith("DEADLINE_PASSED"));
    ask(serving, "a.lock", "rollback", null, "token", grant.getLong("token").toString());
  }

  @Test
  void aProcessWithoutANodeAsksTheDocumentedAddress() {
    Vertx outside = nodes.member();
    JsonObject state = ask(outside, "dreamkeeper", "read", null, "project", "a", "actor", "state");
    assertTrue(state.containsKey("curationsSinceDream"));
    String[] unknown = {"project", "b", "actor", "state"};
    String why = refused(Nodes.send(outside, "dreamkeeper", "read", null, unknown)).getMessage();
    assertTrue(why.startsWith("NOT_SERVING: "), why);
  }

  @Test
  void whatIsWrongIsRefusedAsByTheActorItself() {
    assertTrue(
        refused(Nodes.send(asking, "a.state", "none", null)).getMessage().startsWith("UNKNOWN"));
    String late =
        refused(Nodes.send(asking, "a.state", "read", null, "deadline", "1")).getMessage();
    assertTrue(late.startsWith("DEADLINE_PASSED"), late);
    String odd =
        refused(Nodes.send(asking, "a.state", "read", null, "deadline", "soon")).getMessage();
    assertTrue(odd.startsWith("INVALID_REQUEST: header deadline"), odd);
  }

  @Test
  void conflictingSettingsFailTheLaterNode() {
    Vertx third = nodes.member();
    JsonObject config = Nodes.config(nodes.uri, "a");
    config
        .getJsonArray("projects")
        .getJsonObject(0)
        .put("lock", new JsonObject().put("leaseMs", 5_000));
    StartException no = (StartException) refused(nodes.deploy(third, config));
    assertEquals(
        "INVALID_CONFIG: a: lock.leaseMs is 5000 here, and 1800000 in the database",
        no.getMessage());
    assertFalse(no.getMessage().contains("postgres:"), no.getMessage());
  }

  @Test
  void aNodeThatWasStoppedIsDeployedAgain() {
    Vertx again = nodes.member();
    await(again.undeploy(await(nodes.deploy(again, Nodes.config(nodes.uri, "a")))));
    await(nodes.deploy(again, Nodes.config(nodes.uri, "a")));
    ask(again, "a.state", "read", null);
    nodes.close(again);
  }

  @Test
  void anAddressThatIsTakenHereFailsTheNode(@TempDir Path dir) {
    Vertx fourth = nodes.member();
    JsonObject own = new JsonObject().put("address", "a").put("baseDir", dir.toString());
    await(fourth.deployVerticle(new DreamkeeperVerticle(), new DeploymentOptions().setConfig(own)));
    StartException no =
        (StartException) refused(nodes.deploy(fourth, Nodes.config(nodes.uri, "a")));
    assertEquals(StartException.Reason.ADDRESS_IN_USE, no.reason());
  }
}
