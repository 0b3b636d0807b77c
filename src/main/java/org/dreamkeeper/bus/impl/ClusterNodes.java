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

  /**
   * Names the node that a Vert.x is.
   *
   * @param vertx whose
   * @return its id; null if it is not clustered
   */
  public static String own(Vertx vertx) {
    return vertx.isClustered() && vertx instanceof VertxInternal internal
        ? internal.clusterManager().getNodeId()
        : null;
  }

  /**
   * Names all nodes. May block.
   *
   * @param vertx one of them
   * @return their ids, its own among them; empty if it is not clustered
   */
  public static List<String> all(Vertx vertx) {
    return vertx.isClustered() && vertx instanceof VertxInternal internal
        ? internal.clusterManager().getNodes()
        : List.of();
  }
}
