package org.dreamkeeper.node;

import static org.dreamkeeper.Served.await;
import static org.dreamkeeper.Served.until;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.healthchecks.Status;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.dreamkeeper.Calls;
import org.dreamkeeper.DreamkeeperVerticle;
import org.dreamkeeper.web.DreamkeeperHealth;
import org.dreamkeeper.web.DreamkeeperMetrics;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each node tells of the projects that it serves itself. */
final class NodeMonitoringTest {
  private static final Set<String> ALL = Set.of("a", "b", "c", "d");

  private final Nodes nodes = new Nodes();

  @AfterEach
  void close() {
    nodes.close();
  }

  /** A node's meters, and its health. */
  private static final class Monitor {
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final DreamkeeperMetrics metrics;
    private final DreamkeeperHealth health;

    Monitor(Vertx node) {
      metrics = new DreamkeeperMetrics(node);
      metrics.bindTo(registry);
      health = new DreamkeeperHealth(node, Set.of());
    }

    Set<String> up() {
      await(metrics.refresh());
      return registry.find("dreamkeeper.up").gauges().stream()
          .filter(gauge -> gauge.value() == 1)
          .map(gauge -> gauge.getId().getTag("project"))
          .collect(Collectors.toCollection(TreeSet::new));
    }

    double served() {
      Gauge served = registry.find("dreamkeeper.projects.served").gauge();
      return served.value();
    }

    double completed() {
      return registry.find("dreamkeeper.dreams").tag("outcome", "completed").counters().stream()
          .mapToDouble(Counter::count)
          .sum();
    }

    JsonObject ready() {
      Promise<Status> told = Promise.promise();
      health.ready(told);
      return await(told.future()).toJson();
    }
  }

  @Test
  void aProjectThatMovesIsToldOfByWhoServesIt() {
    Vertx first = nodes.node("a", "b", "c", "d");
    Vertx second = nodes.node();
    until(() -> "2 2".equals(nodes.counts()));
    Monitor one = new Monitor(first);
    Monitor two = new Monitor(second);
    until(() -> one.up().size() == 2 && two.up().size() == 2);
    assertEquals(2, one.served());
    assertEquals(2, two.served());
    Set<String> both = new TreeSet<>(one.up());
    both.addAll(two.up());
    assertEquals(ALL, both);
    for (String project : ALL) {
      JsonObject entry = Calls.bareEntry("drm-1", 1_000, "completed").put("completedAt", 2_000);
      Nodes.ask(second, project + ".log", "save", entry);
    }
    until(() -> one.completed() == 2 && two.completed() == 2);
    until(() -> two.ready().getBoolean("ok") && two.ready().getJsonObject("data").size() == 2);
    one.metrics.close();
    nodes.close(first);
    until(() -> two.up().equals(ALL));
    assertEquals(4, two.served());
  }

  @Test
  void eventsForTheWholeClusterAreCountedToo(@TempDir Path dir) {
    Vertx member = nodes.member();
    JsonObject config = JsonObject.of("baseDir", dir.toString(), "clustered", true);
    await(
        member.deployVerticle(
            new DreamkeeperVerticle(), new DeploymentOptions().setConfig(config)));
    Monitor monitor = new Monitor(member);
    until(() -> monitor.up().equals(Set.of("dream")));
    JsonObject entry = Calls.bareEntry("drm-1", 1_000, "completed").put("completedAt", 2_000);
    Nodes.ask(member, "dream.log", "save", entry);
    until(() -> monitor.completed() == 1);
  }
}
