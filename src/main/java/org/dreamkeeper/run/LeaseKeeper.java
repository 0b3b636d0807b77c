package org.dreamkeeper.run;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Instant;
import org.dreamkeeper.bus.FailureCode;
import org.dreamkeeper.bus.impl.Log;
import org.dreamkeeper.bus.impl.LogKeys;
import org.dreamkeeper.bus.impl.Time;
import org.dreamkeeper.lock.LockClient;
import org.dreamkeeper.lock.LockGrant;
import org.slf4j.Logger;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * The lock while it is ours.
 *
 * <ol>
 *   <li>It is renewed each time a third of the lease has passed; what fails is tried again soon.
 *   <li>It is lost when the host says so, and when a whole lease has passed since the last request
 *       that was heard: then somebody else may have it.
 *   <li>Whoever ends it stops the renewals first, so that an end is never taken for a loss.
 * </ol>
 *
 * <p>Confined to the run's context.
 */
final class LeaseKeeper {
  private static final Logger LOG = Log.of(LeaseKeeper.class);
  private static final long NANOS_PER_MS = 1_000_000;
  private static final int RENEWALS_PER_LEASE = 3;
  private static final int RETRIES_PER_LEASE = 12;

  private final LockClient lock;
  private final Time time;
  private final Retry retry;
  private final LockGrant grant;
  private final long leaseMs;
  private final Promise<String> lost = Promise.promise();
  private Runnable renewal = () -> {};
  private Runnable expiry = () -> {};
  private String runId;
  private boolean over;

  LeaseKeeper(LockClient lock, Time time, LockGrant grant, long leaseMs) {
    this.lock = lock;
    this.time = time;
    this.retry = new Retry(time);
    this.grant = grant;
    this.leaseMs = leaseMs;
  }

  LeaseKeeper keep() {
    heardAt(time.nanos());
    return this;
  }

  long token() {
    return grant.token();
  }

  /** Says for which dream it is held. */
  void heldFor(String id) {
    runId = id;
  }

  private LoggingEventBuilder line() {
    return LogKeys.dream(LOG.atWarn(), runId, token());
  }

  /** Completes with how the loss was noticed. */
  Future<String> lost() {
    return lost.future();
  }

  /** Says that somebody was refused for the token. */
  void lose(String how) {
    if (!over) {
      stop();
      lost.tryComplete(how);
    }
  }

  /** Renews no more: what is not ended is left to whoever takes the lock next. */
  void stop() {
    over = true;
    renewal.run();
    expiry.run();
  }

  Future<Instant> release() {
    stop();
    return retry.of(() -> lock.release(token()));
  }

  /** Gives the lock back as it was; that it cannot be is logged, and does not fail. */
  Future<Void> rollback() {
    stop();
    return retry
        .of(() -> lock.rollback(token()))
        .<Void>mapEmpty()
        .recover(failure -> left(failure));
  }

  /**
   * Gives the lock back after the last dream was undone; fails no more than {@link #rollback}.
   *
   * @param completedAt when the one before it completed, ms since 1970; 0 for never
   */
  Future<Void> rewind(long completedAt) {
    stop();
    return retry
        .of(() -> lock.release(token(), completedAt))
        .<Void>mapEmpty()
        .recover(failure -> Retry.isForGood(failure) ? rollback() : left(failure));
  }

  private Future<Void> left(Throwable failure) {
    if (Retry.code(failure) != FailureCode.NOT_HOLDER) {
      line().log("the lock is left to its lease: {}", failure.getMessage());
    }
    return Future.succeededFuture();
  }

  private void heardAt(long nanos) {
    renewal.run();
    expiry.run();
    renewal = time.schedule(leaseMs / RENEWALS_PER_LEASE, this::renew);
    long left = leaseMs - (time.nanos() - nanos) / NANOS_PER_MS;
    expiry =
        time.schedule(
            Math.max(1, left), () -> lose("the lease ran out, and could not be renewed in time"));
  }

  private void renew() {
    long asked = time.nanos();
    lock.renew(token(), leaseMs)
        .onComplete(
            end -> {
              if (over) {
                return;
              }
              if (end.succeeded()) {
                heardAt(asked);
              } else if (Retry.code(end.cause()) == FailureCode.NOT_HOLDER) {
                lose(end.cause().getMessage());
              } else {
                line().log("the lock is not renewed yet: {}", end.cause().getMessage());
                renewal = time.schedule(leaseMs / RETRIES_PER_LEASE, this::renew);
              }
            });
  }
}
