package org.dreamkeeper.file;

import io.vertx.core.Future;
import java.util.concurrent.Callable;
import org.dreamkeeper.bus.impl.async.BlockingExecutor;

/**
 * Runs each call of a port as one task on the project's threads, in this order; what the disk says
 * no with becomes a StoreException, with {@code where} before the reason, such as {@code
 * "dream.lock: "}.
 */
record StoreTasks(BlockingExecutor executor, String where) {
  <T> Future<T> run(Callable<T> task) {
    return executor
        .run(task)
        .recover(failure -> Future.failedFuture(DiskFailure.told(where, failure)));
  }
}
