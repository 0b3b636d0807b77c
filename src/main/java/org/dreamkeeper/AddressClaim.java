package org.dreamkeeper;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.shareddata.Lock;

/**
 * The exclusive right to serve an address prefix: one deployment in a Vert.x, and in a cluster
 * either any number of nodes locally, or one for all.
 */
final class AddressClaim {
  private static final long LOCAL_TIMEOUT_MS = 1;

  private final Lock local;
  private final ClusterAddress entry;

  private AddressClaim(Lock local, ClusterAddress entry) {
    this.local = local;
    this.entry = entry;
  }

  /** Fails with ADDRESS_IN_USE. */
  static Future<AddressClaim> take(Vertx vertx, String address, boolean clustered) {
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
