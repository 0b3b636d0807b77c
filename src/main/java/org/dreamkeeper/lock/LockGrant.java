package org.dreamkeeper.lock;

import io.vertx.core.json.JsonObject;
import java.time.Instant;

/**
 * The lock, granted.
 *
 * @param token names this grant, and only this one; greater than every token before. Writes to
 *     state and log that carry it are refused once it is no longer the holder's
 * @param priorMtime when the last dream completed, ms since 1970, to which a rollback returns; 0 if
 *     there was no lock file
 * @param acquiredAt since when
 * @param expiresAt when the lease runs out unless it is renewed
 * @param reclaimed who was pushed out for it, or null
 */
public record LockGrant(
    long token, long priorMtime, Instant acquiredAt, Instant expiresAt, Reclaimed reclaimed) {

  /**
   * A holder that was pushed out.
   *
   * @param pid its process
   * @param token its token; null of a foreign process
   * @param owner its name, or null
   * @param foreign whether it was a process other than a host of this service
   * @param why {@code dead}, {@code expired} or {@code stale}
   */
  public record Reclaimed(long pid, Long token, String owner, boolean foreign, String why) {}

  static LockGrant of(JsonObject json) {
    JsonObject out = json.getJsonObject("reclaimed");
    return new LockGrant(
        json.getLong("token"),
        json.getLong("priorMtime"),
        Instant.ofEpochMilli(json.getLong("acquiredAt")),
        Instant.ofEpochMilli(json.getLong("expiresAt")),
        out == null
            ? null
            : new Reclaimed(
                out.getLong("pid"),
                out.getLong("token"),
                out.getString("owner"),
                out.getBoolean("foreign"),
                out.getString("why")));
  }
}
