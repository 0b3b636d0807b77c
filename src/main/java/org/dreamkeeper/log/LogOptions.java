package org.dreamkeeper.log;

import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Objects;
import org.dreamkeeper.bus.impl.config.Arguments;
import org.dreamkeeper.bus.impl.config.ConfigReader;

/** The log's part of a project's configuration. Mutable and not thread-safe. */
public final class LogOptions {
  /** How many entries are kept unless set. */
  public static final int DEFAULT_MAX_ENTRIES = 50;

  /** How long an entry without a token may be processing unless set, as the reference has it. */
  public static final Duration DEFAULT_STALE_PROCESSING = Duration.ofMinutes(10);

  private static final int MAX_ENTRIES = 1_000_000;
  private static final Duration MIN_STALE_PROCESSING = Duration.ofSeconds(1);
  private static final Duration MAX_STALE_PROCESSING = Duration.ofDays(365);

  private int maxEntries;
  private Duration staleProcessing;

  /** Makes the defaults. */
  public LogOptions() {
    this(new JsonObject());
  }

  /**
   * Makes a copy.
   *
   * @param other of which, not null
   */
  public LogOptions(LogOptions other) {
    this(Objects.requireNonNull(other, "options is null").toJson());
  }

  /**
   * Reads the options.
   *
   * @param json {@code {maxEntries?, staleProcessingMs?}}, not null
   * @throws IllegalArgumentException naming the key that is unknown or out of range
   */
  public LogOptions(JsonObject json) {
    ConfigReader settings = new ConfigReader("log", json, "maxEntries staleProcessingMs");
    maxEntries = (int) settings.integer("maxEntries", DEFAULT_MAX_ENTRIES, 1, MAX_ENTRIES);
    staleProcessing =
        settings.duration(
            "staleProcessingMs",
            DEFAULT_STALE_PROCESSING,
            MIN_STALE_PROCESSING,
            MAX_STALE_PROCESSING);
  }

  /** {@return the options as JSON, a new object} */
  public JsonObject toJson() {
    return new JsonObject()
        .put("maxEntries", maxEntries)
        .put("staleProcessingMs", staleProcessing.toMillis());
  }

  /** {@return how many entries are kept} */
  public int getMaxEntries() {
    return maxEntries;
  }

  /**
   * Sets how many entries are kept.
   *
   * @param count 1 to 1,000,000, by default 50
   * @return this
   */
  public LogOptions setMaxEntries(int count) {
    maxEntries = (int) Arguments.inRange("maxEntries", count, 1, MAX_ENTRIES);
    return this;
  }

  /** {@return how long an entry without a lock token may be {@code processing}} */
  public Duration getStaleProcessing() {
    return staleProcessing;
  }

  /**
   * Sets how long an entry without a lock token may be {@code processing}.
   *
   * @param length 1 s to 365 days, to the millisecond; by default 10 min
   * @return this
   */
  public LogOptions setStaleProcessing(Duration length) {
    staleProcessing =
        Arguments.inRange("staleProcessing", length, MIN_STALE_PROCESSING, MAX_STALE_PROCESSING);
    return this;
  }
}
