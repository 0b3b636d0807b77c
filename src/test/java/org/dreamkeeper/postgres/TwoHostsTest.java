package org.dreamkeeper.postgres;

import static org.dreamkeeper.Served.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.nio.file.Path;
import java.util.UUID;
import org.dreamkeeper.DreamkeeperVerticle;
import org.dreamkeeper.Requests;
import org.dreamkeeper.Served;
import org.dreamkeeper.bus.impl.async.Time;
import org.dreamkeeper.file.Machine;
import org.dreamkeeper.postgres.Proxy.Mode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Two hosts of one project in a database: the second waits for the first. */
@ExtendWith(VertxExtension.class)
final class TwoHostsTest {
  private final String address = "p" + UUID.randomUUID();
  private final TestDatabase database = TestDatabase.of(Path.of("/hosts", address));
  private Vertx vertx;
  private Proxy proxy;
  private Served served;

  @BeforeEach
  void serve(Vertx with) {
    vertx = with;
    proxy = new Proxy(database.uri());
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

  @Test
  void whoComesSecondWaitsUntilTheFirstHasStopped() {
    served.ask("state", "incrementCurationCount", null);
    Vertx other = Vertx.vertx();
    try {
      Future<String> second =
          other.deployVerticle(
              new DreamkeeperVerticle(), new DeploymentOptions().setConfig(config()));
      JsonObject none = new JsonObject();
      Served.until(() -> nodes() == 2);
      assertFalse(second.isComplete());
      served.ask("state", "incrementCurationCount", null);
      served.close();
      await(second);
      JsonObject state =
          (JsonObject)
              await(other.eventBus().request(address + ".state", none, Requests.options("read")))
                  .body();
      assertEquals(2, state.getInteger("curationsSinceDream"));
    } finally {
      await(other.close());
      served = served();
    }
  }

  private int nodes() {
    return Integer.parseInt(database.sql("SELECT count(*) FROM dreamkeeper.node"));
  }

  /** Of the first: he sees the second at the next. */
  private long beats() {
    return Long.parseLong(database.sql("SELECT max(beat) FROM dreamkeeper.node"));
  }

  @Test
  void whoHangsIsTakenOverFromAndWritesNothing() {
    served.ask("state", "incrementCurationCount", null);
    Vertx other = Vertx.vertx();
    try {
      JsonObject direct = config().put("postgres", database.uri());
      Future<String> second =
          other.deployVerticle(
              new DreamkeeperVerticle(), new DeploymentOptions().setConfig(direct));
      Served.until(() -> nodes() == 2);
      long seen = beats() + 2;
      Served.until(() -> beats() >= seen);
      proxy.set(Mode.HOLE);
      await(second);
      assertEquals(503, served.refused("state", "incrementCurationCount", null).failureCode());
      proxy.set(Mode.CUT);
      proxy.set(Mode.PASS);
      Served.until(() -> nodes() == 2);
      served.refused("state", "incrementCurationCount", null);
      assertEquals(503, served.refused("state", "incrementCurationCount", null).failureCode());
      JsonObject none = new JsonObject();
      JsonObject state =
          (JsonObject)
              await(other.eventBus().request(address + ".state", none, Requests.options("read")))
                  .body();
      assertEquals(1, state.getInteger("curationsSinceDream"));
    } finally {
      await(other.close());
    }
  }

  /**
   * The version of a row is its transaction's number, which a server that lost some gives again.
   */
  @Test
  void aVersionThatComesAgainLetsNobodyWriteWhoWasReplaced() {
    served.ask("state", "incrementCurationCount", null);
    database.sql(
        """
        DO $$ BEGIN
          EXECUTE (SELECT format('CREATE VIEW dreamkeeper.again AS SELECT *, %L::xid AS xmin
            FROM dreamkeeper.cell', xmin) FROM dreamkeeper.cell WHERE actor = 'state');
          ALTER TABLE dreamkeeper.cell RENAME TO kept;
          ALTER VIEW dreamkeeper.again RENAME TO cell;
          UPDATE dreamkeeper.kept SET epoch = epoch + 1, claimant = 'another';
        END $$
        """);
    assertEquals(503, served.refused("state", "incrementCurationCount", null).failureCode());
    String state = database.sql("SELECT content::text FROM dreamkeeper.kept WHERE actor = 'state'");
    assertEquals(1, new JsonObject(state).getInteger("curationsSinceDream"));
  }
}
