package org.dreamkeeper.bus.impl;

import io.vertx.core.AsyncResult;
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
  private final Supplier<Future<Boolean>> step;
  private final Promise<Void> end = Promise.promise();
  private boolean running;
  private boolean again;

  private AsyncLoop(Supplier<Future<Boolean>> step) {
    this.step = step;
  }

  /**
   * Repeats a step.
   *
   * @param step gives whether there is another one; begins when the one before has ended
   * @return completes after the last step; fails with the first that fails, and ends with it
   */
  public static Future<Void> whileTrue(Supplier<Future<Boolean>> step) {
    AsyncLoop loop = new AsyncLoop(step);
    loop.go();
    return loop.end.future();
  }

  /**
   * Does something with each element, one after the other.
   *
   * @param elements in this order
   * @param step begins when the one before has ended
   * @param <T> the elements' type
   * @return completes after the last step; fails with the first that fails, and ends with it
   */
  public static <T> Future<Void> forEach(Iterable<T> elements, Function<T, Future<?>> step) {
    Iterator<T> rest = elements.iterator();
    return whileTrue(
        () -> rest.hasNext() ? step.apply(rest.next()).map(true) : Future.succeededFuture(false));
  }

  /** A step that has ended at once comes back here while the loop runs: then it goes on there. */
  private synchronized void go() {
    again = true;
    if (running) {
      return;
    }
    running = true;
    while (again) {
      again = false;
      attempt().onComplete(this::next);
    }
    running = false;
  }

  private Future<Boolean> attempt() {
    try {
      return Objects.requireNonNull(step.get());
    } catch (Throwable failure) {
      return Future.failedFuture(failure);
    }
  }

  private void next(AsyncResult<Boolean> ended) {
    if (ended.failed()) {
      end.fail(ended.cause());
    } else if (ended.result()) {
      go();
    } else {
      end.complete();
    }
  }
}
