package org.dreamkeeper.log;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Set;

/**
 * Which entries to list; what is null does not filter. Immutable.
 *
 * @param after earliest {@code startedAt}, inclusive, ms since 1970, or null
 * @param before latest {@code startedAt}, inclusive, ms since 1970, or null
 * @param statuses only entries with one of these, or null
 * @param triggers only entries with one of these, or null
 * @param limit how many at most, after filtering, 1 to 1,000; null for 1,000
 * @param cursor where the page before ended, or null
 * @param brief whether to leave the operations out
 */
public record LogQuery(
    Double after,
    Double before,
    Set<DreamStatus> statuses,
    Set<DreamTrigger> triggers,
    Integer limit,
    String cursor,
    boolean brief) {

  /** Takes copies. */
  public LogQuery {
    statuses = statuses == null ? null : Set.copyOf(statuses);
    triggers = triggers == null ? null : Set.copyOf(triggers);
  }

  /**
   * Asks for all entries.
   *
   * @return the query, to be narrowed
   */
  public static LogQuery all() {
    return new LogQuery(null, null, null, null, null, null, false);
  }

  /**
   * Narrows to those that began at that time or later.
   *
   * @param earliest ms since 1970
   * @return the new query
   */
  public LogQuery after(double earliest) {
    return new LogQuery(earliest, before, statuses, triggers, limit, cursor, brief);
  }

  /**
   * Narrows to those that began at that time or earlier.
   *
   * @param latest ms since 1970
   * @return the new query
   */
  public LogQuery before(double latest) {
    return new LogQuery(after, latest, statuses, triggers, limit, cursor, brief);
  }

  /**
   * Narrows to some statuses.
   *
   * @param first one
   * @param others more
   * @return the new query
   */
  public LogQuery status(DreamStatus first, DreamStatus... others) {
    Objects.requireNonNull(first, "status is null");
    return new LogQuery(after, before, EnumSet.of(first, others), triggers, limit, cursor, brief);
  }

  /**
   * Narrows to some triggers.
   *
   * @param first one
   * @param others more
   * @return the new query
   */
  public LogQuery trigger(DreamTrigger first, DreamTrigger... others) {
    Objects.requireNonNull(first, "trigger is null");
    return new LogQuery(after, before, statuses, EnumSet.of(first, others), limit, cursor, brief);
  }

  /**
   * Sets how many at most.
   *
   * @param most 1 to 1,000
   * @return the new query
   */
  public LogQuery limit(int most) {
    return new LogQuery(after, before, statuses, triggers, most, cursor, brief);
  }

  /**
   * Goes on where a page ended.
   *
   * @param place {@link LogPage#cursor} of that page, or null for the beginning
   * @return the new query
   */
  public LogQuery from(String place) {
    return new LogQuery(after, before, statuses, triggers, limit, place, brief);
  }

  /**
   * Leaves the operations out.
   *
   * @return the new query
   */
  public LogQuery withoutOperations() {
    return new LogQuery(after, before, statuses, triggers, limit, cursor, true);
  }

  /**
   * Gives the JSON.
   *
   * @return the body of {@code list}
   */
  public JsonObject toJson() {
    JsonObject json = new JsonObject();
    put(json, "after", after == null ? null : JsonRest.plain(after));
    put(json, "before", before == null ? null : JsonRest.plain(before));
    if (statuses != null) {
      json.put("status", new JsonArray(statuses.stream().map(DreamStatus::json).toList()));
    }
    if (triggers != null) {
      json.put("trigger", new JsonArray(triggers.stream().map(DreamTrigger::json).toList()));
    }
    put(json, "limit", limit);
    put(json, "cursor", cursor);
    return brief ? json.put("brief", true) : json;
  }

  private static void put(JsonObject json, String key, Object value) {
    if (value != null) {
      json.put(key, value);
    }
  }
}
