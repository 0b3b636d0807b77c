package org.dreamkeeper.run.impl;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.function.Supplier;
import org.dreamkeeper.bus.DreamkeeperException;
import org.dreamkeeper.bus.FailureCode;
import org.dreamkeeper.bus.impl.async.Time;
import org.dreamkeeper.lock.AcquireOptions;
import org.dreamkeeper.lock.Acquisition;
import org.dreamkeeper.lock.DreamLock;
import org.dreamkeeper.lock.LockClient;
import org.dreamkeeper.log.DreamLogEntry;
import org.dreamkeeper.log.DreamStatus;
import org.dreamkeeper.log.LogClient;
import org.dreamkeeper.state.StateClient;
import org.dreamkeeper.texts.TextFolder;

/**
 * What a run needs of its project; all else it does under the lock.
 *
 * @param texts gives the folder of the project's texts, or null
 */
public record Clients(
    StateClient state, LockClient lock, LogClient log, Supplier<TextFolder> texts, Time time) {

  /**
   * Asks for the lock; fails with a {@link CancellationException} if the caller is undeployed
   * meanwhile: a grant that comes then goes back at once.
   */
  Future<Acquisition> acquire(OwnContext own, AcquireOptions options) {
    Promise<Acquisition> answer = Promise.promise();
    own.left().onSuccess(gone -> answer.tryFail(new CancellationException(OwnContext.LEFT)));
    lock.acquire(options)
        .onFailure(answer::tryFail)
        .onSuccess(
            got -> {
              if (!answer.tryComplete(got)) {
                got.fold(late -> keep(late.lock(), options.getLease()).rollback(), none -> null);
              }
            });
    return answer.future();
  }

  /** Gives the folder of the texts; INVALID_REQUEST if this process has none. */
  Future<TextFolder> folder() {
    TextFolder folder = texts.get();
    return folder == null
        ? refused(
            "this process knows no folder of texts: set texts in the project's configuration, or"
                + " give the command --texts DIR")
        : Future.succeededFuture(folder);
  }

  /** Reads the entry of a dream, which must be over. */
  Future<DreamLogEntry> entry(String id) {
    return log.getById(id)
        .compose(
            found -> {
              if (found.isEmpty()) {
                return refused(id + " is not in the log");
              }
              return found.get().status() == DreamStatus.PROCESSING
                  ? refused(id + " is processing, expected a dream that is over")
                  : Future.succeededFuture(found.get());
            });
  }

  /** Refuses what is not as asked for. */
  static <T> Future<T> refused(String reason) {
    return Future.failedFuture(new DreamkeeperException(FailureCode.INVALID_REQUEST, reason));
  }

  /** Keeps what was granted. */
  LeaseKeeper keep(DreamLock granted, Duration lease) {
    return new LeaseKeeper(granted, time, lease.toMillis());
  }
}
