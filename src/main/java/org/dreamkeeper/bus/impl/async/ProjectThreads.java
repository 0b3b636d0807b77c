package org.dreamkeeper.bus.impl.async;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.dreamkeeper.bus.DreamkeeperException;
import org.dreamkeeper.bus.FailureCode;

/**
 * Where one project's blocking work runs: on at most {@link #MAX} threads of its own, which are
 * there only while there is work, and are daemons, for one may hang.
 *
 * <p>Work comes through executors, one for each who has some. Each has its own order, and has at
 * most its first task in the pool's queue: whoever has much holds up nobody else. Safe from any
 * thread.
 */
public final class ProjectThreads {
  /** How many tasks of a project may run at once. */
  public static final int MAX = 2;

  /** Long enough that a busy project does not begin a thread for each task. */
  private static final long IDLE_MS = 100;

  private final Vertx vertx;
  private final ThreadPoolExecutor pool;
  private long pending;
  private Runnable last;

  /** Makes them; none runs yet. Futures complete on that Vert.x's contexts. */
  public ProjectThreads(Vertx vertx, String project) {
    this.vertx = vertx;
    AtomicLong begun = new AtomicLong();
    pool =
        new ThreadPoolExecutor(
            MAX,
            MAX,
            IDLE_MS,
            TimeUnit.MILLISECONDS,
            new LinkedBlockingQueue<>(),
            work -> {
              Thread thread =
                  new Thread(work, "dreamkeeper-" + project + "-" + begun.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
    pool.allowCoreThreadTimeOut(true);
  }

  /** Gives somebody an executor on these threads, with an order of its own. */
  public BlockingExecutor executor() {
    return new BlockingExecutor(this);
  }

  /**
   * Takes no new work, and does a last thing when all else is done, which is not before a task that
   * hangs returns; to be called once. The future completes on the caller's context.
   */
  public synchronized <T> Future<T> finish(Callable<T> task) {
    CompletableFuture<T> done = new CompletableFuture<>();
    last = work(task, done);
    if (pending == 0) {
      end();
    }
    return Future.fromCompletionStage(done, context());
  }

  /** Lets a task end in a future, whatever it throws. */
  static <T> Runnable work(Callable<T> task, CompletableFuture<T> done) {
    return () -> {
      try {
        done.complete(task.call());
      } catch (Throwable failure) {
        done.completeExceptionally(failure);
      }
    };
  }

  Context context() {
    return vertx.getOrCreateContext();
  }

  /**
   * Queues a task.
   *
   * @throws DreamkeeperException NOT_SERVING after {@link #finish}
   * @throws OutOfMemoryError if there is no thread to be had
   */
  synchronized void add(BlockingExecutor from, Runnable task) {
    if (last != null) {
      throw new DreamkeeperException(FailureCode.NOT_SERVING, "the project is closed");
    }
    if (from.tasks.isEmpty()) {
      queue(() -> runNext(from));
    }
    from.tasks.add(task);
    pending++;
  }

  private void runNext(BlockingExecutor from) {
    Runnable task;
    synchronized (this) {
      task = from.tasks.remove();
      if (!from.tasks.isEmpty()) {
        queue(() -> runNext(from));
      }
    }
    try {
      task.run();
    } finally {
      ended();
    }
  }

  private synchronized void ended() {
    pending--;
    if (pending == 0 && last != null) {
      end();
    }
  }

  private void end() {
    queue(last);
    pool.shutdown();
  }

  private void queue(Runnable work) {
    try {
      pool.execute(work);
    } catch (OutOfMemoryError noThread) {
      if (pool.getPoolSize() == 0) {
        throw noThread;
      }
      // There is one, which comes to it.
      pool.getQueue().add(work);
    }
  }
}
