package org.dreamkeeper.bus.impl.async;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Supplier;

/** Lets so many tasks run at a time; the others stand in line. Confined to one context. */
public final class Bulkhead {
  private final Deque<Runnable> waiting = new ArrayDeque<>();
  private int free;
  private boolean starting;

  public Bulkhead(int atOnce) {
    free = atOnce;
  }

  /** Runs a task when it is its turn; completes as the task does. */
  public <T> Future<T> run(Supplier<Future<T>> task) {
    Promise<T> end = Promise.promise();
    waiting.add(
        () ->
            AsyncLoop.attempt(task)
                .onComplete(
                    done -> {
                      free++;
                      startNext();
                    })
                .onComplete(end));
    startNext();
    return end.future();
  }

  private void startNext() {
    if (starting) {
      // One has ended at once: the loop goes on.
      return;
    }
    starting = true;
    while (free > 0 && !waiting.isEmpty()) {
      free--;
      waiting.remove().run();
    }
    starting = false;
  }
}
