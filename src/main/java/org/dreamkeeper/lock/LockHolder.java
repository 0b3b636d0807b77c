package org.dreamkeeper.lock;

import io.vertx.core.json.JsonObject;
import java.time.Instant;

/**
 * Who holds the lock.
 *
 * @param pid the host's, or the foreign process's
 * @param owner the name that the holder gave itself, or null
 * @param acquiredAt since when; a foreign holder's last sign of life
 * @param expiresAt when the lease runs out, or a foreign holder counts as stale
 * @param foreign whether it is a process other than the host
 * @param expired whether the lease ran out: the next {@code tryAcquire} gets the lock
 */
public record LockHolder(
    long pid,
    String owner,
    Instant acquiredAt,
    Instant expiresAt,
    boolean foreign,
    boolean expired) {

  /**
   * Reads a holder.
   *
   * @param json as the lock and the gates tell it, or null
   * @return the holder; null for an absent one
   */
  public static LockHolder of(JsonObject json) {
    return json == null || json.isEmpty()
        ? null
        : new LockHolder(
            json.getLong("pid"),
            json.getString("owner"),
            Instant.ofEpochMilli(json.getLong("acquiredAt")),
            Instant.ofEpochMilli(json.getLong("expiresAt")),
            json.getBoolean("foreign"),
            json.getBoolean("expired", false));
  }
}
