package org.dreamkeeper.store;

import java.time.Instant;

/**
 * What is kept of a lock while this service holds it for somebody. Times are ms since 1970.
 *
 * @param pid the host's
 * @param token the holder's; 0 where none was kept that can be
 * @param instance the deployment that granted it
 * @param owner the holder's name for itself, or null
 * @param acquiredAt since when
 * @param expiresAt when the lease runs out
 * @param leaseMs the lease's length
 * @param prior when the last dream completed, to which a rollback returns, to the nanosecond; null
 *     if there was none, or none that can be
 */
public record LockRecord(
    long pid,
    long token,
    String instance,
    String owner,
    long acquiredAt,
    long expiresAt,
    long leaseMs,
    Instant prior) {

  /** Gives the record of the same holder with another lease. */
  public LockRecord renewed(long newExpiresAt, long newLeaseMs) {
    return new LockRecord(pid, token, instance, owner, acquiredAt, newExpiresAt, newLeaseMs, prior);
  }

  /** Tells whether another record is of the same holder. */
  public boolean sameHolder(LockRecord other) {
    return token == other.token && instance.equals(other.instance);
  }
}
