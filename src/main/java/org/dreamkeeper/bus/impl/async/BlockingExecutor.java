package org.dreamkeeper.bus.impl.async;

import io.vertx.core.Future;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;

/** Runs what may block on its project's threads, and keeps those who wait for a thread in order. */
public final class BlockingExecutor {
  private final ProjectThreads threads;

  /** Guarded by the threads. */
  final Deque<Runnable> tasks = new ArrayDeque<>();

  BlockingExecutor(ProjectThreads threads) {
    this.threads = threads;
  }

  /**
   * Runs a task that may block. Tasks begin in order, but two may run at once. The future completes
   * on the caller's context, and fails with whatever the task threw, and with NOT_SERVING when the
   * project has closed.
   */
  public <T> Future<T> run(Callable<T> task) {
    CompletableFuture<T> done = new CompletableFuture<>();
    try {
      threads.add(this, ProjectThreads.work(task, done));
    } catch (Throwable refused) {
      return Future.failedFuture(refused);
    }
    return Future.fromCompletionStage(done, threads.context());
  }
}
