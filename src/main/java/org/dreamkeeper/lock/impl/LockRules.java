package org.dreamkeeper.lock.impl;

import io.vertx.core.json.JsonObject;
import java.time.Instant;
import org.dreamkeeper.bus.DreamkeeperException;
import org.dreamkeeper.bus.FailureCode;
import org.dreamkeeper.store.LockRecord;
import org.dreamkeeper.store.LockView;
import org.dreamkeeper.store.LockView.Foreign;
import org.dreamkeeper.store.LockView.Free;
import org.dreamkeeper.store.LockView.Held;

/**
 * What becomes of the lock: decided by who has it, what is asked and the time, and by nothing else.
 *
 * <ol>
 *   <li>A lease that has not run out is the holder's; so is one that has, until somebody asks for
 *       the lock: then it ends first.
 *   <li>A record of ours that is nobody's lease is a dead host's, or a dead grant's: it ends first.
 *   <li>A foreign holder is refused for, or pushed out if the store says why.
 * </ol>
 */
final class LockRules {

  /** What is asked. */
  sealed interface Ask {
    /** The lock, for somebody who may have a name, and live on a node that he named. */
    record Acquire(String owner, long leaseMs, String node) implements Ask {}

    /** Something that its holder alone may ask. */
    sealed interface OfHolder extends Ask {
      long token();
    }

    /** Another lease; null: as long as the last one. */
    record Renew(long token, Long leaseMs) implements OfHolder {}

    /** The end of a dream that completed; or, of its undoing, when the one before it did. */
    record Release(long token, Long completedAt) implements OfHolder {}

    /** The end of a dream that failed. */
    record Rollback(long token) implements OfHolder {}
  }

  /** What is to be done. */
  sealed interface Decision {
    /** The lock is granted; somebody foreign is pushed out for it, or null. */
    record Grant(Instant prior, Foreign reclaimed) implements Decision {}

    /** Somebody's lock ends, as its holder does not end it; then it is decided again. */
    record EndFirst(LockRecord abandoned, String why) implements Decision {}

    /** Somebody else has it. */
    record Refuse() implements Decision {}

    /** The lease is prolonged. */
    record Prolong(Lease next) implements Decision {}

    /** The holder's lock ends, and it is told. */
    record End(Free next, JsonObject reply, String event, JsonObject details) implements Decision {}

    /** It cannot be. */
    record Fail(DreamkeeperException refusal) implements Decision {}
  }

  private LockRules() {}

  /**
   * Decides.
   *
   * @param view who has the lock, as it was last seen
   * @param lease what we have granted, or null
   */
  static Decision decide(LockView view, Lease lease, Ask ask, Moment now) {
    return ask instanceof Ask.OfHolder mine
        ? ofHolder(lease, mine, now)
        : acquire(view, lease, now);
  }

  private static Decision acquire(LockView view, Lease lease, Moment now) {
    if (lease != null) {
      String why = lease.abandoned() == null ? "expired" : lease.abandoned();
      return lease.stands(now) ? new Decision.Refuse() : new Decision.EndFirst(lease.record(), why);
    }
    if (view instanceof Free free) {
      return new Decision.Grant(free.completedAt(), null);
    }
    if (view instanceof Held dead) {
      return new Decision.EndFirst(dead.record(), "dead");
    }
    Foreign foreign = (Foreign) view;
    return foreign.reclaimable() == null
        ? new Decision.Refuse()
        : new Decision.Grant(foreign.prior(), foreign);
  }

  private static Decision ofHolder(Lease lease, Ask.OfHolder ask, Moment now) {
    if (lease == null || !lease.holds(ask.token())) {
      return new Decision.Fail(notHolder(ask.token()));
    }
    if (ask instanceof Ask.Renew renew) {
      long length = renew.leaseMs() == null ? lease.record().leaseMs() : renew.leaseMs();
      return new Decision.Prolong(lease.renewed(length, now));
    }
    if (ask instanceof Ask.Rollback) {
      Instant prior = lease.record().prior();
      JsonObject mtime = new JsonObject().put("mtime", LockJson.millis(prior));
      return new Decision.End(new Free(prior), mtime, "lock.rolledBack", mtime);
    }
    return release(((Ask.Release) ask).completedAt(), now.millis());
  }

  private static Decision release(Long completedAt, long now) {
    if (completedAt == null) {
      JsonObject at = new JsonObject().put("completedAt", now);
      return new Decision.End(new Free(Instant.ofEpochMilli(now)), at, "lock.released", at);
    }
    if (completedAt > now) {
      String reason = "/completedAt: " + completedAt + " is in the future, expected at most " + now;
      return new Decision.Fail(new DreamkeeperException(FailureCode.INVALID_REQUEST, reason));
    }
    return new Decision.End(
        new Free(completedAt == 0 ? null : Instant.ofEpochMilli(completedAt)),
        new JsonObject().put("completedAt", completedAt),
        "lock.rolledBack",
        new JsonObject().put("mtime", completedAt).put("why", "undone"));
  }

  static DreamkeeperException notHolder(long token) {
    return new DreamkeeperException(
        FailureCode.NOT_HOLDER, "token " + token + " is not the holder's");
  }
}
