package org.dreamkeeper.file;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.util.concurrent.Callable;

/** The threads on which all projects of a Vert.x wait for their disks. */
public final class Workers {
  private static final String NAME = "dreamkeeper-disk";

  /**
   * More than a few hanging disks can hold: a project never has more than {@link #PER_PROJECT}
   * tasks under way.
   */
  private static final int THREADS = 48;

  /** How many tasks of one actor may run at once. */
  public static final int PER_PROJECT = 4;

  private final WorkerExecutor executor;
  private final Runnable answered;

  Workers(Vertx vertx) {
    this(vertx.createSharedWorkerExecutor(NAME, THREADS), () -> {});
  }

  private Workers(WorkerExecutor executor, Runnable answered) {
    this.executor = executor;
    this.answered = answered;
  }

  /**
   * Gives the same threads to one who wants to know that the disk answers.
   *
   * @param onAnswer runs after each task that is started through the result, on its thread
   * @return the threads
   */
  Workers telling(Runnable onAnswer) {
    return new Workers(executor, onAnswer);
  }

  /**
   * Runs a task that may block.
   *
   * @param task the task; tasks are in no order
   * @param <T> what it gives
   * @return what it gave, on the caller's context
   */
  public <T> Future<T> run(Callable<T> task) {
    return executor.executeBlocking(
        () -> {
          try {
            return task.call();
          } finally {
            answered.run();
          }
        },
        false);
  }

  /** Gives the threads back; the last one stops them. */
  Future<Void> close() {
    return executor.close();
  }
}
