package org.dreamkeeper.lock;

import java.time.Instant;
import java.util.Optional;

/**
 * How the lock stands. Immutable.
 *
 * @param holder who holds it; empty if nobody does
 * @param lastCompletedAt when the last dream completed; empty if that is not known
 * @param waiting how many wait for it
 */
public record LockStatus(
    Optional<LockHolder> holder, Optional<Instant> lastCompletedAt, int waiting) {

  /**
   * Tells whether somebody holds it.
   *
   * @return whether there is a holder
   */
  public boolean held() {
    return holder.isPresent();
  }
}
