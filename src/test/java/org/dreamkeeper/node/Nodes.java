package org.dreamkeeper.node;

import static org.dreamkeeper.Served.await;

import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.dreamkeeper.ClusterNode;
import org.dreamkeeper.DreamkeeperNode;
import org.dreamkeeper.Requests;
import org.dreamkeeper.postgres.TestDatabase;

/** Several nodes on one cluster in this JVM, and a database of their own. */
final class Nodes implements AutoCloseable {
  private final String cluster = UUID.randomUUID().toString();
  private final List<Vertx> members = new ArrayList<>();
  private final TestDatabase database;
  final String uri;

  Nodes() {
    database = TestDatabase.of(Path.of("/nodes", cluster));
    uri = database.uri();
  }

  /** Joins the cluster. */
  Vertx member() {
    Vertx member = await(ClusterNode.join(cluster));
    members.add(member);
    return member;
  }

  static JsonObject config(String uri, String... projects) {
    JsonArray all = new JsonArray();
    for (String project : projects) {
      all.add(new JsonObject().put("address", project));
    }
    return new JsonObject().put("postgres", uri).put("projects", all);
  }

  /** Deploys a node on a member. */
  Future<String> deploy(Vertx member, JsonObject config) {
    return member.deployVerticle(new DreamkeeperNode(), new DeploymentOptions().setConfig(config));
  }

  Vertx node(String... projects) {
    Vertx member = member();
    await(deploy(member, config(uri, projects)));
    return member;
  }

  static Future<JsonObject> send(
      Vertx from, String address, String action, JsonObject body, String... headers) {
    return from.eventBus()
        .<JsonObject>request(address, body, Requests.options(action, headers))
        .map(reply -> reply.body());
  }

  static JsonObject ask(
      Vertx from, String address, String action, JsonObject body, String... headers) {
    return await(send(from, address, action, body, headers));
  }

  /** The first value that a statement gives on the nodes' database. */
  String sql(String statement, Object... values) {
    return database.sql(statement, values);
  }

  /** Counts the projects of each node that has some. */
  String counts() {
    return sql(
        "SELECT string_agg(n::text, ' ' ORDER BY n) FROM (SELECT count(*) n FROM"
            + " dreamkeeper.project WHERE term > 0 GROUP BY node) each");
  }

  /** Closes a member in good order. */
  void close(Vertx member) {
    members.remove(member);
    await(member.close());
  }

  @Override
  public void close() {
    List.copyOf(members).forEach(this::close);
  }
}
