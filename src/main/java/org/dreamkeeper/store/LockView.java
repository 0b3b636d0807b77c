package org.dreamkeeper.store;

import java.time.Instant;

/** Who has the lock. */
public sealed interface LockView {

  /** What this service puts there. */
  sealed interface LockContent extends LockView {}

  /**
   * Nobody has it.
   *
   * @param completedAt when the last dream completed, to the nanosecond; null if that is not known
   */
  record Free(Instant completedAt) implements LockContent {}

  /** This service has it: this deployment, or an earlier one, which the claim proves dead. */
  record Held(LockRecord record) implements LockContent {}

  /**
   * Somebody has it who does not ask this service.
   *
   * @param pid whose process it is
   * @param since its last sign of life
   * @param reclaimable why the lock may be taken from it, {@code dead} or {@code stale}; null while
   *     it may not
   * @param prior when the last dream completed, as far as that can be known; or null
   */
  record Foreign(long pid, Instant since, String reclaimable, Instant prior) implements LockView {}
}
