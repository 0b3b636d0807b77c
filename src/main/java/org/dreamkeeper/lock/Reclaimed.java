package org.dreamkeeper.lock;

import io.vertx.core.json.JsonObject;
import java.util.Optional;
import org.dreamkeeper.bus.impl.config.Words;

/**
 * A holder that was pushed out. Immutable.
 *
 * @param pid its process
 * @param token its token; empty of a foreign process
 * @param owner its name, if it had one
 * @param foreign whether it was a process other than a host of this service
 * @param why it was pushed out
 */
public record Reclaimed(
    long pid, Optional<Long> token, Optional<String> owner, boolean foreign, Why why) {

  /** Why a holder was pushed out. */
  public enum Why {
    /** Its process is gone. */
    DEAD,
    /** Its lease ran out. */
    EXPIRED,
    /** It is foreign, and gave no sign of life for too long. */
    STALE,
    /** An operator wanted it. */
    EVICTED,
    /** For a reason that this version does not know. */
    OTHER
  }

  /**
   * Reads a holder that was pushed out.
   *
   * @param json {@code {pid, token?, owner?, foreign, why}}, not null
   * @return the holder
   */
  public static Reclaimed of(JsonObject json) {
    return new Reclaimed(
        json.getLong("pid"),
        Optional.ofNullable(json.getLong("token")),
        Optional.ofNullable(json.getString("owner")),
        json.getBoolean("foreign"),
        Words.find(Why.class, json.getString("why")).orElse(Why.OTHER));
  }
}
