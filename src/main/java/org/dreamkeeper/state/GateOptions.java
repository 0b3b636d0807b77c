package org.dreamkeeper.state;

import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Objects;
import org.dreamkeeper.bus.impl.config.Arguments;
import org.dreamkeeper.bus.impl.config.ConfigReader;
import org.dreamkeeper.bus.impl.config.HourCount;

/**
 * The gates' part of a project's configuration: what a dream needs unless it is asked for with
 * limits of its own. Mutable and not thread-safe.
 */
public final class GateOptions {
  /** How long ago the last dream must be unless set, as the reference has it. */
  public static final Duration DEFAULT_MIN_INTERVAL = Duration.ofHours(12);

  /** How many curations there must have been since unless set, as the reference has it. */
  public static final long DEFAULT_MIN_CURATIONS = 3;

  /** The longest interval. */
  public static final Duration MAX_INTERVAL = Duration.ofHours(1_000_000);

  /** The greatest count of anything. */
  public static final long MAX_COUNT = (1L << 53) - 1;

  private Duration minInterval;
  private long minCurations;

  /** Makes the defaults. */
  public GateOptions() {
    this(new JsonObject());
  }

  /**
   * Makes a copy.
   *
   * @param other of which, not null
   */
  public GateOptions(GateOptions other) {
    this(Objects.requireNonNull(other, "options is null").toJson());
  }

  /**
   * Reads the options.
   *
   * @param json {@code {minHours?, minCurations?}}, not null
   * @throws IllegalArgumentException naming the key that is unknown or out of range
   */
  public GateOptions(JsonObject json) {
    ConfigReader settings = new ConfigReader("gates", json, "minHours minCurations");
    minInterval = settings.hours("minHours", DEFAULT_MIN_INTERVAL, MAX_INTERVAL);
    minCurations = settings.integer("minCurations", DEFAULT_MIN_CURATIONS, 0, MAX_COUNT);
  }

  /** {@return the options as JSON, a new object; a whole number of hours has no fraction} */
  public JsonObject toJson() {
    return new JsonObject()
        .put("minHours", HourCount.write(minInterval))
        .put("minCurations", minCurations);
  }

  /** {@return how long ago the last dream must be} */
  public Duration getMinInterval() {
    return minInterval;
  }

  /**
   * Sets how long ago the last dream must be.
   *
   * @param length 0 to 1,000,000 h, to the millisecond; by default 12 h
   * @return this
   */
  public GateOptions setMinInterval(Duration length) {
    minInterval = Arguments.inRange("minInterval", length, Duration.ZERO, MAX_INTERVAL);
    return this;
  }

  /** {@return how many curations there must have been since the last dream} */
  public long getMinCurations() {
    return minCurations;
  }

  /**
   * Sets how many curations there must have been since the last dream; a queued summary stands in
   * for them.
   *
   * @param count 0 to 2^53 - 1, by default 3
   * @return this
   */
  public GateOptions setMinCurations(long count) {
    minCurations = Arguments.inRange("minCurations", count, 0, MAX_COUNT);
    return this;
  }
}
