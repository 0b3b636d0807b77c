package org.dreamkeeper.host;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import org.dreamkeeper.Dreamkeeper;
import org.dreamkeeper.lock.AcquireOptions;

/** Takes the lock and keeps it: what a host that is stopped in the middle of a dream has to end. */
public final class HoldingWorker extends VerticleBase {
  @Override
  public Future<?> start() {
    return Dreamkeeper.client(vertx, config().getString("address", "dream"))
        .lock()
        .acquire(new AcquireOptions().setOwner("HoldingWorker"));
  }
}
