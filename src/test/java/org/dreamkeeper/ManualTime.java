package org.dreamkeeper;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.util.Comparator;
import java.util.PriorityQueue;
import org.dreamkeeper.bus.impl.Time;

/**
 * Clocks and timers that stand still until a test moves them. A timer fires on the context that
 * scheduled it, in the order in which the timers are due; safe from any thread.
 */
public final class ManualTime implements Time {
  private record Timer(long dueNanos, long order, Context context, Runnable task) {}

  private static final long NANOS_PER_MS = 1_000_000;

  private final PriorityQueue<Timer> timers =
      new PriorityQueue<>(
          Comparator.comparingLong(Timer::dueNanos).thenComparingLong(Timer::order));
  private long millis;
  private long nanos;
  private long scheduled;

  /**
   * Makes a clock that stands.
   *
   * @param millis ms since 1970
   */
  public ManualTime(long millis) {
    this.millis = millis;
  }

  @Override
  public synchronized long millis() {
    return millis;
  }

  @Override
  public synchronized long nanos() {
    return nanos;
  }

  @Override
  public synchronized Runnable schedule(long delayMs, Runnable task) {
    Timer timer =
        new Timer(
            nanos + Math.max(1, delayMs) * NANOS_PER_MS, scheduled++, Vertx.currentContext(), task);
    timers.add(timer);
    return () -> cancel(timer);
  }

  private synchronized void cancel(Timer timer) {
    timers.remove(timer);
  }

  /**
   * Lets time pass on both clocks, and hands each timer that becomes due to its context.
   *
   * @param ms how much, at least 0
   */
  public void advance(long ms) {
    long end;
    synchronized (this) {
      end = nanos + ms * NANOS_PER_MS;
    }
    for (Timer next = nextUntil(end); next != null; next = nextUntil(end)) {
      fire(next);
    }
    moveTo(end);
  }

  private void fire(Timer timer) {
    if (timer.context() == null) {
      timer.task().run();
    } else {
      timer.context().runOnContext(nothing -> timer.task().run());
    }
  }

  private synchronized Timer nextUntil(long end) {
    Timer next = timers.peek();
    if (next == null || next.dueNanos() > end) {
      return null;
    }
    moveTo(next.dueNanos());
    return timers.remove();
  }

  private synchronized void moveTo(long dueNanos) {
    millis += Math.max(0, dueNanos - nanos) / NANOS_PER_MS;
    nanos = Math.max(nanos, dueNanos);
  }

  /**
   * Sets the wall clock, forward or back; timers and the monotonic clock do not notice.
   *
   * @param ms since 1970
   */
  public synchronized void setMillis(long ms) {
    millis = ms;
  }

  /**
   * Counts the timers that have not fired.
   *
   * @return how many
   */
  public synchronized int pending() {
    return timers.size();
  }
}
