package org.dreamkeeper.lock;

import io.vertx.core.json.JsonObject;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.dreamkeeper.bus.FailureCode;
import org.dreamkeeper.bus.impl.Request;
import org.dreamkeeper.bus.impl.Time;

/**
 * Those who wait for the lock, first come, first served. Each one's time and deadline is watched:
 * it is answered when either passes, and never granted then.
 */
final class WaitQueue {

  /** One who waits. */
  final class Waiter {
    private final Request request;
    private final long untilNanos;
    private Runnable watch;

    private Waiter(Request request, long waitMs) {
      this.request = request;
      this.untilNanos = time.nanos() + waitMs * 1_000_000;
    }

    Request request() {
      return request;
    }

    private void watch() {
      long waitMs = Math.floorDiv(untilNanos - time.nanos() + 999_999, 1_000_000L);
      waitMs = Math.min(waitMs, request.remainingNanos() / 1_000_000 + 1);
      watch = time.schedule(Math.max(1, waitMs), this::timeUp);
    }

    private void timeUp() {
      if (waiters.remove(this)) {
        refuse();
      }
    }

    private boolean late() {
      return request.overdue() || time.nanos() - untilNanos >= 0;
    }

    private void refuse() {
      if (request.overdue()) {
        request.fail(FailureCode.DEADLINE_PASSED, "tryAcquire waited until its deadline");
      } else {
        request.reply(refusal.get());
      }
    }
  }

  private final Time time;
  private final Supplier<JsonObject> refusal;
  private final Deque<Waiter> waiters = new ArrayDeque<>();

  /**
   * Makes an empty line.
   *
   * @param time the project's
   * @param refusal makes the reply to one who has waited in vain
   */
  WaitQueue(Time time, Supplier<JsonObject> refusal) {
    this.time = time;
    this.refusal = refusal;
  }

  int size() {
    return waiters.size();
  }

  boolean isEmpty() {
    return waiters.isEmpty();
  }

  /** Tells whether there was room for one more. */
  boolean join(Request request, long waitMs) {
    if (!request.park()) {
      return false;
    }
    Waiter waiter = new Waiter(request, waitMs);
    waiters.addLast(waiter);
    waiter.watch();
    return true;
  }

  /**
   * Takes the first one out; null if nobody waits. Whose time has passed is refused, also where the
   * timer that says so is late.
   */
  Waiter first() {
    Waiter waiter = waiters.pollFirst();
    while (waiter != null) {
      waiter.watch.run();
      if (!waiter.late()) {
        return waiter;
      }
      waiter.refuse();
      waiter = waiters.pollFirst();
    }
    return null;
  }

  /** Puts back one who was {@link #first} and could not be served. */
  void back(Waiter waiter) {
    waiters.addFirst(waiter);
    waiter.watch();
  }

  /** Names the nodes of the cluster on which those who said so live. */
  Set<String> nodes() {
    return waiters.stream()
        .map(waiter -> waiter.request().node())
        .filter(Objects::nonNull)
        .collect(Collectors.toSet());
  }

  /** Takes those out who live on these nodes. */
  List<Waiter> leave(Set<String> nodes) {
    List<Waiter> gone =
        waiters.stream().filter(waiter -> nodes.contains(waiter.request().node())).toList();
    gone.forEach(waiter -> waiter.watch.run());
    waiters.removeAll(new HashSet<>(gone));
    return gone;
  }

  /** Empties the line. */
  List<Waiter> leave() {
    List<Waiter> all = new ArrayList<>(waiters);
    all.forEach(waiter -> waiter.watch.run());
    waiters.clear();
    return all;
  }
}
