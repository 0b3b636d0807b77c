package org.dreamkeeper.postgres;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.function.Supplier;
import org.dreamkeeper.postgres.DatabaseFailure.Kind;
import org.dreamkeeper.store.StoreException;

/** One call's patience with a database that gives no answer. */
final class Attempt {
  private static final long PAUSE_MS = 100;

  private final Vertx vertx;
  private final String where;
  private final long endNanos;
  private boolean failedBefore;

  /**
   * Begins it.
   *
   * @param where the place in messages
   * @param endNanos by the machine's own clock, which the database's silence goes by
   */
  Attempt(Vertx vertx, String where, long endNanos) {
    this.vertx = vertx;
    this.where = where;
    this.endNanos = endNanos;
  }

  /** Carries out a statement again and again while no answer comes. */
  <T> Future<T> insist(boolean inDoubt, Supplier<Future<T>> statement) {
    return statement
        .get()
        .recover(failure -> pause(failure, inDoubt).compose(again -> insist(inDoubt, statement)));
  }

  /**
   * Waits a little before the next try, but for the first: a connection may be broken while the
   * database is not. Fails with a {@link StoreException} if another one would be in vain, or time
   * is up.
   */
  Future<?> pause(Throwable failure, boolean inDoubt) {
    if (!(failure instanceof DatabaseFailure no)) {
      return Future.failedFuture(failure);
    }
    // What bars a statement of ours may be refused while that one stands in its way.
    boolean inVain = no.kind() == Kind.REFUSED && !inDoubt;
    if (inVain || System.nanoTime() - endNanos >= 0) {
      return Future.failedFuture(new StoreException(where + ": " + no.getMessage(), inDoubt));
    }
    boolean atOnce = !failedBefore;
    failedBefore = true;
    return atOnce ? Future.succeededFuture() : vertx.timer(PAUSE_MS);
  }
}
