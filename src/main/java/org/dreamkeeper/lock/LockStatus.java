package org.dreamkeeper.lock;

import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.Optional;

/**
 * How the lock stands. Immutable.
 *
 * @param holder who holds it; empty if nobody does
 * @param lastCompletedAt when the last dream completed; empty if that is not known
 * @param waiting how many wait for it
 */
public record LockStatus(
    Optional<LockHolder> holder, Optional<Instant> lastCompletedAt, int waiting) {

  /**
   * Reads how the lock stands.
   *
   * @param json {@code {holder?, lastCompletedAt, waiting}}, not null
   * @return how it stands
   */
  public static LockStatus of(JsonObject json) {
    return new LockStatus(
        Optional.ofNullable(json.getJsonObject("holder")).map(LockHolder::of),
        Optional.of(json.getLong("lastCompletedAt"))
            .filter(ms -> ms != 0)
            .map(Instant::ofEpochMilli),
        json.getInteger("waiting"));
  }

  /**
   * Tells whether somebody holds it.
   *
   * @return whether there is a holder
   */
  public boolean held() {
    return holder.isPresent();
  }
}
