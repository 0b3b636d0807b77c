package org.dreamkeeper.lock.impl;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.List;
import java.util.function.BiFunction;
import org.dreamkeeper.bus.impl.Events;
import org.dreamkeeper.bus.impl.async.Time;
import org.dreamkeeper.bus.impl.json.JsonFields;
import org.dreamkeeper.store.Carried;
import org.dreamkeeper.store.LockRecord;
import org.dreamkeeper.store.LockStore;
import org.dreamkeeper.store.LockView;
import org.dreamkeeper.store.LockView.Foreign;
import org.dreamkeeper.store.LockView.Free;
import org.dreamkeeper.store.LockView.LockContent;

/**
 * The lock as it was last seen, and what we have granted of it. What is known changes by {@link
 * #become} alone, after the store has said so.
 */
final class LockState {
  private final Time time;
  private final long staleTimeoutMs;
  private final LockStore store;
  private final Events events;
  private BiFunction<LockRecord, LockView, Future<Void>> whenLost;
  private LockView view;
  private Lease lease;
  private Instant lastCompletedAt;
  private JsonObject lastHolder = new JsonObject();

  LockState(Time time, long staleTimeoutMs, LockStore store, Events events) {
    this.time = time;
    this.staleTimeoutMs = staleTimeoutMs;
    this.store = store;
    this.events = events;
  }

  /** Sets what is done where somebody else is seen in the place of a holder of ours. */
  void whenLost(BiFunction<LockRecord, LockView, Future<Void>> then) {
    whenLost = then;
  }

  /** The one transition: who is seen to have the lock, and what we have granted of it. */
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

  /** Looks who has the lock. */
  Future<Void> look() {
    return store.view().compose(this::seen);
  }

  private Future<Void> seen(LockView now) {
    if (lease == null || now.equals(view)) {
      become(now, lease);
      return Future.succeededFuture();
    }
    LockRecord lost = lease.record();
    become(now, null);
    return whenLost.apply(lost, now);
  }

  /** Changes the lock, if it is as it was last seen; tells whether it was. */
  Future<Boolean> swap(LockContent next, Lease granted, Carried carried) {
    return store
        .swap(view, next, carried)
        .compose(
            swap -> {
              if (!swap.done()) {
                return seen(swap.now()).map(false);
              }
              become(next, granted);
              return Future.succeededFuture(true);
            });
  }

  /** The same, and tells of it once that is done. */
  Future<Boolean> swapAndTell(
      LockContent next, Lease granted, List<JsonObject> replies, List<JsonObject> told) {
    return swap(next, granted, new Carried(replies, told))
        .onSuccess(
            done -> {
              if (done) {
                told.forEach(events::publish);
              }
            });
  }

  /** Who was last seen to have it; null if nobody has looked. */
  LockView view() {
    return view;
  }

  /** What we have granted, and not ended; or null. */
  Lease lease() {
    return lease;
  }

  /** The token of what we have granted, or null. */
  Long token() {
    return lease == null ? null : lease.token();
  }

  Moment now() {
    return Moment.now(time);
  }

  /** Tells of who has it, as far as is known; null if nobody has, or nobody who may keep it. */
  private JsonObject holder() {
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

  /**
   * Tells of it as {@link #toStatus} does, and of a lease of ours {@code token, renewedAt}. Of a
   * foreign process that has left it: {@code left}.
   */
  JsonObject figures(int waiting) {
    JsonObject figures = toStatus(waiting);
    if (lease != null && lease.abandoned() == null) {
      LockRecord record = lease.record();
      figures.put("token", record.token()).put("renewedAt", record.expiresAt() - record.leaseMs());
    } else if (view instanceof Foreign foreign && foreign.reclaimable() != null) {
      figures.put("left", LockEvents.reclaimed(foreign));
    }
    return figures;
  }

  JsonObject toStatus(int waiting) {
    JsonObject holder = holder();
    JsonObject status = JsonObject.of("held", holder != null);
    JsonFields.put(status, "holder", holder);
    status.put("lastCompletedAt", LockJson.millis(lastCompletedAt));
    return status.put("waiting", waiting);
  }
}
