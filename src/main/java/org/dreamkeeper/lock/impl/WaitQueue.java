package org.dreamkeeper.lock.impl;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;
import org.dreamkeeper.bus.impl.Time;

/**
 * Those who wait, first come, first served. Each one's time is watched, and his deadline: when
 * either passes he leaves, and is told so.
 *
 * @param <T> who waits
 */
final class WaitQueue<T> {

  /** One who waits. */
  final class Waiter {
    private final T who;
    private final long untilNanos;
    private Runnable alarm;

    private Waiter(T who, long waitMs) {
      this.who = who;
      this.untilNanos = time.nanos() + waitMs * 1_000_000;
    }

    T who() {
      return who;
    }

    /** Negative once its time, or its deadline, has passed. */
    private long remainingNanos() {
      return Math.min(untilNanos - time.nanos() - 1, deadline.applyAsLong(who));
    }

    private void watch() {
      long waitMs = Math.floorDiv(remainingNanos(), 1_000_000L) + 1;
      alarm = time.schedule(Math.max(1, waitMs), this::leave);
    }

    private void leave() {
      if (waiters.remove(this)) {
        timeUp.accept(who);
      }
    }
  }

  private final Time time;
  private final ToLongFunction<T> deadline;
  private final Consumer<T> timeUp;
  private final Deque<Waiter> waiters = new ArrayDeque<>();

  /**
   * Makes an empty queue.
   *
   * @param deadline how long somebody has until his deadline, ns, negative once it has passed
   * @param timeUp hears of whoever has waited in vain
   */
  WaitQueue(Time time, ToLongFunction<T> deadline, Consumer<T> timeUp) {
    this.time = time;
    this.deadline = deadline;
    this.timeUp = timeUp;
  }

  int size() {
    return waiters.size();
  }

  Stream<T> all() {
    return waiters.stream().map(Waiter::who);
  }

  void join(T who, long waitMs) {
    Waiter waiter = new Waiter(who, waitMs);
    waiters.addLast(waiter);
    waiter.watch();
  }

  /**
   * Takes the first one out; null if nobody waits. Whose time has passed leaves, also where the
   * timer that says so is late.
   */
  Waiter first() {
    Waiter waiter = waiters.pollFirst();
    while (waiter != null) {
      waiter.alarm.run();
      if (waiter.remainingNanos() >= 0) {
        return waiter;
      }
      timeUp.accept(waiter.who);
      waiter = waiters.pollFirst();
    }
    return null;
  }

  /** Puts back one who was {@link #first} and could not be served. */
  void back(Waiter waiter) {
    waiters.addFirst(waiter);
    waiter.watch();
  }

  /** Takes some out. */
  List<T> leave(Predicate<T> which) {
    List<T> gone = new ArrayList<>();
    waiters.removeIf(
        waiter -> {
          boolean leaves = which.test(waiter.who);
          if (leaves) {
            waiter.alarm.run();
            gone.add(waiter.who);
          }
          return leaves;
        });
    return gone;
  }
}
