package org.dreamkeeper.state;

import io.vertx.core.json.JsonObject;
import org.dreamkeeper.bus.impl.ConfigReader;

/**
 * The gates' part of a project's configuration: what a dream needs unless it is asked for with
 * limits of its own.
 *
 * @param minHours hours that must have passed since the last dream, 0 to 1,000,000
 * @param minCurations curations that there must have been since the last dream, 0 to 2^53 - 1; a
 *     queued summary stands in for them
 */
public record GateOptions(double minHours, long minCurations) {
  /** {@code minHours} unless set, as the reference has it. */
  public static final double DEFAULT_MIN_HOURS = 12;

  /** {@code minCurations} unless set, as the reference has it. */
  public static final long DEFAULT_MIN_CURATIONS = 3;

  /** The greatest {@code minHours}. */
  public static final double MAX_HOURS = 1_000_000;

  /** The greatest count of anything. */
  public static final long MAX_COUNT = (1L << 53) - 1;

  /**
   * Reads the options.
   *
   * @param json the {@code gates} object of the configuration, or null
   * @return the options
   * @throws IllegalArgumentException naming the key that is unknown or out of range
   */
  public static GateOptions of(JsonObject json) {
    ConfigReader settings = new ConfigReader("gates", json, "minHours", "minCurations");
    return new GateOptions(
        settings.number("minHours", DEFAULT_MIN_HOURS, 0, MAX_HOURS),
        settings.integer("minCurations", DEFAULT_MIN_CURATIONS, 0, MAX_COUNT));
  }

  /**
   * Gives both limits.
   *
   * @return a new object; a whole number of hours has no fraction
   */
  public JsonObject toJson() {
    Number hours = minHours;
    if (minHours == Math.rint(minHours)) {
      hours = (long) minHours;
    }
    return new JsonObject().put("minHours", hours).put("minCurations", minCurations);
  }
}
