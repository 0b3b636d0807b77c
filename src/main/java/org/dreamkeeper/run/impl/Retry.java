package org.dreamkeeper.run.impl;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.function.Supplier;
import org.dreamkeeper.bus.DreamkeeperException;
import org.dreamkeeper.bus.FailureCode;
import org.dreamkeeper.bus.impl.async.AsyncLoop;
import org.dreamkeeper.bus.impl.async.Time;

/** Repeats a request that may be repeated, after a pause that doubles. */
record Retry(Time time) {
  static final int TRIES = 5;
  static final long FIRST_PAUSE_MS = 200;

  /**
   * Asks until it succeeds, is refused for good, or was asked {@link #TRIES} times. What is to be
   * sent may be the caller's, and be anything: that it cannot be sent is a failure, too.
   */
  <T> Future<T> of(Supplier<Future<T>> request) {
    return attempt(request, TRIES - 1, FIRST_PAUSE_MS);
  }

  private <T> Future<T> attempt(Supplier<Future<T>> request, int left, long pauseMs) {
    return AsyncLoop.attempt(request)
        .recover(
            failure ->
                left > 0 && mayPass(code(failure))
                    ? pause(pauseMs).compose(over -> attempt(request, left - 1, pauseMs * 2))
                    : Future.failedFuture(failure));
  }

  private Future<Void> pause(long ms) {
    Promise<Void> over = Promise.promise();
    time.schedule(ms, over::complete);
    return over.future();
  }

  static FailureCode code(Throwable failure) {
    return DreamkeeperException.of(failure).code();
  }

  /** Tells whether the request itself is wrong: nothing was changed, and it never will be. */
  static boolean isForGood(Throwable failure) {
    FailureCode code = code(failure);
    return code == FailureCode.INVALID_REQUEST || code == FailureCode.TOO_LARGE;
  }

  /** Without a code, the bus itself failed: no answer, or nobody there. */
  private static boolean mayPass(FailureCode code) {
    return code == null
        || code == FailureCode.DEADLINE_PASSED
        || code == FailureCode.BUSY
        || code == FailureCode.NOT_SERVING
        || code == FailureCode.STORAGE_FAILED;
  }
}
