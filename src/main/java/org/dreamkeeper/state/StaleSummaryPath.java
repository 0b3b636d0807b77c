package org.dreamkeeper.state;

import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.Objects;

/**
 * A file whose summary is out of date. Immutable.
 *
 * @param path of the file; not null, not empty
 * @param enqueuedAt when it was first queued, to the millisecond, from 1970 on; not null
 * @param more the fields that this version does not know; a copy, not null
 */
public record StaleSummaryPath(String path, Instant enqueuedAt, JsonObject more) {

  /**
   * Makes an element of the queue.
   *
   * @throws NullPointerException if anything is null
   */
  public StaleSummaryPath {
    Objects.requireNonNull(path, "path");
    Objects.requireNonNull(enqueuedAt, "enqueuedAt");
    more = more.copy();
  }

  /**
   * Makes an element of the queue that has the known fields only.
   *
   * @param path of the file
   * @param enqueuedAt when it was first queued
   * @throws NullPointerException if anything is null
   */
  public StaleSummaryPath(String path, Instant enqueuedAt) {
    this(path, enqueuedAt, new JsonObject());
  }

  @Override
  public JsonObject more() {
    return more.copy();
  }

  /**
   * Reads an element of {@code staleSummaryPaths}.
   *
   * @param json valid by the schema
   * @return the element
   */
  public static StaleSummaryPath fromJson(JsonObject json) {
    JsonObject more = json.copy();
    return new StaleSummaryPath(
        (String) more.remove("path"),
        Instant.ofEpochMilli(((Number) more.remove("enqueuedAt")).longValue()),
        more);
  }

  /**
   * Gives the element of {@code staleSummaryPaths}.
   *
   * @return a new object
   */
  public JsonObject toJson() {
    return new JsonObject()
        .put("path", path)
        .put("enqueuedAt", enqueuedAt.toEpochMilli())
        .mergeIn(more.copy());
  }
}
