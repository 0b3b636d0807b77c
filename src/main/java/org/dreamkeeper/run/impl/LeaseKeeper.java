package org.dreamkeeper.run.impl;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;
import org.dreamkeeper.bus.FailureCode;
import org.dreamkeeper.bus.impl.LogKeys;
import org.dreamkeeper.bus.impl.async.Time;
import org.dreamkeeper.bus.impl.text.Log;
import org.dreamkeeper.lock.DreamLock;
import org.dreamkeeper.log.LogClient;
import org.dreamkeeper.state.StateClient;
import org.slf4j.Logger;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * The lock while it is ours, and what is done under it.
 *
 * <ol>
 *   <li>It is renewed each time a third of the lease has passed; what fails is tried again soon.
 *   <li>It is lost when the host says so, and when a whole lease has passed since the last renewal
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

  private final DreamLock lock;
  private final Time time;
  private final Retry retry;
  private final long leaseMs;
  private final Promise<String> lost = Promise.promise();
  private Runnable renewal = () -> {};
  private Runnable expiry = () -> {};
  private String runId;
  private boolean over;

  LeaseKeeper(DreamLock lock, Time time, long leaseMs) {
    this.lock = lock;
    this.time = time;
    this.retry = new Retry(time);
    this.leaseMs = leaseMs;
    lock.lost().onSuccess(this::lose);
    heardAt(time.nanos());
  }

  long token() {
    return lock.token();
  }

  /** Reaches the state, under the lock. */
  StateClient state() {
    return lock.state();
  }

  /** Reaches the log, under the lock. */
  LogClient log() {
    return lock.log();
  }

  Instant now() {
    return Instant.ofEpochMilli(time.millis());
  }

  /** Asks again while that may help. */
  <T> Future<T> retry(Supplier<Future<T>> request) {
    return retry.of(request);
  }

  /** Says for which dream it is held. */
  void heldFor(String id) {
    runId = id;
  }

  /** Begins a line about that dream. */
  LoggingEventBuilder about(LoggingEventBuilder line) {
    return LogKeys.dream(line, runId, token());
  }

  /** Completes with the reason why somebody wants the dream to stop. */
  Future<String> cancelled() {
    return lock.cancelled();
  }

  /** Completes with how the loss was noticed. */
  Future<String> lost() {
    return lost.future();
  }

  private void lose(String how) {
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
    return retry.of(lock::release);
  }

  /** Gives the lock back as it was; that it cannot be is logged, and does not fail. */
  Future<Void> rollback() {
    stop();
    return retry.of(lock::rollback).<Void>mapEmpty().recover(this::left);
  }

  /**
   * Gives the lock back after the last dream was undone; fails no more than {@link #rollback}.
   *
   * @param before when the dream before it completed; empty if there was none
   */
  Future<Void> rewind(Optional<Instant> before) {
    stop();
    return retry
        .of(() -> lock.releaseUndone(before))
        .<Void>mapEmpty()
        .recover(failure -> Retry.isForGood(failure) ? rollback() : left(failure));
  }

  private Future<Void> left(Throwable failure) {
    if (Retry.code(failure) != FailureCode.NOT_HOLDER) {
      about(LOG.atWarn()).log("the lock is left to its lease: {}", failure.getMessage());
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
    lock.renew()
        .onComplete(
            end -> {
              if (over) {
                return;
              }
              if (end.succeeded()) {
                heardAt(asked);
              } else {
                about(LOG.atWarn())
                    .log("the lock is not renewed yet: {}", end.cause().getMessage());
                renewal = time.schedule(leaseMs / RETRIES_PER_LEASE, this::renew);
              }
            });
  }
}
