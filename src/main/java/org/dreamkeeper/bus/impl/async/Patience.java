package org.dreamkeeper.bus.impl.async;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import org.dreamkeeper.bus.DreamkeeperException;
import org.dreamkeeper.bus.FailureCode;

/**
 * Waits for what needs the store, but not for a store that is silent.
 *
 * @param silentMs for how long the oldest call to the store has been out, ms; 0 while none is
 */
public record Patience(Time time, LongSupplier silentMs) {
  /** How long a call to the store may be out before requests are refused, ms. */
  public static final long STALL_MS = 10_000;

  /**
   * Waits for some work; call it on a context.
   *
   * @return what the work gives; fails with STORAGE_FAILED when the store is silent for {@link
   *     #STALL_MS}
   */
  public <T> Future<T> with(Future<T> work) {
    Promise<T> end = Promise.promise();
    AtomicReference<Runnable> alarm = new AtomicReference<>(() -> {});
    work.onComplete(done -> alarm.get().run()).onSuccess(end::tryComplete).onFailure(end::tryFail);
    look(end, alarm);
    return end.future();
  }

  private void look(Promise<?> end, AtomicReference<Runnable> alarm) {
    long patienceMs = STALL_MS - silentMs.getAsLong();
    if (end.future().isComplete()) {
      return;
    }
    if (patienceMs <= 0) {
      end.tryFail(
          new DreamkeeperException(
              FailureCode.STORAGE_FAILED,
              "no answer from the store for " + STALL_MS / 1000 + " s"));
    } else {
      alarm.set(time.schedule(patienceMs, () -> look(end, alarm)));
    }
  }
}
