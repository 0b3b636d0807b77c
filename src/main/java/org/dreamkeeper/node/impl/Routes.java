package org.dreamkeeper.node.impl;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import org.dreamkeeper.postgres.NodeLook;
import org.dreamkeeper.postgres.NodeLook.Node;
import org.dreamkeeper.postgres.NodeLook.Placed;

/**
 * Who serves which project, as far as is known: from looks at the database, and from what nodes
 * tell when they begin to serve, whichever is newer. It may be wrong at any instant; who is asked
 * by mistake says so. Confined to one context.
 */
final class Routes {
  /** Null as a route: it is known, and nobody serves it just now. */
  private final Map<String, Route> routes = new HashMap<>();

  private final Consumer<String> changed;

  /** Makes one that knows of no project; what changes is told. */
  Routes(Consumer<String> changed) {
    this.changed = changed;
  }

  /** Gives who serves a project now; null for nobody. */
  Route of(String project) {
    return routes.get(project);
  }

  Set<String> projects() {
    return routes.keySet();
  }

  /** A node has begun to serve. */
  void serving(String project, Route now) {
    Route before = routes.get(project);
    if (before == null || before.term() < now.term()) {
      set(project, now);
    }
  }

  void looked(NodeLook look) {
    Map<String, Node> nodes = new HashMap<>();
    look.nodes().forEach(node -> nodes.put(node.id(), node));
    for (Placed each : look.projects()) {
      Node node = each.node() == null ? null : nodes.get(each.node());
      String bus = node == null ? null : node.about().getString("bus");
      Route before = routes.get(each.name());
      boolean told = before != null && before.node().equals(bus);
      if (each.term() > 0 && bus != null) {
        serving(each.name(), new Route(bus, each.term()));
      } else if (!told) {
        set(each.name(), null);
      }
    }
  }

  private void set(String project, Route route) {
    boolean known = routes.containsKey(project);
    Route before = routes.put(project, route);
    if (!known || !Objects.equals(before, route)) {
      changed.accept(project);
    }
  }

  JsonObject toJson() {
    JsonObject json = new JsonObject();
    routes.forEach(
        (project, route) ->
            json.put(
                project,
                route == null ? new JsonArray() : JsonArray.of(route.node(), route.term())));
    return json;
  }

  /** Learns what another node knows. */
  void learn(JsonObject json) {
    for (String project : json.fieldNames()) {
      JsonArray route = json.getJsonArray(project);
      if (!route.isEmpty()) {
        serving(project, new Route(route.getString(0), route.getLong(1)));
      } else if (!routes.containsKey(project)) {
        set(project, null);
      }
    }
  }
}
