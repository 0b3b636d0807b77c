package org.dreamkeeper.junit5;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.dreamkeeper.bus.impl.async.Time;
import org.dreamkeeper.junit5.impl.Quiet;

/**
 * Clocks and timers that stand still until a test moves them. A timer fires on the context that
 * scheduled it, in the order in which the timers are due; safe from any thread.
 *
 * <p>However slow the machine is, no time passes while anybody is at work, unless a test says so:
 *
 * <ol>
 *   <li>{@link #advance} waits until all that was asked for is done, and does so again after each
 *       timer;
 *   <li>a timer's task has run before time moves on;
 *   <li>a timer that is cancelled before its task runs does nothing, as Vert.x's own.
 * </ol>
 */
public final class ManualTime implements Time, InstantSource {
  private static final long NANOS_PER_MS = 1_000_000;

  private final class Timer {
    private final long dueNanos;
    private final long order;
    private final Context context;
    private final Runnable task;
    private boolean cancelled;

    private Timer(long dueNanos, long order, Context context, Runnable task) {
      this.dueNanos = dueNanos;
      this.order = order;
      this.context = context;
      this.task = task;
    }

    private void run() {
      synchronized (ManualTime.this) {
        if (cancelled) {
          return;
        }
      }
      task.run();
    }
  }

  private final PriorityQueue<Timer> timers =
      new PriorityQueue<>(
          Comparator.<Timer>comparingLong(timer -> timer.dueNanos)
              .thenComparingLong(timer -> timer.order));
  private final List<Runnable> settling = new CopyOnWriteArrayList<>();
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
  public Instant instant() {
    return Instant.ofEpochMilli(millis());
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
    timer.cancelled = true;
    timers.remove(timer);
  }

  /**
   * Sees to it that time waits for somebody.
   *
   * @param settled returns when he has done what he was asked for
   * @return ends that
   */
  public Runnable waitFor(Runnable settled) {
    settling.add(settled);
    return () -> settling.remove(settled);
  }

  /** Waits until all that was asked for is done; not on an event loop. */
  public void settle() {
    settling.forEach(Runnable::run);
  }

  /**
   * Lets time pass on both clocks once nobody is at work, and runs each timer that becomes due on
   * its context.
   *
   * @param ms how much, at least 0
   */
  public void advance(long ms) {
    pass(ms, this::settle);
  }

  /**
   * Lets time pass on both clocks once nobody is at work, and runs each timer that becomes due on
   * its context.
   *
   * @param length how much, not negative, to the millisecond
   */
  public void advance(Duration length) {
    advance(length.toMillis());
  }

  /**
   * Lets time pass whoever is at work, such as a disk that does not answer.
   *
   * @param ms how much, at least 0
   */
  public void leap(long ms) {
    pass(ms, () -> {});
  }

  private void pass(long ms, Runnable settle) {
    long end = nanos() + ms * NANOS_PER_MS;
    settle.run();
    for (Timer next = nextUntil(end); next != null; next = nextUntil(end)) {
      fire(next);
      settle.run();
    }
    moveTo(end);
  }

  private static void fire(Timer timer) {
    if (timer.context == null) {
      timer.run();
      return;
    }
    CountDownLatch ran = new CountDownLatch(1);
    timer.context.runOnContext(
        nothing -> {
          try {
            timer.run();
          } finally {
            ran.countDown();
          }
        });
    if (!Context.isOnEventLoopThread()) {
      await(ran);
    }
  }

  private static void await(CountDownLatch ran) {
    try {
      if (!ran.await(Quiet.PATIENCE_S, TimeUnit.SECONDS)) {
        throw new AssertionError("a timer's context is blocked");
      }
    } catch (InterruptedException stop) {
      throw new AssertionError(stop);
    }
  }

  private synchronized Timer nextUntil(long end) {
    Timer next = timers.peek();
    if (next == null || next.dueNanos > end) {
      return null;
    }
    moveTo(next.dueNanos);
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

  /**
   * Tells whether a timer is set for soon.
   *
   * @param ms from now
   * @return whether one will have fired by then
   */
  public synchronized boolean firesWithin(long ms) {
    return !timers.isEmpty() && timers.peek().dueNanos <= nanos + ms * NANOS_PER_MS;
  }
}
