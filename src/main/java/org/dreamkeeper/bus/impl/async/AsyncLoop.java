package org.dreamkeeper.bus.impl.async;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.Iterator;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * A loop of asynchronous steps. Futures that are composed one behind the other end in as many
 * nested calls: for a queue, or what a folder holds, that is a stack overflow. Here nothing is
 * nested.
 */
public final class AsyncLoop {
  private AsyncLoop() {}

  /**
   * Repeats a step, which gives whether there is another one and begins when the one before has
   * ended. Completes after the last one; fails with the first that fails, and ends with it.
   */
  public static Future<Void> whileTrue(Supplier<Future<Boolean>> step) {
    Promise<Void> end = Promise.promise();
    go(step, end);
    return end.future();
  }

  /**
   * Does something with each element, one after the other. Completes after the last one; fails with
   * the first step that fails, and ends with it.
   */
  public static <T> Future<Void> forEach(Iterable<T> elements, Function<T, Future<?>> step) {
    Iterator<T> rest = elements.iterator();
    return whileTrue(
        () -> rest.hasNext() ? step.apply(rest.next()).map(true) : Future.succeededFuture(false));
  }

  private static void go(Supplier<Future<Boolean>> step, Promise<Void> end) {
    Future<Boolean> done = attempt(step);
    while (done.succeeded() && done.result()) {
      // It ended at once: gone on here, not from within its end.
      done = attempt(step);
    }
    done.onSuccess(
            more -> {
              if (more) {
                go(step, end);
              } else {
                end.complete();
              }
            })
        .onFailure(end::fail);
  }

  /** Makes a failed future of whatever a step throws, or of none. */
  public static <T> Future<T> attempt(Supplier<Future<T>> step) {
    try {
      return Objects.requireNonNull(step.get());
    } catch (Throwable failure) {
      return Future.failedFuture(failure);
    }
  }
}
