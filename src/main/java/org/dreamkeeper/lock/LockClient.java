package org.dreamkeeper.lock;

import io.vertx.core.Future;

/**
 * Asks for a project's lock. Safe from any thread; futures complete on the caller's context and
 * fail with a {@link org.dreamkeeper.bus.DreamkeeperException}: STORAGE_FAILED (look before another
 * try), and what {@link org.dreamkeeper.bus.FailureCode} says of any request.
 */
public interface LockClient {

  /**
   * Asks for the lock.
   *
   * @param options how; copied, not null
   * @return the lock, or who holds it still when the time to wait is over
   */
  Future<Acquisition> acquire(AcquireOptions options);

  /**
   * Looks at the lock, and takes nothing.
   *
   * @return how it stands
   */
  Future<LockStatus> status();
}
