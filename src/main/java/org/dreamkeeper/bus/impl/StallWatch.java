package org.dreamkeeper.bus.impl;

import java.util.function.LongSupplier;
import org.dreamkeeper.bus.impl.async.Patience;
import org.dreamkeeper.bus.impl.async.Time;

/**
 * Tells a {@link Mailbox} when to look at what waits in it: when a deadline is over, and when the
 * disk may have been silent for too long.
 */
final class StallWatch {
  /** How often at most all that waits is looked at, ms. */
  private static final long LOOK_MS = 100;

  private static final long NANOS_PER_MS = 1_000_000;

  private final Time time;
  private final LongSupplier silentMs;
  private final Runnable look;
  private Runnable cancel;
  private long dueNanos;
  private boolean stalled;

  /** When the last step was made: a batch began or ended, or something came after a rest. */
  private long movedAt;

  StallWatch(Time time, LongSupplier silentMs, Runnable look) {
    this.time = time;
    this.silentMs = silentMs;
    this.look = look;
  }

  void moved() {
    movedAt = time.nanos();
  }

  /** Takes note that a batch has ended: the disk has answered. */
  void ended() {
    stalled = false;
    moved();
  }

  /** Tells whether the disk has been silent for too long, and nothing has moved. */
  boolean stalls() {
    stalled = silent();
    return stalled;
  }

  /** Tells the same, and takes no note of it. */
  boolean silent() {
    return quietMs() >= Patience.STALL_MS;
  }

  /** Tells whether the disk is as silent as it was found to be. */
  boolean stillStalled() {
    stalled = stalled && silentMs.getAsLong() >= Patience.STALL_MS;
    return stalled;
  }

  private long quietMs() {
    return Math.min(silentMs.getAsLong(), (time.nanos() - movedAt) / NANOS_PER_MS);
  }

  /** Looks in time for who has just come. */
  void lookAfter(Request request) {
    lookWithin(Patience.STALL_MS, request.remainingNanos());
  }

  /** Looks again, in time for the first deadline, if there is one. */
  void lookAgain(long firstNanos) {
    lookWithin(Patience.STALL_MS - quietMs(), firstNanos);
  }

  private void lookWithin(long ms, long deadlineNanos) {
    long within = Math.max(LOOK_MS, Math.min(ms, deadlineNanos / NANOS_PER_MS + 1));
    long due = time.nanos() + within * NANOS_PER_MS;
    if (cancel == null || due - dueNanos < 0) {
      rest();
      dueNanos = due;
      cancel = time.schedule(within, this::ring);
    }
  }

  private void ring() {
    cancel = null;
    look.run();
  }

  /** Looks no more, for nobody waits. */
  void rest() {
    if (cancel != null) {
      cancel.run();
      cancel = null;
    }
  }
}
