package org.dreamkeeper.lock.impl;

import io.vertx.core.json.JsonObject;
import java.time.Instant;
import org.dreamkeeper.bus.impl.Time;
import org.dreamkeeper.store.LockView;
import org.dreamkeeper.store.LockView.Foreign;
import org.dreamkeeper.store.LockView.Free;

/** What the actor knows of the lock. It changes by {@link #become} alone. */
final class LockState {
  private final Time time;
  private final long staleTimeoutMs;
  private LockView view;
  private Lease lease;
  private Instant lastCompletedAt;
  private JsonObject lastHolder = new JsonObject();

  LockState(Time time, long staleTimeoutMs) {
    this.time = time;
    this.staleTimeoutMs = staleTimeoutMs;
  }

  /**
   * The one transition, once the store has said so: who has the lock, and what we granted of it.
   */
  void become(LockView now, Lease granted) {
    view = now;
    lease = granted;
    if (now instanceof Free free) {
      lastCompletedAt = free.completedAt();
    } else if (granted != null) {
      lastCompletedAt = granted.record().prior();
    }
    lastHolder();
  }

  /** Who was last seen to have it; null if that is not known. */
  LockView view() {
    return view;
  }

  /** What we have granted, and not ended; or null. */
  Lease lease() {
    return lease;
  }

  Moment now() {
    return Moment.now(time);
  }

  /** When the last dream completed, ms since 1970; 0 if that is not known. */
  long lastCompletedAt() {
    return LockJson.millis(lastCompletedAt);
  }

  /** Tells of who has it, as far as is known; null if nobody has, or nobody who may keep it. */
  JsonObject holder() {
    if (lease != null) {
      return lease.abandoned() == null ? LockJson.holder(lease, now()) : null;
    }
    return view instanceof Foreign foreign && foreign.reclaimable() == null
        ? LockJson.holder(foreign, staleTimeoutMs)
        : null;
  }

  /** Tells of who has it, or had it last; empty if nobody was ever seen to. */
  JsonObject lastHolder() {
    JsonObject holder = holder();
    lastHolder = holder == null ? lastHolder : holder;
    return lastHolder;
  }

  /** Tells whether nobody else can have it now, as far as is known. */
  boolean taken() {
    return lease == null ? holder() != null : lease.stands(now());
  }
}
