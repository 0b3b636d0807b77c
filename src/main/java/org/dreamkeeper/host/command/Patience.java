package org.dreamkeeper.host.command;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Waits for what may hang, a disk or a host, only so long. */
final class Patience {
  private Patience() {}

  /**
   * Does something on a thread of its own; what hangs there ends with the process.
   *
   * @throws TimeoutException if it is not done in that time
   * @throws ExecutionException with what it failed with
   */
  static <T> T with(long ms, Callable<T> work) throws TimeoutException, ExecutionException {
    FutureTask<T> done = new FutureTask<>(work);
    Thread thread = new Thread(done, "patience");
    thread.setDaemon(true);
    thread.start();
    try {
      return done.get(ms, TimeUnit.MILLISECONDS);
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      throw new CommandException(Exit.FAILED, "it was stopped");
    }
  }
}
