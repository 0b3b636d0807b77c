package org.dreamkeeper.web.impl;

import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import org.dreamkeeper.bus.impl.LocalProjects;

/**
 * Which projects a router reaches.
 *
 * @param only their prefixes; none for all that are reached on this Vert.x
 * @param readOnly whether what changes something is refused
 */
public record Reach(Vertx vertx, Set<String> only, boolean readOnly) {

  /** Gives the projects that are there now, and how large a body each takes, bytes. */
  NavigableMap<String, Integer> projects() {
    NavigableMap<String, Integer> all = LocalProjects.REACHED.of(vertx);
    if (only.isEmpty()) {
      return all;
    }
    NavigableMap<String, Integer> named = new TreeMap<>();
    // One that is served on another node of a cluster is not known here.
    only.forEach(each -> named.put(each, all.getOrDefault(each, LocalProjects.UNKNOWN_BYTES)));
    return named;
  }

  /** Says which projects there are. */
  void list(RoutingContext request) {
    JsonArray prefixes = new JsonArray();
    projects().keySet().forEach(prefixes::add);
    JsonObject all = JsonObject.of("projects", prefixes, "readOnly", readOnly);
    Answers.send(request, 200, all.encode()).otherwiseEmpty();
  }
}
