package org.dreamkeeper.lock;

import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.Optional;

/**
 * Who holds the lock. Immutable.
 *
 * @param pid the host's, or the foreign process's
 * @param owner the name that the holder gave itself, if it did
 * @param acquiredAt since when; a foreign holder's last sign of life
 * @param expiresAt when the lease runs out, or a foreign holder counts as stale
 * @param foreign whether it is a process other than the host
 * @param expired whether the lease ran out: whoever asks next gets the lock
 */
public record LockHolder(
    long pid,
    Optional<String> owner,
    Instant acquiredAt,
    Instant expiresAt,
    boolean foreign,
    boolean expired) {

  /**
   * Reads a holder.
   *
   * @param json as the lock and the gates tell it, not null
   * @return the holder
   */
  public static LockHolder of(JsonObject json) {
    return new LockHolder(
        json.getLong("pid"),
        Optional.ofNullable(json.getString("owner")),
        Instant.ofEpochMilli(json.getLong("acquiredAt")),
        Instant.ofEpochMilli(json.getLong("expiresAt")),
        json.getBoolean("foreign"),
        json.getBoolean("expired", false));
  }
}
