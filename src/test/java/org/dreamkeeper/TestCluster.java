package org.dreamkeeper;

import static org.dreamkeeper.Served.await;

import io.vertx.core.DeploymentOptions;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.UUID;

/** Nodes of a cluster of their own, in this JVM. */
public final class TestCluster implements AutoCloseable {
  private final String name = UUID.randomUUID().toString();

  /** The latest first. */
  private final Deque<Vertx> nodes = new ArrayDeque<>();

  /** Joins it. */
  public Vertx node() {
    Vertx node = await(ClusterNode.join(name));
    nodes.push(node);
    return node;
  }

  /** Joins it with a node that serves a directory to all. */
  public Vertx host(Path directory) {
    Vertx host = node();
    JsonObject config =
        new JsonObject().put("baseDir", directory.toString()).put("clustered", true);
    await(
        host.deployVerticle(new DreamkeeperVerticle(), new DeploymentOptions().setConfig(config)));
    return host;
  }

  @Override
  public void close() {
    nodes.forEach(node -> await(node.close()));
  }
}
