package org.dreamkeeper.postgres;

import io.vertx.core.Future;
import java.util.concurrent.Callable;
import org.dreamkeeper.bus.impl.BlockingExecutor;
import org.dreamkeeper.bus.impl.CallWatch;

/** Runs each call of a port as one task on the project's threads, and watches how long it takes. */
record PgTasks(BlockingExecutor executor, CallWatch watch) {
  <T> Future<T> run(Callable<T> task) {
    return executor.run(() -> watch.call(task));
  }
}
