package org.dreamkeeper.bus.impl;

import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import java.util.List;

/**
 * The nodes of the cluster that a Vert.x belongs to. Vert.x's public API does not name them; its
 * cluster manager has one place for a listener, which is not ours to take. Safe from any thread.
 */
public final class ClusterNodes {
  private ClusterNodes() {}

  /** Names the node that a Vert.x is; null if it is not clustered. */
  public static String own(Vertx vertx) {
    return vertx.isClustered() && vertx instanceof VertxInternal internal
        ? internal.clusterManager().getNodeId()
        : null;
  }

  /** Names all nodes, its own among them; none if it is not clustered. May block. */
  public static List<String> all(Vertx vertx) {
    return vertx.isClustered() && vertx instanceof VertxInternal internal
        ? internal.clusterManager().getNodes()
        : List.of();
  }
}
