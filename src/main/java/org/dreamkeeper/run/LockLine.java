package org.dreamkeeper.run;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.concurrent.CancellationException;
import org.dreamkeeper.lock.Acquisition;
import org.dreamkeeper.lock.LockGrant;

/**
 * Waits for the lock, unless the caller is undeployed meanwhile: then a grant goes back at once.
 */
final class LockLine {
  private final OwnContext own;
  private final Clients clients;

  LockLine(OwnContext own, Clients clients) {
    this.own = own;
    this.clients = clients;
  }

  /** Asks for the lock; fails with a {@link CancellationException} if the caller is undeployed. */
  Future<Acquisition> acquire(String owner, long leaseMs, long waitMs) {
    Promise<Acquisition> answer = Promise.promise();
    own.left().onSuccess(gone -> answer.tryFail(new CancellationException(OwnContext.LEFT)));
    clients
        .lock()
        .acquire(owner, leaseMs, waitMs)
        .onComplete(
            end -> {
              if (end.failed()) {
                answer.tryFail(end.cause());
              } else if (!answer.tryComplete(end.result()) && end.result().acquired()) {
                keep(end.result().grant(), leaseMs).rollback();
              }
            });
    return answer.future();
  }

  /** Keeps what was granted. */
  LeaseKeeper keep(LockGrant grant, long leaseMs) {
    return new LeaseKeeper(clients.lock(), clients.time(), grant, leaseMs).keep();
  }
}
