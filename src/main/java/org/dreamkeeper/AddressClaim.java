package org.dreamkeeper;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.shareddata.Lock;
import org.dreamkeeper.bus.impl.LocalProjects;
import org.dreamkeeper.bus.impl.text.Log;
import org.slf4j.Logger;

/**
 * The exclusive right to serve an address prefix: one deployment in a Vert.x, and in a cluster
 * either any number of nodes locally, or one for all.
 */
record AddressClaim(Vertx vertx, String address, Lock local, ClusterAddress entry) {
  private static final Logger LOG = Log.of(DreamkeeperVerticle.class);
  private static final long LOCAL_TIMEOUT_MS = 1;

  /** Fails with ADDRESS_IN_USE; says so where others in a cluster do not reach it. */
  static Future<AddressClaim> take(Vertx vertx, DreamkeeperOptions options) {
    String address = options.getAddress();
    boolean clustered = options.isClustered();
    if (clustered && !vertx.isClustered()) {
      LOG.warn(
          "{}: clustered is true, but this Vert.x is in no cluster: no other process reaches it",
          address);
    } else if (!clustered && vertx.isClustered()) {
      LOG.warn(
          "{}: clustered is false: what is sent to it on other nodes of the cluster does not reach"
              + " it (NO_HANDLERS)",
          address);
    }
    return vertx
        .sharedData()
        .getLocalLockWithTimeout("org.dreamkeeper/" + address, LOCAL_TIMEOUT_MS)
        .recover(
            taken ->
                Future.failedFuture(
                    new StartException(
                        StartException.Reason.ADDRESS_IN_USE,
                        "another deployment serves " + address,
                        taken)))
        .compose(
            local ->
                vertx.isClustered()
                    ? ClusterAddress.enter((VertxInternal) vertx, address, clustered)
                        .onFailure(taken -> local.release())
                        .map(entry -> new AddressClaim(vertx, address, local, entry))
                    : Future.succeededFuture(new AddressClaim(vertx, address, local, null)))
        .onSuccess(
            taken -> LocalProjects.REACHED.add(vertx, address, options.getMaxMessageBytes()));
  }

  /** Gives it back; never fails. */
  Future<Void> release() {
    LocalProjects.REACHED.remove(vertx, address);
    Future<Void> left = entry == null ? Future.succeededFuture() : entry.leave();
    return left.onComplete(end -> local.release());
  }
}
