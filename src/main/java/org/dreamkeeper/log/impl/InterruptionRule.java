package org.dreamkeeper.log.impl;

import io.vertx.core.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.stream.DoubleStream;
import org.dreamkeeper.log.DreamStatus;
import org.dreamkeeper.store.TokenEpoch;

/**
 * When a {@code processing} entry is one that nobody can be at any more, and what then becomes of
 * it.
 *
 * <ol>
 *   <li>One that carries a lock token is, when that token does not hold the lock.
 *   <li>One that carries none is, when it is too old: from {@code startedAt} or from when it was
 *       written, whichever is earlier. A time in the future says nothing; where both are, it is as
 *       old as the first sight of this version of it.
 * </ol>
 *
 * @param staleMs how old one without a token may become
 * @param epoch that of this host's tokens
 */
record InterruptionRule(long staleMs, long epoch) {
  /**
   * What the rule is asked at.
   *
   * @param holder the token that holds the lock, 0 for none
   * @param millis the wall clock
   * @param sinceSeenMs how long ago this version of the entry was first seen
   */
  record Moment(long holder, long millis, double sinceSeenMs) {}

  boolean interrupted(Row row, Moment now) {
    if (!row.is(DreamStatus.PROCESSING)) {
      return false;
    }
    return row.lockToken() != null ? row.lockToken() != now.holder() : age(row, now) > staleMs;
  }

  /** Tells in how many ms an entry is too old; infinity for one that a token keeps. */
  double dueMs(Row row, Moment now) {
    return row.lockToken() != null
        ? Double.POSITIVE_INFINITY
        : Math.ceil(staleMs - age(row, now)) + 1;
  }

  private static double age(Row row, Moment now) {
    double begun =
        DoubleStream.of(row.startedAt(), (double) row.version().touchedAt())
            .filter(time -> time <= now.millis())
            .min()
            .orElse(Double.NaN);
    return Double.isNaN(begun) ? now.sinceSeenMs() : now.millis() - begun;
  }

  /** Makes what becomes of it: all else stays as it is, and where it is. */
  JsonObject ended(JsonObject entry, Row row, Moment now) {
    return new JsonObject(new LinkedHashMap<>(entry.getMap()))
        .put("status", DreamStatus.ERROR.json())
        .put("completedAt", now.millis())
        .put("error", "Interrupted: " + reason(row, now));
  }

  private String reason(Row row, Moment now) {
    if (row.lockToken() != null) {
      return TokenEpoch.of(row.lockToken()) < epoch
          ? "the host ended before the dream did"
          : "the lock was taken over or given back before the dream ended";
    }
    long seconds = (long) (age(row, now) / 1000);
    long minutes = seconds / 60;
    return "nobody finished it for " + (minutes > 1 ? minutes + " min" : seconds + " s");
  }
}
