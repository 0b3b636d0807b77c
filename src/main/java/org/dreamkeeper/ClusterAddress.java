package org.dreamkeeper;

import io.vertx.core.Future;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.json.JsonObject;
import io.vertx.core.shareddata.AsyncMap;
import io.vertx.core.spi.cluster.ClusterManager;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.dreamkeeper.bus.impl.async.AsyncLoop;

/**
 * A node's entry among those that serve an address in a cluster: any number serve it locally, each
 * for itself, or one serves it for all. A map of the cluster has, for each address, the nodes and
 * whether they serve it for all; each change replaces exactly what was read. A node that has left
 * the cluster counts for nothing, so an entry ends with its node.
 *
 * <p>It is for reaching the right one, not for keeping others from a directory: while a cluster is
 * split, each part knows of itself alone.
 */
record ClusterAddress(ClusterManager cluster, AsyncMap<String, String> map, String address) {
  private static final String MAP = "org.dreamkeeper.addresses";
  private static final long TIMEOUT_S = 10;

  /** Enters this node; fails with ADDRESS_IN_USE, also where the cluster does not answer. */
  static Future<ClusterAddress> enter(VertxInternal vertx, String address, boolean forAll) {
    Future<ClusterAddress> entered =
        vertx
            .sharedData()
            .<String, String>getClusterWideMap(MAP)
            .compose(
                map -> {
                  ClusterAddress entry = new ClusterAddress(vertx.clusterManager(), map, address);
                  return entry.change(nodes -> entry.enter(nodes, forAll)).map(entry);
                });
    return entered
        .timeout(TIMEOUT_S, TimeUnit.SECONDS)
        .recover(
            failure -> {
              entered.onSuccess(ClusterAddress::leave);
              return Future.failedFuture(
                  failure instanceof StartException
                      ? failure
                      : inUse("the cluster does not say who serves " + address, failure));
            });
  }

  private void enter(JsonObject nodes, boolean forAll) {
    for (String node : nodes.fieldNames()) {
      if (nodes.getBoolean(node)) {
        throw inUse("node " + node + " serves " + address + " for the whole cluster", null);
      }
      if (forAll) {
        throw inUse("node " + node + " serves " + address + " for itself", null);
      }
    }
    nodes.put(cluster.getNodeId(), forAll);
  }

  private static StartException inUse(String detail, Throwable cause) {
    return new StartException(StartException.Reason.ADDRESS_IN_USE, detail, cause);
  }

  /** Takes the entry out; never fails, for it ends with the node in any case. */
  Future<Void> leave() {
    return change(others -> {})
        .timeout(TIMEOUT_S, TimeUnit.SECONDS)
        .transform(end -> Future.succeededFuture());
  }

  /** Changes the entries of the other nodes that live, until nobody has changed them meanwhile. */
  private Future<Void> change(Consumer<JsonObject> change) {
    return AsyncLoop.whileTrue(
        () ->
            map.get(address)
                .compose(
                    text -> {
                      JsonObject nodes = text == null ? new JsonObject() : new JsonObject(text);
                      nodes.fieldNames().retainAll(cluster.getNodes());
                      nodes.remove(cluster.getNodeId());
                      change.accept(nodes);
                      return replace(text, nodes);
                    })
                .map(replaced -> !replaced));
  }

  private Future<Boolean> replace(String text, JsonObject nodes) {
    if (text == null) {
      return nodes.isEmpty()
          ? Future.succeededFuture(true)
          : map.putIfAbsent(address, nodes.encode()).map(Objects::isNull);
    }
    return nodes.isEmpty()
        ? map.removeIfPresent(address, text)
        : map.replaceIfPresent(address, text, nodes.encode());
  }
}
