package org.dreamkeeper.lock.impl;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;
import org.dreamkeeper.bus.impl.async.Time;

/**
 * Those who wait, first come, first served: each until his own time is over, or his deadline.
 *
 * @param <T> who waits
 */
final class WaitQueue<T> {

  /** One who waits until a moment on the monotonic clock. */
  record Waiter<T>(T who, long untilNanos) {}

  private final Time time;
  private final ToLongFunction<T> deadline;
  private final Deque<Waiter<T>> waiters = new ArrayDeque<>();

  /**
   * Makes an empty queue.
   *
   * @param deadline how long somebody has until his deadline, ns, negative once it has passed
   */
  WaitQueue(Time time, ToLongFunction<T> deadline) {
    this.time = time;
    this.deadline = deadline;
  }

  int size() {
    return waiters.size();
  }

  Stream<T> all() {
    return waiters.stream().map(Waiter::who);
  }

  void join(T who, long waitMs) {
    waiters.addLast(new Waiter<>(who, time.nanos() + waitMs * 1_000_000));
  }

  /** Takes the first one out; null if nobody waits. */
  Waiter<T> first() {
    return waiters.pollFirst();
  }

  /** Puts back one who was {@link #first} and could not be served. */
  void back(Waiter<T> waiter) {
    waiters.addFirst(waiter);
  }

  /** Takes some out. */
  List<T> leave(Predicate<T> which) {
    return remove(waiter -> which.test(waiter.who));
  }

  /** Takes those out whose time is over. */
  List<T> overdue() {
    return remove(waiter -> remainingNanos(waiter) < 0);
  }

  /** In how many ms somebody's time will be over; the greatest number if nobody waits. */
  long nextMs() {
    return waiters.stream().mapToLong(this::remainingNanos).min().orElse(Long.MAX_VALUE) / 1_000_000
        + 1;
  }

  private long remainingNanos(Waiter<T> waiter) {
    return Math.min(waiter.untilNanos - time.nanos() - 1, deadline.applyAsLong(waiter.who));
  }

  private List<T> remove(Predicate<Waiter<T>> which) {
    List<T> gone = new ArrayList<>();
    waiters.removeIf(waiter -> which.test(waiter) && gone.add(waiter.who));
    return gone;
  }
}
