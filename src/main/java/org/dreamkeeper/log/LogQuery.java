package org.dreamkeeper.log;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Objects;
import org.dreamkeeper.bus.impl.config.Arguments;

/** Which entries to list; each part that is set narrows it. Immutable. */
public final class LogQuery {
  private static final int MAX_LIMIT = 1_000;
  private static final LogQuery ALL = new LogQuery(new JsonObject());

  private final JsonObject json;

  private LogQuery(JsonObject json) {
    this.json = json;
  }

  /** {@return a query for all entries, to be narrowed} */
  public static LogQuery all() {
    return ALL;
  }

  /**
   * {@return the query, narrowed to those that began at that time or later}
   *
   * @param earliest the time
   */
  public LogQuery after(Instant earliest) {
    return with("after", Times.exact(Objects.requireNonNull(earliest, "earliest is null")));
  }

  /**
   * {@return the query, narrowed to those that began at that time or earlier}
   *
   * @param latest the time
   */
  public LogQuery before(Instant latest) {
    return with("before", Times.exact(Objects.requireNonNull(latest, "latest is null")));
  }

  /**
   * {@return the query, narrowed to some statuses}
   *
   * @param first one
   * @param others more
   */
  public LogQuery status(DreamStatus first, DreamStatus... others) {
    Objects.requireNonNull(first, "status is null");
    EnumSet<DreamStatus> all = EnumSet.of(first, others);
    return with("status", new JsonArray(all.stream().map(DreamStatus::json).toList()));
  }

  /**
   * {@return the query, narrowed to some triggers}
   *
   * @param first one
   * @param others more
   */
  public LogQuery trigger(DreamTrigger first, DreamTrigger... others) {
    Objects.requireNonNull(first, "trigger is null");
    EnumSet<DreamTrigger> all = EnumSet.of(first, others);
    return with("trigger", new JsonArray(all.stream().map(DreamTrigger::json).toList()));
  }

  /**
   * {@return the query for so many entries at most, after narrowing}
   *
   * @param most 1 to 1,000 (the default)
   */
  public LogQuery limit(int most) {
    return with("limit", Arguments.inRange("limit", most, 1, MAX_LIMIT));
  }

  /**
   * {@return the query for what follows a page}
   *
   * @param place {@link LogPage#cursor} of that page
   */
  public LogQuery from(String place) {
    return with("cursor", Objects.requireNonNull(place, "place is null"));
  }

  /** {@return the query for entries without their operations} */
  public LogQuery withoutOperations() {
    return with("brief", true);
  }

  private LogQuery with(String key, Object value) {
    return new LogQuery(json.copy().put(key, value));
  }

  /** {@return the body of {@code list}, a new object} */
  public JsonObject toJson() {
    return json.copy();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof LogQuery query && json.equals(query.json);
  }

  @Override
  public int hashCode() {
    return json.fieldNames().hashCode();
  }

  @Override
  public String toString() {
    return json.encode();
  }
}
