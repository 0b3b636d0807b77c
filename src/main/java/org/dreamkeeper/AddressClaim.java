package org.dreamkeeper;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.shareddata.Lock;
import org.dreamkeeper.bus.impl.Log;
import org.slf4j.Logger;

/**
 * The exclusive right to serve an address prefix: one deployment in a Vert.x, and in a cluster
 * either any number of nodes locally, or one for all.
 */
final class AddressClaim {
  private static final Logger LOG = Log.of(DreamkeeperVerticle.class);
  private static final long LOCAL_TIMEOUT_MS = 1;

  private final Lock local;
  private final ClusterAddress entry;

  private AddressClaim(Lock local, ClusterAddress entry) {
    this.local = local;
    this.entry = entry;
  }

  /** Fails with ADDRESS_IN_USE; says so where others in a cluster do not reach it. */
  static Future<AddressClaim> take(Vertx vertx, String address, boolean clustered) {
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
                        .map(entry -> new AddressClaim(local, entry))
                    : Future.succeededFuture(new AddressClaim(local, null)));
  }

  /** Gives it back; never fails. */
  Future<Void> release() {
    Future<Void> left = entry == null ? Future.succeededFuture() : entry.leave();
    return left.onComplete(end -> local.release());
  }
}
