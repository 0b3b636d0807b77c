package org.dreamkeeper.lock.impl;

import io.vertx.core.json.JsonObject;
import java.time.Instant;
import org.dreamkeeper.store.LockRecord;
import org.dreamkeeper.store.LockView.Foreign;

/** How replies tell of the lock. */
final class LockJson {
  private LockJson() {}

  /** A time in ms since 1970; 0 for none. */
  static long millis(Instant time) {
    return time == null ? 0 : time.toEpochMilli();
  }

  static JsonObject holder(Lease lease, Moment now) {
    LockRecord lock = lease.record();
    JsonObject holder = new JsonObject().put("pid", lock.pid());
    if (lock.owner() != null) {
      holder.put("owner", lock.owner());
    }
    holder
        .put("acquiredAt", lock.acquiredAt())
        .put("expiresAt", lock.expiresAt())
        .put("foreign", false);
    return lease.expired(now) ? holder.put("expired", true) : holder;
  }

  static JsonObject holder(Foreign foreign, long staleTimeoutMs) {
    long since = millis(foreign.since());
    return new JsonObject()
        .put("pid", foreign.pid())
        .put("acquiredAt", since)
        .put("expiresAt", since + staleTimeoutMs)
        .put("foreign", true);
  }

  static JsonObject grant(LockRecord lock, JsonObject reclaimed) {
    JsonObject reply =
        new JsonObject()
            .put("acquired", true)
            .put("token", lock.token())
            .put("priorMtime", millis(lock.prior()))
            .put("acquiredAt", lock.acquiredAt())
            .put("expiresAt", lock.expiresAt());
    return reclaimed == null ? reply : reply.put("reclaimed", reclaimed);
  }
}
