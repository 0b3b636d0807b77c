package org.dreamkeeper.postgres;

import static org.dreamkeeper.Served.await;
import static org.dreamkeeper.Served.until;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;
import org.dreamkeeper.DreamkeeperVerticle;
import org.dreamkeeper.Requests;
import org.dreamkeeper.postgres.Proxy.Mode;
import org.dreamkeeper.torture.Rounds;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A host is gone while its statement waits for a row, and the server does not notice: the statement
 * is carried out later on, before the next host has claimed the project, or not at all.
 */
final class KilledClientTest {
  private static final String WAITING =
      "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
          + " AND datname = current_database()";

  /** More than a beat, less than a change of a state. */
  private static final int STATEMENT_BYTES = 150;

  private final Vertx maker = Vertx.vertx();
  private TestDatabase database;
  private int expected;

  @TempDir Path inItsStead;

  @AfterEach
  void stop() {
    await(maker.close());
  }

  private static Vertx host(String uri) {
    Vertx vertx = Vertx.vertx();
    JsonObject config = new JsonObject().put("postgres", uri);
    await(
        vertx.deployVerticle(new DreamkeeperVerticle(), new DeploymentOptions().setConfig(config)));
    return vertx;
  }

  private static Future<JsonObject> increment(Vertx host, String id) {
    return Requests.send(
            host, "dream.state", "incrementCurationCount", new JsonObject(), "requestId", id)
        .map(reply -> reply.body());
  }

  private static int curations(Vertx host) {
    return await(Requests.send(host, "dream.state", "read", null))
        .body()
        .getInteger("curationsSinceDream");
  }

  /** A statement waits for a row that somebody has locked; the next claim may stand behind it. */
  private Vertx whileARowIsLocked(Vertx killed, Proxy proxy, String id, boolean inLine)
      throws SQLException {
    try (Connection other = database.connect()) {
      other.setAutoCommit(false);
      try (Statement statement = other.createStatement()) {
        statement.execute("SELECT FROM dreamkeeper.cell WHERE actor = 'state' FOR UPDATE");
      }
      increment(killed, id);
      until(() -> database.sql(WAITING).equals("1"));
      kill(proxy);
      if (!inLine) {
        other.rollback();
        return host(database.uri());
      }
      Future<Vertx> starting = maker.executeBlocking(() -> host(database.uri()));
      until(() -> database.sql(WAITING).equals("2"));
      other.rollback();
      return await(starting);
    }
  }

  /** A statement is on its way for so long that the next host has claimed the project before. */
  private Vertx whileItIsOnItsWay(Vertx killed, Proxy proxy, String id) {
    await(increment(killed, UUID.randomUUID().toString()));
    int before = ++expected;
    proxy.set(Mode.HELD);
    increment(killed, id);
    until(() -> proxy.holds(STATEMENT_BYTES));
    kill(proxy);
    Vertx next = host(database.uri());
    assertEquals(before, curations(next));
    await(proxy.deliver());
    assertEquals(before, curations(next), "what came too late has changed nothing");
    return next;
  }

  private void kill(Proxy proxy) {
    proxy.set(Mode.CUT);
    database.sql("DELETE FROM dreamkeeper.node");
  }

  @Test
  void whatItHadAskedForIsDoneOnceOrNot() throws SQLException {
    database = TestDatabase.of(inItsStead);
    int rounds = Rounds.of(9, 200);
    for (int i = 0; i < rounds; i++) {
      Proxy proxy = new Proxy(database.uri());
      Vertx killed = host(proxy.uri());
      String id = UUID.randomUUID().toString();
      Vertx next =
          i % 3 == 0
              ? whileItIsOnItsWay(killed, proxy, id)
              : whileARowIsLocked(killed, proxy, id, i % 3 == 1);
      await(increment(next, id));
      until(() -> database.sql(WAITING).equals("0"));
      assertEquals(++expected, curations(next), "whoever did it, it is done, and once");
      // And if it was only cut off, what it still tries is refused.
      proxy.set(Mode.PASS);
      await(killed.close());
      assertEquals(expected, curations(next));
      await(next.close());
    }
    Rounds.report("hosts killed while a statement waited: " + rounds + ", 0 lost, 0 doubled");
  }
}
