package org.dreamkeeper.log.impl;

import io.vertx.core.json.JsonObject;
import java.util.EnumSet;
import java.util.Set;
import org.dreamkeeper.bus.DreamkeeperException;
import org.dreamkeeper.bus.impl.config.Words;
import org.dreamkeeper.log.DreamStatus;
import org.dreamkeeper.log.DreamTrigger;
import org.dreamkeeper.store.LogId;

/**
 * What a valid {@code list} request asks for.
 *
 * @param behind the place that the list begins behind
 * @param after the earliest {@code startedAt}, inclusive
 */
record LogFilter(
    Set<DreamStatus> statuses,
    Set<DreamTrigger> triggers,
    Row behind,
    double after,
    int limit,
    boolean brief) {
  private static final int DEFAULT_LIMIT = 1_000;
  private static final Row BEGINNING = Row.position(Double.POSITIVE_INFINITY, LogId.HIGHEST);

  /**
   * Reads a request's body.
   *
   * @throws DreamkeeperException INVALID_REQUEST for a cursor that was never one
   */
  static LogFilter of(JsonObject body) {
    String cursor = body.getString("cursor");
    Row behind = cursor == null ? BEGINNING : LogCursor.place(cursor);
    Number before = body.getNumber("before");
    if (before != null) {
      Row latest = Row.position(before.doubleValue(), LogId.HIGHEST);
      behind = Row.NEWEST_FIRST.compare(latest, behind) > 0 ? latest : behind;
    }
    Number after = body.getNumber("after");
    return new LogFilter(
        some(body, "status", DreamStatus.class),
        some(body, "trigger", DreamTrigger.class),
        behind,
        after == null ? Double.NEGATIVE_INFINITY : after.doubleValue(),
        body.getInteger("limit", DEFAULT_LIMIT),
        body.getBoolean("brief", false));
  }

  private static <E extends Enum<E>> Set<E> some(JsonObject body, String key, Class<E> type) {
    if (!body.containsKey(key)) {
      return EnumSet.allOf(type);
    }
    Set<E> some = EnumSet.noneOf(type);
    body.getJsonArray(key).forEach(name -> Words.find(type, name).ifPresent(some::add));
    return some;
  }

  boolean matches(Row row) {
    return row.startedAt() >= after
        && statuses.contains(row.status())
        && triggers.contains(row.trigger())
        && Row.NEWEST_FIRST.compare(row, behind) > 0;
  }
}
