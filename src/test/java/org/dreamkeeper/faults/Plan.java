package org.dreamkeeper.faults;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** Counts file operations, and lets one of them go wrong. One operation at a time has its lock. */
final class Plan {
  private final List<Step> steps = new ArrayList<>();
  private Fault fault;
  private int at;
  private boolean counting;
  private final List<Step> failed = new ArrayList<>();
  private boolean dead;
  private Watch watch = () -> {};
  private CountDownLatch held = new CountDownLatch(0);

  /** What is done after each operation that is counted. */
  interface Watch {
    void look() throws IOException;
  }

  /** Begins to count. */
  synchronized void count(Watch each) {
    arm(null, 0);
    watch = each;
  }

  /**
   * Begins to count, and lets the n-th operation from now on, from 1, go wrong: or the first one
   * after it that writes something, where that is to be torn.
   */
  synchronized void arm(Fault kind, int n) {
    fault = kind;
    at = n;
    counting = true;
    steps.clear();
    failed.clear();
  }

  /** Lets everything go well again, but for a dead host. */
  synchronized void heal() {
    counting = false;
    watch = () -> {};
  }

  /** Takes note that an operation has been done. */
  synchronized void done() throws IOException {
    watch.look();
  }

  /** What was counted. */
  synchronized List<Step> steps() {
    return List.copyOf(steps);
  }

  /** What went wrong, in order. */
  synchronized List<Step> failed() {
    return List.copyOf(failed);
  }

  synchronized boolean dead() {
    return dead;
  }

  /** Lets operations wait. */
  synchronized void hold() {
    held = new CountDownLatch(1);
  }

  /** Lets those that wait begin. */
  synchronized void letGo() {
    held.countDown();
  }

  /** Waits while operations are held; not to be called with the lock. */
  void pass() throws IOException {
    CountDownLatch gate;
    synchronized (this) {
      gate = held;
    }
    try {
      gate.await();
    } catch (InterruptedException stop) {
      throw new IOException(stop);
    }
  }

  /**
   * Takes note of an operation that is about to begin.
   *
   * @return what it is to end with after it has done a part; null if it is to be done whole
   * @throws IOException if it is to do nothing
   */
  synchronized IOException next(Step step) throws IOException {
    if (dead) {
      throw Fault.CRASH.failure(step.name());
    }
    if (!counting) {
      return null;
    }
    steps.add(step);
    boolean broken = !failed.isEmpty() && fault == Fault.BROKEN;
    if (!broken && !(failed.isEmpty() && hits(step))) {
      return null;
    }
    failed.add(step);
    dead = fault.crash();
    if (fault == Fault.CRASH) {
      return null;
    }
    if (fault.tears()) {
      return fault.failure(step.name());
    }
    throw fault.failure(step.name());
  }

  private boolean hits(Step step) {
    if (fault == null) {
      return false;
    }
    return fault.tears() ? steps.size() >= at && step.op().writesContent() : steps.size() == at;
  }
}
