package org.dreamkeeper.run.impl;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.function.Supplier;
import org.dreamkeeper.bus.impl.async.Time;

/**
 * The caller's code under the lock: the first thing that ends it decides, alone; its own end, or
 * what cuts it short.
 *
 * <p>Confined to the run's context; the code itself runs on the caller's.
 */
final class Guarded<T> {
  /** What cuts code short. */
  enum Why {
    /** The lock is lost. */
    LOST,
    /** Its time is up. */
    LATE,
    /** The verticle that asked is undeployed. */
    LEFT,
    /** The caller says so. */
    ABORTED
  }

  /** It was cut short. */
  static final class Cut extends Exception {
    private static final long serialVersionUID = 1L;
    private final Why why;

    Cut(Why why, String reason) {
      super(reason, null, false, false);
      this.why = why;
    }

    Why why() {
      return why;
    }
  }

  private final OwnContext own;
  private final Promise<T> end = Promise.promise();
  private final Promise<Void> ended;
  private final Promise<Void> lost;
  private volatile boolean decided;

  Guarded(OwnContext own, LeaseKeeper held) {
    this.own = own;
    this.ended = own.callersPromise();
    this.lost = own.callersPromise();
    held.lost()
        .onSuccess(
            how -> {
              lost.tryComplete();
              cut(Why.LOST, how);
            });
    own.left().onSuccess(gone -> cut(Why.LEFT, OwnContext.LEFT));
  }

  /**
   * Runs the code, once, unless something has cut it short already.
   *
   * @param what names it
   * @return its end; fails with a {@link Cut} if it was cut short
   */
  Future<T> run(String what, Time time, long timeoutMs, Supplier<Future<T>> code) {
    if (decided) {
      return end.future();
    }
    Runnable timeout =
        time.schedule(timeoutMs, () -> cut(Why.LATE, "timed out after " + timeoutMs + " ms"));
    own.call(what, () -> decided ? Future.<T>failedFuture("too late to begin") : code.get())
        .onSuccess(value -> decide(() -> end.complete(value)))
        .onFailure(failure -> decide(() -> end.fail(failure)));
    return end.future().onComplete(over -> timeout.run());
  }

  /** Cuts it short, unless it has ended. */
  void cut(Why why, String reason) {
    decide(() -> end.fail(new Cut(why, reason)));
  }

  private void decide(Runnable how) {
    if (!decided) {
      decided = true;
      ended.complete();
      how.run();
    }
  }

  /** Completes for the caller when the lock is lost. */
  Future<Void> lost() {
    return lost.future();
  }

  /** Completes for the caller when it is decided how this ends. */
  Future<Void> ended() {
    return ended.future();
  }
}
