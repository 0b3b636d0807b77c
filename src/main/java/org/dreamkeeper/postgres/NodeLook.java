package org.dreamkeeper.postgres;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * What a node sees when it looks at the others.
 *
 * @param member whether it is itself still there
 */
public record NodeLook(boolean member, List<Node> nodes, List<Placed> projects) {
  /** Beats, and looks: $1 the node, $2 a project that not all may serve, or null. */
  static final String SQL =
      """
      WITH beaten AS (
        UPDATE dreamkeeper.node SET beat = beat + 1 WHERE node = $1 RETURNING node)
      SELECT (SELECT count(*) FROM beaten) AS member,
        (SELECT json_agg(json_build_array(node, beat, serves, about))::text
          FROM dreamkeeper.node) AS nodes,
        (SELECT json_agg(json_build_array(project, node, term) ORDER BY project)::text
          FROM dreamkeeper.project WHERE shared OR project = $2) AS projects
      """;

  /**
   * A node.
   *
   * @param id new at each start
   * @param beat grows while it lives
   * @param serves whether it takes projects
   * @param about what it tells of itself: {@code {pid, host, …}}
   */
  public record Node(String id, long beat, boolean serves, JsonObject about) {
    static Node of(JsonArray row) {
      return new Node(row.getString(0), row.getLong(1), row.getBoolean(2), row.getJsonObject(3));
    }

    /** Names it for a person. */
    public String who() {
      return "process " + about.getValue("pid") + " on " + about.getValue("host");
    }
  }

  /**
   * A project.
   *
   * @param node who is to serve it; null for nobody, and a node that there is not is nobody, too
   * @param term the epoch under which it is served; 0 while it is not yet
   */
  public record Placed(String name, String node, long term) {}

  /** Gives the same without some nodes: what they served is nobody's. */
  public NodeLook without(Collection<Node> gone) {
    return new NodeLook(
        member, nodes.stream().filter(node -> !gone.contains(node)).toList(), projects);
  }

  /** Reads it. */
  static NodeLook of(Row row) {
    List<Node> nodes = new ArrayList<>();
    List<Placed> projects = new ArrayList<>();
    for (JsonArray each : arrays(row.getString("nodes"))) {
      nodes.add(Node.of(each));
    }
    for (JsonArray each : arrays(row.getString("projects"))) {
      projects.add(new Placed(each.getString(0), each.getString(1), each.getLong(2)));
    }
    return new NodeLook(row.getLong("member") == 1, nodes, projects);
  }

  private static List<JsonArray> arrays(String json) {
    return json == null
        ? List.of()
        : new JsonArray(json).stream().map(each -> (JsonArray) each).toList();
  }
}
