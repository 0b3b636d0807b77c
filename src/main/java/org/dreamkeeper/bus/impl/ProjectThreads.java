package org.dreamkeeper.bus.impl;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.dreamkeeper.bus.DreamkeeperException;
import org.dreamkeeper.bus.FailureCode;
import org.slf4j.Logger;

/**
 * Where one project's blocking work runs: on at most {@link #MAX} threads of its own, which are
 * there only while there is work.
 *
 * <ol>
 *   <li>Work comes through executors, one for each who has some. Each has its own order, and the
 *       threads take from them in turn: whoever has much holds up nobody else.
 *   <li>A thread that has nothing to do for a moment ends. One that hangs is a daemon.
 *   <li>Whatever a task throws, an Error too, is what its future fails with; the thread goes on.
 * </ol>
 *
 * <p>Safe from any thread.
 */
public final class ProjectThreads {
  /** How many tasks of a project may run at once. */
  public static final int MAX = 2;

  /** Long enough that a busy project does not begin a thread for each task: 0.1 s. */
  private static final long IDLE_NANOS = 100_000_000;

  private static final Logger LOG = Log.of(ProjectThreads.class);

  private final Vertx vertx;
  private final String name;
  private final Deque<BlockingExecutor> turns = new ArrayDeque<>();
  private int queued;
  private int threads;
  private int idle;
  private long begun;
  private boolean closed;
  private Runnable last;

  /**
   * Makes them; none runs yet.
   *
   * @param vertx on whose contexts the futures complete
   * @param project names the threads
   */
  public ProjectThreads(Vertx vertx, String project) {
    this.vertx = vertx;
    this.name = "dreamkeeper-" + project + "-";
  }

  /**
   * Gives somebody a place in the turns.
   *
   * @return an executor on these threads, with an order of its own
   */
  public BlockingExecutor executor() {
    return new BlockingExecutor(this);
  }

  /**
   * Takes no new work, and does a last thing when all else is done; to be called once.
   *
   * @param task the last thing
   * @param <T> what it gives
   * @return what it gave, on the caller's context; does not complete while another task hangs
   */
  public <T> Future<T> finish(Callable<T> task) {
    CompletableFuture<T> done = new CompletableFuture<>();
    Runnable work = work(task, done);
    synchronized (this) {
      closed = true;
      last = work;
      notifyAll();
      if (threads == 0) {
        begin();
      }
    }
    return Future.fromCompletionStage(done, context());
  }

  /** Lets a task end in a future. */
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
    if (closed) {
      throw new DreamkeeperException(FailureCode.NOT_SERVING, "the project is closed");
    }
    queued++;
    if (queued <= idle) {
      notify();
    } else if (threads < MAX) {
      try {
        begin();
      } catch (Throwable noThread) {
        if (threads == 0) {
          queued--;
          throw noThread;
        }
      }
    }
    from.tasks.add(task);
    if (from.tasks.size() == 1) {
      turns.add(from);
    }
  }

  private void begin() {
    Thread thread = new Thread(this::serve, name + ++begun);
    thread.setDaemon(true);
    threads++;
    try {
      thread.start();
    } catch (Throwable noThread) {
      threads--;
      throw noThread;
    }
  }

  private void serve() {
    for (Runnable next = next(); next != null; next = next()) {
      try {
        next.run();
      } catch (Throwable lost) {
        LOG.error("the end of a task could not be told", lost);
      }
    }
  }

  /** Takes the next task; null ends the thread. */
  private synchronized Runnable next() {
    rest();
    BlockingExecutor from = turns.poll();
    if (from != null) {
      queued--;
      Runnable task = from.tasks.remove();
      if (!from.tasks.isEmpty()) {
        turns.add(from);
      }
      return task;
    }
    if (last != null && threads == 1) {
      Runnable task = last;
      last = null;
      return task;
    }
    threads--;
    return null;
  }

  private void rest() {
    long until = System.nanoTime() + IDLE_NANOS;
    long left = IDLE_NANOS;
    idle++;
    while (queued == 0 && !closed && left > 0) {
      try {
        TimeUnit.NANOSECONDS.timedWait(this, left);
      } catch (InterruptedException stop) {
        // Nobody has a reason to: what hangs is left alone.
        break;
      }
      left = until - System.nanoTime();
    }
    idle--;
  }
}
