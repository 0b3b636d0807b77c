package org.dreamkeeper;

import static org.dreamkeeper.Served.await;

import org.dreamkeeper.lock.AcquireOptions;
import org.dreamkeeper.lock.DreamLock;
import org.dreamkeeper.lock.LockClient;

/** Takes locks that are free. */
public final class Locks {
  private Locks() {}

  public static AcquireOptions as(String owner) {
    return new AcquireOptions().setOwner(owner);
  }

  public static DreamLock take(Dreamkeeper keeper, String owner) {
    return take(keeper.lock(), as(owner));
  }

  public static DreamLock take(LockClient client, AcquireOptions options) {
    return await(client.acquire(options))
        .fold(
            acquired -> acquired.lock(),
            refused -> {
              throw new AssertionError(refused.toString());
            });
  }
}
