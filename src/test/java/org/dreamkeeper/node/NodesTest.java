package org.dreamkeeper.node;

import static org.dreamkeeper.Served.await;
import static org.dreamkeeper.Served.until;
import static org.dreamkeeper.node.Nodes.ask;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Several nodes serve the projects of one database. */
final class NodesTest {
  private final Nodes nodes = new Nodes();

  @AfterEach
  void close() {
    nodes.close();
  }

  private static int curations(Vertx from, String project) {
    return ask(from, project + ".state", "read", null).getInteger("curationsSinceDream");
  }

  @Test
  void eachNodeReachesEachProjectAndTheyAreSharedOut() {
    Vertx one = nodes.node("a", "b", "c", "d");
    Vertx two = nodes.node();
    until(() -> "2 2".equals(nodes.counts()));
    for (String project : List.of("a", "b", "c", "d")) {
      ask(one, project + ".state", "incrementCurationCount", new JsonObject());
      ask(two, project + ".state", "incrementCurationCount", new JsonObject());
      assertEquals(2, curations(one, project));
      assertEquals(2, curations(two, project));
    }
  }

  @Test
  void whatIsUnderWayWhileProjectsMoveIsDone() {
    Vertx one = nodes.node("a", "b", "c", "d");
    List<Future<?>> asked = new ArrayList<>();
    Vertx two = nodes.member();
    Future<String> joining = nodes.deploy(two, Nodes.config(nodes.uri));
    while (!"2 2".equals(nodes.counts())) {
      for (String project : List.of("a", "b", "c", "d")) {
        asked.add(Nodes.send(one, project + ".state", "incrementCurationCount", new JsonObject()));
      }
    }
    await(joining);
    await(Future.all(asked));
    nodes.close(one);
    int counted = 0;
    for (String project : List.of("a", "b", "c", "d")) {
      counted += curations(two, project);
    }
    assertTrue(counted >= asked.size(), counted + " of " + asked.size());
    until(() -> "4".equals(nodes.counts()));
  }
}
