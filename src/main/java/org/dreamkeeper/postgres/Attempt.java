package org.dreamkeeper.postgres;

import java.util.concurrent.TimeUnit;
import org.dreamkeeper.postgres.DatabaseFailure.Kind;
import org.dreamkeeper.store.StoreException;

/**
 * One call's patience with a database that gives no answer.
 *
 * @param where the place in messages
 * @param endNanos by the machine's own clock, for it is a thread that waits
 */
record Attempt(String where, long endNanos) {
  private static final long PAUSE_MS = 100;

  /**
   * Waits a little before the next try.
   *
   * @throws StoreException if another one would be in vain, or time is up
   */
  void failed(DatabaseFailure failure, boolean inDoubt) {
    // What bars a statement of ours may be refused while that one stands in its way.
    boolean inVain = failure.kind() == Kind.REFUSED && !inDoubt;
    if (inVain || System.nanoTime() - endNanos >= 0) {
      throw new StoreException(where + ": " + failure.getMessage(), inDoubt);
    }
    try {
      TimeUnit.MILLISECONDS.sleep(PAUSE_MS);
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      throw new StoreException(where + ": interrupted", inDoubt);
    }
  }
}
