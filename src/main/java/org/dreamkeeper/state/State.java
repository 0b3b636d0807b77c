package org.dreamkeeper.state;

import io.vertx.core.json.JsonObject;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.dreamkeeper.bus.impl.CanonicalJson;
import org.dreamkeeper.bus.impl.JsonText;

/**
 * A valid state as it is on disk, unknown fields and all; immutable. A change makes a new one,
 * which shares what did not change.
 */
final class State {
  static final String VERSION = "version";
  static final String CURATIONS = "curationsSinceDream";
  static final String LAST_DREAM_AT = "lastDreamAt";
  static final String LAST_DREAM_LOG_ID = "lastDreamLogId";
  static final String TOTAL_DREAMS = "totalDreams";
  static final String MERGES = "pendingMerges";
  static final String STALE_PATHS = "staleSummaryPaths";

  /** The fields that may be absent on disk. */
  static final List<String> ARRAYS = List.of(MERGES, STALE_PATHS);

  /**
   * The fields that are always there, in the order of a new file, with what they are by default.
   */
  static final Map<String, Object> DEFAULTS = defaults();

  /** What a missing file means. */
  static final State EMPTY = new State(DEFAULTS);

  private static final long UNKNOWN = -1;

  private final Map<String, Object> fields;
  private JsonObject reply;
  private long held;

  private State(Map<String, Object> fields, long held) {
    this.fields = fields;
    this.held = held;
  }

  /** Takes fields in their {@link CanonicalJson} form, which nobody may change any more. */
  State(Map<String, Object> fields) {
    this(fields, UNKNOWN);
  }

  private static Map<String, Object> defaults() {
    Map<String, Object> defaults = new LinkedHashMap<>();
    defaults.put(VERSION, 1);
    defaults.put(CURATIONS, 0);
    defaults.put(LAST_DREAM_AT, null);
    defaults.put(LAST_DREAM_LOG_ID, null);
    defaults.put(TOTAL_DREAMS, 0);
    return Collections.unmodifiableMap(defaults);
  }

  Map<String, Object> fields() {
    return fields;
  }

  long count(String field) {
    return ((Number) fields.get(field)).longValue();
  }

  String text(String field) {
    return (String) fields.get(field);
  }

  /**
   * Gives when the last dream completed, ms since 1970; null if there was none. Valid are also a
   * time without seconds, and one with more digits than Java reads.
   */
  Long lastDreamAt() {
    String at = text(LAST_DREAM_AT);
    return at == null ? null : DreamState.instant(at).toEpochMilli();
  }

  /** Gives an array's elements, none where it is absent. */
  @SuppressWarnings("unchecked")
  List<Map<String, Object>> array(String field) {
    return (List<Map<String, Object>>) fields.getOrDefault(field, List.of());
  }

  /** Makes a state in which some fields are others; their places stay. */
  State with(Map<String, Object> changes) {
    Map<String, Object> copy = new LinkedHashMap<>(fields);
    changes.forEach((field, value) -> copy.put(field, CanonicalJson.of(value)));
    return new State(copy, held);
  }

  /** Makes a state that lacks a field. */
  State without(String field) {
    Map<String, Object> copy = new LinkedHashMap<>(fields);
    copy.remove(field);
    return new State(copy, held);
  }

  /** Makes a state with another array; {@code grown} is what that adds to its size, bytes. */
  State with(String array, List<Map<String, Object>> elements, long grown) {
    Map<String, Object> copy = new LinkedHashMap<>(fields);
    copy.put(array, elements);
    return new State(copy, held() + grown);
  }

  /** Tells whether two states mean the same: an absent array is an empty one. */
  boolean same(State other) {
    return this == other || complete(fields).equals(complete(other.fields));
  }

  /** Gives what every reply that is the state shows: both arrays are there. Never change it. */
  JsonObject reply() {
    if (reply == null) {
      reply = new JsonObject(complete(fields));
    }
    return reply;
  }

  private static Map<String, Object> complete(Map<String, Object> fields) {
    Map<String, Object> all = new LinkedHashMap<>(fields);
    ARRAYS.forEach(array -> all.putIfAbsent(array, List.of()));
    return all;
  }

  byte[] print() {
    byte[] text = JsonText.print(fields);
    held = JsonText.held(text);
    return text;
  }

  /** Gives about how many bytes of memory the state needs; cheap after small changes. */
  long held() {
    if (held == UNKNOWN) {
      print();
    }
    return held;
  }
}
