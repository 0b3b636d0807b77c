package org.dreamkeeper.state;

import java.time.Instant;
import java.util.Objects;

/**
 * A dream that completed. Immutable.
 *
 * @param logId its log entry; not null
 * @param completedAt when it completed, to the millisecond; not null
 */
public record LastDream(String logId, Instant completedAt) {

  /** Refuses null. */
  public LastDream {
    Objects.requireNonNull(logId, "logId is null");
    Objects.requireNonNull(completedAt, "completedAt is null");
  }
}
