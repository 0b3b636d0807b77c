package org.dreamkeeper.lock;

import io.vertx.core.json.JsonObject;
import java.time.Instant;
import org.dreamkeeper.bus.impl.Time;

/**
 * The lock while this service holds it for somebody. The lease runs on the monotonic clock; {@code
 * expiresAt} is what people and other processes read.
 *
 * @param lock what the file says
 * @param endNanos when the lease runs out, on {@link Time#nanos}
 */
record Lease(LockRecord lock, long endNanos) {

  static Lease begin(
      long pid, long token, String instance, String owner, long leaseMs, Instant prior, Time time) {
    long now = time.millis();
    LockRecord lock =
        new LockRecord(pid, token, instance, owner, now, now + leaseMs, leaseMs, prior);
    return new Lease(lock, end(leaseMs, time));
  }

  Lease renewed(long leaseMs, Time time) {
    return new Lease(lock.renewed(time.millis() + leaseMs, leaseMs), end(leaseMs, time));
  }

  private static long end(long leaseMs, Time time) {
    return time.nanos() + leaseMs * 1_000_000;
  }

  long token() {
    return lock.token();
  }

  /** How long the lease still runs, ms, rounded up; 0 or less when it has run out. */
  long remainingMs(Time time) {
    return Math.floorDiv(endNanos - time.nanos() + 999_999, 1_000_000L);
  }

  boolean expired(Time time) {
    return endNanos - time.nanos() <= 0;
  }

  /**
   * Tells whether what the file says is still this lease's to change: its own record, or a record
   * that was deleted, emptied or torn under it. A PID alone is a foreign process's, whatever it is.
   */
  boolean owns(Verdict found) {
    if (found instanceof Verdict.Own own) {
      return own.lock().token() == token() && own.lock().instance().equals(lock.instance());
    }
    if (found instanceof Verdict.Foreign foreign) {
      return lock.isTorn(foreign.sight().content());
    }
    return found instanceof Verdict.Free;
  }

  /** Tells whether the file carries the record, whole. */
  boolean stands(Verdict found) {
    return found instanceof Verdict.Own && owns(found);
  }

  JsonObject holder(Time time) {
    JsonObject holder = new JsonObject().put("pid", lock.pid());
    if (lock.owner() != null) {
      holder.put("owner", lock.owner());
    }
    holder
        .put("acquiredAt", lock.acquiredAt())
        .put("expiresAt", lock.expiresAt())
        .put("foreign", false);
    return expired(time) ? holder.put("expired", true) : holder;
  }

  /** What names the holder in an event. */
  JsonObject named() {
    return named(lock);
  }

  static JsonObject named(LockRecord lock) {
    JsonObject who = new JsonObject();
    if (lock.token() != 0) {
      who.put("token", lock.token());
    }
    return lock.owner() == null ? who : who.put("owner", lock.owner());
  }

  /** What is told of a holder of ours that was pushed out. */
  static JsonObject former(LockRecord lock) {
    return named(lock).put("pid", lock.pid()).put("foreign", false);
  }
}
