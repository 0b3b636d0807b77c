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
 * @param home where the holder lives, if he may outlive the host; null if he does not
 */
public record LockRecord(
    long pid,
    long token,
    String instance,
    String owner,
    long acquiredAt,
    long expiresAt,
    long leaseMs,
    Instant prior,
    Home home) {

  /**
   * Where a holder lives.
   *
   * @param node the cluster's id of his node; null if that is not known
   * @param spentMs how much of the lease had passed when this was written, ms
   * @param cancelled why his dream is to stop by itself, or null
   */
  public record Home(String node, long spentMs, String cancelled) {}

  /** Gives the record of the same holder, who lives there. */
  public LockRecord at(Home there) {
    return new LockRecord(
        pid, token, instance, owner, acquiredAt, expiresAt, leaseMs, prior, there);
  }

  /** Gives the record of the same holder, with whose lock another deployment goes on. */
  public LockRecord servedBy(long host, String deployment, long until) {
    return new LockRecord(host, token, deployment, owner, acquiredAt, until, leaseMs, prior, home);
  }

  /** Gives the record of the same holder with another lease. */
  public LockRecord renewed(long newExpiresAt, long newLeaseMs) {
    Home there = home == null ? null : new Home(home.node(), 0, home.cancelled());
    return new LockRecord(
        pid, token, instance, owner, acquiredAt, newExpiresAt, newLeaseMs, prior, there);
  }

  /** Tells whether another record is of the same holder. */
  public boolean sameHolder(LockRecord other) {
    return token == other.token && instance.equals(other.instance);
  }
}
