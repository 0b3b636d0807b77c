package org.dreamkeeper.postgres;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.function.Supplier;
import org.dreamkeeper.postgres.DatabaseFailure.Kind;
import org.dreamkeeper.store.StoreException;

/**
 * One call's patience with a database that gives no answer.
 *
 * @param where the place in messages
 * @param endNanos by the machine's own clock, which the database's silence goes by
 */
record Attempt(Vertx vertx, String where, long endNanos) {
  private static final long PAUSE_MS = 100;

  /** Carries out a statement again and again while no answer comes. */
  <T> Future<T> insist(boolean inDoubt, Supplier<Future<T>> statement) {
    return statement
        .get()
        .recover(failure -> pause(failure, inDoubt).compose(again -> insist(inDoubt, statement)));
  }

  /**
   * Waits a little before the next try; fails with a {@link StoreException} if another one would be
   * in vain, or time is up.
   */
  Future<?> pause(Throwable failure, boolean inDoubt) {
    if (!(failure instanceof DatabaseFailure no)) {
      return Future.failedFuture(failure);
    }
    // What bars a statement of ours may be refused while that one stands in its way.
    boolean inVain = no.kind() == Kind.REFUSED && !inDoubt;
    return inVain || System.nanoTime() - endNanos >= 0
        ? Future.failedFuture(new StoreException(where + ": " + no.getMessage(), inDoubt))
        : vertx.timer(PAUSE_MS);
  }
}
