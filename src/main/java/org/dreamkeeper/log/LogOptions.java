package org.dreamkeeper.log;

import io.vertx.core.json.JsonObject;
import java.util.List;

/**
 * How much the log keeps, and how patient it is.
 *
 * @param maxEntries how many entries are kept, 1 to 1,000,000
 * @param staleProcessingMs how long an entry without a lock token may be {@code processing}, 1,000
 *     (a second) to 31,536,000,000 (a year) ms
 */
public record LogOptions(int maxEntries, long staleProcessingMs) {
  /** How many entries are kept unless set otherwise. */
  public static final int DEFAULT_MAX_ENTRIES = 50;

  /** How long an entry may be {@code processing} unless set otherwise: ten minutes, in ms. */
  public static final long DEFAULT_STALE_PROCESSING_MS = 600_000;

  private static final String MAX_ENTRIES = "maxEntries";
  private static final String STALE_PROCESSING_MS = "staleProcessingMs";
  private static final List<String> KEYS = List.of(MAX_ENTRIES, STALE_PROCESSING_MS);

  /**
   * Checks the ranges.
   *
   * @throws IllegalArgumentException if one is left; it names the key
   */
  public LogOptions {
    inRange(MAX_ENTRIES, maxEntries, 1, 1_000_000);
    inRange(STALE_PROCESSING_MS, staleProcessingMs, 1_000, 31_536_000_000L);
  }

  /** Takes the defaults. */
  public LogOptions() {
    this(DEFAULT_MAX_ENTRIES, DEFAULT_STALE_PROCESSING_MS);
  }

  /**
   * Reads the {@code log} part of a project's configuration.
   *
   * @param config its object; what is absent takes its default
   * @throws IllegalArgumentException for an unknown key, a wrong type or a value out of range; it
   *     names the key
   */
  public LogOptions(JsonObject config) {
    this(
        (int) number(config, MAX_ENTRIES, DEFAULT_MAX_ENTRIES, Integer.MAX_VALUE),
        number(config, STALE_PROCESSING_MS, DEFAULT_STALE_PROCESSING_MS, Long.MAX_VALUE));
    for (String key : config.fieldNames()) {
      if (!KEYS.contains(key)) {
        throw refused(key, "is unknown, expected one of " + KEYS);
      }
    }
  }

  /**
   * Gives the configuration.
   *
   * @return what the constructor reads
   */
  public JsonObject toJson() {
    return new JsonObject()
        .put(MAX_ENTRIES, maxEntries)
        .put(STALE_PROCESSING_MS, staleProcessingMs);
  }

  private static long number(JsonObject config, String key, long whenAbsent, long most) {
    if (!config.containsKey(key)) {
      return whenAbsent;
    }
    Object value = config.getValue(key);
    if (!(value instanceof Number number)
        || !Double.isFinite(number.doubleValue())
        || number.doubleValue() != Math.rint(number.doubleValue())) {
      throw refused(key, "is " + value + ", expected an integer");
    }
    // Beyond the type's range is beyond the option's, too.
    return Math.min((long) number.doubleValue(), most);
  }

  private static void inRange(String key, long value, long least, long most) {
    if (value < least || value > most) {
      throw refused(key, "is " + value + ", expected " + least + " to " + most);
    }
  }

  private static IllegalArgumentException refused(String key, String reason) {
    return new IllegalArgumentException("log." + key + ": " + reason);
  }
}
