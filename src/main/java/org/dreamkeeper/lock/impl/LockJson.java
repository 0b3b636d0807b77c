package org.dreamkeeper.lock.impl;

import io.vertx.core.json.JsonObject;
import java.time.Instant;
import org.dreamkeeper.bus.impl.json.JsonFields;
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
    JsonObject holder = JsonObject.of("pid", lock.pid());
    JsonFields.put(holder, "owner", lock.owner());
    holder.put("acquiredAt", lock.acquiredAt()).put("expiresAt", lock.expiresAt());
    holder.put("foreign", false);
    return lease.expired(now) ? holder.put("expired", true) : holder;
  }

  static JsonObject holder(Foreign foreign, long staleTimeoutMs) {
    long since = millis(foreign.since());
    JsonObject holder = JsonObject.of("pid", foreign.pid(), "acquiredAt", since);
    return holder.put("expiresAt", since + staleTimeoutMs).put("foreign", true);
  }

  static JsonObject renewed(Lease lease) {
    JsonObject reply = new JsonObject().put("expiresAt", lease.record().expiresAt());
    return JsonFields.put(reply, "cancel", lease.cancelled());
  }

  static JsonObject grant(LockRecord lock, JsonObject reclaimed) {
    JsonObject reply = JsonObject.of("acquired", true, "token", lock.token());
    reply.put("priorMtime", millis(lock.prior())).put("acquiredAt", lock.acquiredAt());
    reply.put("expiresAt", lock.expiresAt());
    return JsonFields.put(reply, "reclaimed", reclaimed);
  }
}
