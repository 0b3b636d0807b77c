package org.dreamkeeper.lock.impl;

import java.time.Instant;
import org.dreamkeeper.lock.impl.LockRules.Ask.Acquire;
import org.dreamkeeper.store.LockRecord;

/**
 * The lock while this service holds it for somebody. It runs on the monotonic clock; {@code
 * record.expiresAt} is what people and other processes read.
 *
 * @param record who has it
 * @param endNanos when it runs out
 * @param node where its holder lives in the cluster, until he has come back; null if he has, or has
 *     not said
 * @param abandoned why its holder is out, though the lock is not free yet; null while he is not
 * @param cancelled why his dream is to stop by itself, or null
 */
record Lease(LockRecord record, long endNanos, String node, String abandoned, String cancelled) {
  private static final long PID = ProcessHandle.current().pid();

  /** What is kept of somebody who is granted the lock. */
  static LockRecord record(Acquire ask, long token, String instance, Instant prior, long nowMs) {
    long leaseMs = ask.leaseMs();
    return new LockRecord(
        PID, token, instance, ask.owner(), nowMs, nowMs + leaseMs, leaseMs, prior, null);
  }

  /** Begins a lease, from now on: what the store took is not the holder's time. */
  static Lease begin(LockRecord record, String node, Moment now) {
    return new Lease(record, 0, node, null, null).running(record.leaseMs(), now);
  }

  /** Goes on with a lease that another deployment has granted. */
  static Lease goingOn(LockRecord record, String instance, Moment now) {
    long leftMs = Math.max(0, record.leaseMs() - record.home().spentMs());
    LockRecord here = record.servedBy(PID, instance, now.millis() + leftMs);
    String cancelled = record.home().cancelled();
    return new Lease(here, now.nanos() + leftMs * 1_000_000, null, null, cancelled);
  }

  /** Gives the same, with what of it has passed. */
  Lease noted(Moment now) {
    long spentMs = Math.min(record.leaseMs(), record.leaseMs() - remainingMs(now));
    LockRecord next = record.at(new LockRecord.Home(home(), spentMs, cancelled));
    return new Lease(next, endNanos, node, abandoned, cancelled);
  }

  /** Names the node on which a holder lives who may outlive the deployment; null for none. */
  String home() {
    return record.home() == null ? null : record.home().node();
  }

  private Lease running(long leaseMs, Moment now) {
    LockRecord next = record.renewed(now.millis() + leaseMs, leaseMs);
    return new Lease(next, now.nanos() + leaseMs * 1_000_000, node, abandoned, cancelled);
  }

  Lease renewed(long leaseMs, Moment now) {
    return running(leaseMs, now).used();
  }

  Lease used() {
    return new Lease(record, endNanos, null, abandoned, cancelled);
  }

  Lease abandoned(String why) {
    return new Lease(record, endNanos, node, why, cancelled);
  }

  Lease cancelled(String reason) {
    return new Lease(record, endNanos, node, abandoned, reason);
  }

  long token() {
    return record.token();
  }

  boolean holds(long token) {
    return abandoned == null && token() == token;
  }

  boolean expired(Moment now) {
    return endNanos - now.nanos() <= 0;
  }

  /** Tells whether nobody else may have the lock yet. */
  boolean stands(Moment now) {
    return abandoned == null && !expired(now);
  }

  /** How long it still runs, ms, rounded up; 0 or less when it has run out. */
  long remainingMs(Moment now) {
    return Math.floorDiv(endNanos - now.nanos() + 999_999, 1_000_000L);
  }
}
