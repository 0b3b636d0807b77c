package org.dreamkeeper.postgres;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.dreamkeeper.bus.DreamkeeperException;
import org.dreamkeeper.bus.FailureCode;
import org.dreamkeeper.bus.impl.async.AsyncLoop;
import org.dreamkeeper.bus.impl.async.BlockingExecutor;
import org.dreamkeeper.bus.impl.async.CallWatch;
import org.dreamkeeper.bus.impl.async.ProjectThreads;

/**
 * The calls to one project's store: each on its caller's context, watched, and none after the end.
 * Safe from any thread.
 */
final class Calls {
  private final Vertx vertx;
  private final ProjectThreads threads;
  private final BlockingExecutor executor;
  private final CallWatch watch;
  private final List<Line> lines = new ArrayList<>();
  private boolean closed;

  Calls(Vertx vertx, ProjectThreads threads, CallWatch watch) {
    this.vertx = vertx;
    this.threads = threads;
    this.executor = threads.executor();
    this.watch = watch;
  }

  /** Computes something: what is small here, the rest where it may take its time. */
  <T> Future<T> compute(boolean small, Supplier<T> work) {
    return small
        ? AsyncLoop.attempt(() -> Future.succeededFuture(work.get()))
        : executor.run(work::get);
  }

  /** Takes no more calls, and does a last thing when all are done. */
  Future<Void> finish(Supplier<Future<Void>> last) {
    List<Future<?>> under = new ArrayList<>();
    synchronized (this) {
      closed = true;
      lines.forEach(each -> under.add(each.last));
    }
    return Future.join(under)
        .transform(done -> last.get())
        .eventually(() -> threads.finish(() -> null));
  }

  /** Makes a line for calls of which one is carried out after the other. */
  synchronized Line line() {
    Line line = new Line();
    lines.add(line);
    return line;
  }

  private synchronized <T> Future<?> enter(Line line, Future<T> call) {
    if (closed) {
      throw new DreamkeeperException(FailureCode.NOT_SERVING, "the project is closed");
    }
    Future<?> before = line.last;
    line.last = call;
    return before;
  }

  /** Calls of which each begins when the one before it has ended. */
  final class Line {
    /** Guarded by the calls. */
    private Future<?> last = Future.succeededFuture();

    /** Makes a call; the future completes on the caller's context. */
    <T> Future<T> run(Supplier<Future<T>> call) {
      Context context = vertx.getOrCreateContext();
      Promise<T> done = Promise.promise();
      Future<?> before = enter(this, done.future());
      Runnable turn = () -> watch.later(() -> AsyncLoop.attempt(call)).onComplete(done);
      if (before.isComplete()
          && Vertx.currentContext() == context
          && Context.isOnEventLoopThread()) {
        turn.run();
      } else {
        before.onComplete(end -> context.runOnContext(on -> turn.run()));
      }
      return done.future();
    }
  }
}
