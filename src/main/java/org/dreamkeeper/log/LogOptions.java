package org.dreamkeeper.log;

import io.vertx.core.json.JsonObject;
import org.dreamkeeper.bus.impl.ConfigReader;

/**
 * The log's part of a project's configuration.
 *
 * @param maxEntries how many entries are kept, 1 to 1,000,000
 * @param staleProcessingMs how long an entry without a lock token may be {@code processing}, ms,
 *     1,000 (a second) to 31,536,000,000 (a year)
 */
public record LogOptions(int maxEntries, long staleProcessingMs) {
  /** {@code maxEntries} unless set. */
  public static final int DEFAULT_MAX_ENTRIES = 50;

  /** {@code staleProcessingMs} unless set: 10 min, as the reference has it. */
  public static final long DEFAULT_STALE_PROCESSING_MS = 600_000;

  /**
   * Reads the options.
   *
   * @param json the {@code log} object of the configuration, or null
   * @return the options
   * @throws IllegalArgumentException naming the key that is unknown or out of range
   */
  public static LogOptions of(JsonObject json) {
    ConfigReader settings = new ConfigReader("log", json, "maxEntries", "staleProcessingMs");
    return new LogOptions(
        (int) settings.integer("maxEntries", DEFAULT_MAX_ENTRIES, 1, 1_000_000),
        settings.integer("staleProcessingMs", DEFAULT_STALE_PROCESSING_MS, 1_000, 31_536_000_000L));
  }
}
