package org.dreamkeeper.bus.impl;

/** A timer that rings once, at the earliest of the times that it was set to. */
final class Alarm {
  private static final long NANOS_PER_MS = 1_000_000;

  private final Time time;
  private final Runnable task;
  private boolean set;
  private long due;
  private Runnable cancel = () -> {};

  Alarm(Time time, Runnable task) {
    this.time = time;
    this.task = task;
  }

  boolean isSet() {
    return set;
  }

  /** Sets it, unless it rings earlier anyway. */
  void within(long ms) {
    long at = time.nanos() + Math.max(1, ms) * NANOS_PER_MS;
    if (set && at - due >= 0) {
      return;
    }
    cancel();
    set = true;
    due = at;
    cancel = time.schedule(ms, this::ring);
  }

  private void ring() {
    set = false;
    task.run();
  }

  void cancel() {
    if (set) {
      cancel.run();
      set = false;
    }
  }
}
