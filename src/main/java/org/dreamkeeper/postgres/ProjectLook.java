package org.dreamkeeper.postgres;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import java.util.Optional;
import org.dreamkeeper.postgres.NodeLook.Node;

/**
 * What is seen of a project by who does not claim it.
 *
 * @param settings those on which all nodes must agree; null where no node may serve it but one that
 *     names it alone
 * @param server the node that is to serve it, if there is one: it may be dead
 */
public record ProjectLook(JsonObject settings, Optional<Node> server) {
  static final String SQL =
      """
      SELECT EXISTS (SELECT FROM dreamkeeper.cell WHERE project = $1) AS kept,
        (SELECT settings::text FROM dreamkeeper.project WHERE project = $1 AND shared) AS settings,
        (SELECT json_build_array(node, beat, serves, about)::text
          FROM dreamkeeper.project JOIN dreamkeeper.node USING (node)
          WHERE project = $1) AS server
      """;

  /** Reads it; empty if nothing is kept. */
  static Optional<ProjectLook> of(Row row) {
    if (!row.getBoolean("kept")) {
      return Optional.empty();
    }
    String settings = row.getString("settings");
    return Optional.of(
        new ProjectLook(
            settings == null ? null : new JsonObject(settings),
            Optional.ofNullable(row.getString("server")).map(JsonArray::new).map(Node::of)));
  }
}
