package org.dreamkeeper.run;

import java.time.Instant;
import org.dreamkeeper.lock.LockHolder;

/** A gate that keeps a dream from beginning, with the figures that keep it closed. Immutable. */
public sealed interface DreamGate {

  /**
   * Tells when this gate may open.
   *
   * @return the moment; null if that depends on what others do
   */
  Instant nextEligibleAt();

  /**
   * Says in one line why it is closed.
   *
   * @return the line
   */
  String reason();

  /**
   * The last dream is too recent.
   *
   * @param lastDreamAt when it completed
   * @param hours since then, negative if the clock was set back
   * @param minHours how many there must be
   * @param nextEligibleAt when there will be
   */
  record Hours(Instant lastDreamAt, double hours, double minHours, Instant nextEligibleAt)
      implements DreamGate {
    @Override
    public String reason() {
      return "the last dream was at %s, %.1f h ago, expected at least %s h"
          .formatted(lastDreamAt, hours, minHours);
    }
  }

  /**
   * Too little was written since the last dream, and no summaries are queued.
   *
   * @param curations how many curations there were
   * @param minCurations how many there must be
   */
  record Curations(long curations, long minCurations) implements DreamGate {
    @Override
    public Instant nextEligibleAt() {
      return null;
    }

    @Override
    public String reason() {
      return curations
          + " curations since the last dream, expected at least "
          + minCurations
          + " or a queued summary";
    }
  }

  /**
   * The agent is not idle.
   *
   * @param pendingTasks how many tasks the caller said are pending
   */
  record Tasks(long pendingTasks) implements DreamGate {
    @Override
    public Instant nextEligibleAt() {
      return null;
    }

    @Override
    public String reason() {
      return pendingTasks + " tasks are pending, expected none";
    }
  }

  /**
   * Somebody else holds the lock. No option opens this gate.
   *
   * @param holder who; null if that is not known
   * @param waiting how many wait for it
   */
  record Lock(LockHolder holder, int waiting) implements DreamGate {
    @Override
    public Instant nextEligibleAt() {
      return holder == null ? null : holder.expiresAt();
    }

    @Override
    public String reason() {
      return holder == null
          ? "the lock is held"
          : "the lock is held by "
              + (holder.owner() == null ? "" : "\"" + holder.owner() + "\", ")
              + "PID "
              + holder.pid()
              + ", until "
              + holder.expiresAt()
              + " at the latest";
    }
  }
}
