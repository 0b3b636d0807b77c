package org.dreamkeeper;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.shareddata.Lock;
import io.vertx.core.shareddata.SharedData;
import java.util.List;

/**
 * The exclusive right to serve an address prefix: one deployment in a Vert.x, and one in the
 * cluster where it is served cluster-wide. Vert.x's own shared locks hold it; a node's end with the
 * node.
 */
final class AddressClaim {
  private static final long LOCAL_TIMEOUT_MS = 1;
  private static final long CLUSTER_TIMEOUT_MS = 2_000;

  private final List<Lock> locks;

  private AddressClaim(List<Lock> locks) {
    this.locks = locks;
  }

  /** Fails with ADDRESS_IN_USE. */
  static Future<AddressClaim> take(Vertx vertx, String address, boolean clustered) {
    SharedData shared = vertx.sharedData();
    String name = "org.dreamkeeper/" + address;
    return shared
        .getLocalLockWithTimeout(name, LOCAL_TIMEOUT_MS)
        .compose(
            local ->
                clustered && vertx.isClustered()
                    ? shared
                        .getLockWithTimeout(name + "/cluster", CLUSTER_TIMEOUT_MS)
                        .onFailure(taken -> local.release())
                        .map(cluster -> new AddressClaim(List.of(cluster, local)))
                    : Future.succeededFuture(new AddressClaim(List.of(local))))
        .recover(
            taken ->
                Future.failedFuture(
                    new StartException(
                        StartException.Reason.ADDRESS_IN_USE,
                        "another deployment serves " + address,
                        taken)));
  }

  void release() {
    locks.forEach(Lock::release);
  }
}
