package org.dreamkeeper.host.command;

import io.vertx.core.Future;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;

/** Waits for what may hang, a disk or a host, only so long. */
final class Patience {
  /** For what has a time limit of its own, which says more. */
  static final long LONG_MS = 40_000;

  private Patience() {}

  /**
   * Does something on a thread of its own; what hangs there ends with the process.
   *
   * @throws TimeoutException if it is not done in that time
   * @throws ExecutionException with what it failed with
   */
  static <T> T with(long ms, Callable<T> work) throws TimeoutException, ExecutionException {
    FutureTask<T> done = new FutureTask<>(work);
    beside("patience", done);
    return get(done, ms);
  }

  private static <T> T get(java.util.concurrent.Future<T> done, long ms)
      throws TimeoutException, ExecutionException {
    try {
      return done.get(ms, TimeUnit.MILLISECONDS);
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      throw new CommandException(Exit.FAILED, "it was stopped");
    }
  }

  /** Begins something that the process does not wait for when it ends. */
  static Thread beside(String name, Runnable work) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  /** Waits for what a Vert.x does. */
  static <T> T await(Future<T> future) {
    return await(future, LONG_MS);
  }

  static <T> T await(Future<T> future, long ms) {
    try {
      return get(future.toCompletionStage().toCompletableFuture(), ms);
    } catch (ExecutionException failure) {
      throw CommandException.of(failure);
    } catch (TimeoutException silent) {
      throw silent("no answer", ms);
    }
  }

  /**
   * Waits for what needs a store, but not for one that is silent.
   *
   * @param silentMs for how long it has owed an answer
   */
  static <T> T await(Future<T> future, LongSupplier silentMs, long patienceMs) {
    long stepMs = patienceMs / 4;
    for (long waited = 0; waited < LONG_MS; waited += stepMs) {
      if (silentMs.getAsLong() >= patienceMs) {
        throw silent("no answer from the store", patienceMs);
      }
      try {
        return get(future.toCompletionStage().toCompletableFuture(), stepMs);
      } catch (ExecutionException failure) {
        throw CommandException.of(failure);
      } catch (TimeoutException notYet) {
        // It is looked at again whether the store is silent.
      }
    }
    throw silent("no answer", LONG_MS);
  }

  private static CommandException silent(String what, long ms) {
    return new CommandException(Exit.FAILED, what + " for " + ms / 1000 + " s");
  }
}
