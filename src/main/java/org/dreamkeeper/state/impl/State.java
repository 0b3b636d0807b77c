package org.dreamkeeper.state.impl;

import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.dreamkeeper.bus.impl.json.CanonicalJson;
import org.dreamkeeper.bus.impl.json.JsonFields;
import org.dreamkeeper.bus.impl.json.JsonText;

/**
 * A valid state as it is stored, unknown fields and all; immutable. A change makes a new one, which
 * shares what did not change.
 */
public final class State {
  public static final String VERSION = "version";
  public static final String CURATIONS = "curationsSinceDream";
  public static final String LAST_DREAM_AT = "lastDreamAt";
  public static final String LAST_DREAM_LOG_ID = "lastDreamLogId";
  public static final String TOTAL_DREAMS = "totalDreams";
  public static final String MERGES = "pendingMerges";
  public static final String STALE_PATHS = "staleSummaryPaths";

  /** The fields that may be absent. */
  static final List<String> ARRAYS = List.of(MERGES, STALE_PATHS);

  /** The fields that are always there, in the order of a new document, with their defaults. */
  public static final Map<String, Object> DEFAULTS =
      Collections.unmodifiableMap(
          new JsonObject()
              .put(VERSION, 1)
              .put(CURATIONS, 0)
              .putNull(LAST_DREAM_AT)
              .putNull(LAST_DREAM_LOG_ID)
              .put(TOTAL_DREAMS, 0)
              .getMap());

  /** What it means that nothing is stored. */
  static final State EMPTY = new State(DEFAULTS);

  private final Map<String, Object> fields;
  private final JsonObject reply;

  /** Takes fields in their {@link CanonicalJson} form, which nobody may change any more. */
  State(Map<String, Object> fields) {
    this.fields = fields;
    Map<String, Object> all = new LinkedHashMap<>(fields);
    ARRAYS.forEach(array -> all.putIfAbsent(array, List.of()));
    this.reply = new JsonObject(all);
  }

  /** Reads what the schema lets through: more than nine digits, too, and a time without seconds. */
  public static Instant instant(String at) {
    return OffsetDateTime.parse(at.replaceFirst("(\\.\\d{9})\\d+", "$1")).toInstant();
  }

  Map<String, Object> fields() {
    return fields;
  }

  /** Gives what every reply that is the state shows: both arrays are there. Never change it. */
  JsonObject reply() {
    return reply;
  }

  long count(String field) {
    return ((Number) fields.get(field)).longValue();
  }

  String text(String field) {
    return (String) fields.get(field);
  }

  /** Gives when the last dream completed, ms since 1970; null if there was none. */
  Long lastDreamAt() {
    String at = text(LAST_DREAM_AT);
    return at == null ? null : instant(at).toEpochMilli();
  }

  /** Tells of it in figures, as an overview does; times in ms since 1970. */
  JsonObject figures() {
    JsonObject figures = new JsonObject();
    figures.put(CURATIONS, count(CURATIONS)).put(TOTAL_DREAMS, count(TOTAL_DREAMS));
    ARRAYS.forEach(array -> figures.put(array, array(array).size()));
    JsonFields.put(figures, LAST_DREAM_AT, lastDreamAt());
    JsonFields.put(figures, LAST_DREAM_LOG_ID, text(LAST_DREAM_LOG_ID));
    Object undoing = fields.get(ForgottenDream.UNDOING);
    Object id = undoing instanceof Map<?, ?> part ? part.get("id") : undoing;
    return id instanceof String ? figures.put(ForgottenDream.UNDOING, id) : figures;
  }

  /** Gives an array's elements, none where it is absent. */
  @SuppressWarnings("unchecked")
  List<Map<String, Object>> array(String field) {
    return (List<Map<String, Object>>) fields.getOrDefault(field, List.of());
  }

  private State edited(Consumer<Map<String, Object>> edit) {
    Map<String, Object> copy = new LinkedHashMap<>(fields);
    edit.accept(copy);
    return new State(copy);
  }

  /** Makes a state in which some fields are others; their places stay. */
  State with(Map<String, Object> changes) {
    return edited(
        copy -> changes.forEach((field, value) -> copy.put(field, CanonicalJson.of(value))));
  }

  /** Makes a state that lacks a field. */
  State without(String field) {
    return edited(copy -> copy.remove(field));
  }

  /** Makes a state with another array; this one, if it has as many elements. */
  State with(String array, List<Map<String, Object>> elements) {
    boolean same = elements.size() == array(array).size();
    return same ? this : edited(copy -> copy.put(array, elements));
  }

  /** Makes a state with more elements behind those of an array; this one, if there are none. */
  State append(String array, Collection<Map<String, Object>> added) {
    List<Map<String, Object>> both = new ArrayList<>(array(array));
    both.addAll(added);
    return with(array, both);
  }

  /** Tells whether two states mean the same: an absent array is an empty one. */
  boolean same(State other) {
    return reply.getMap().equals(other.reply.getMap());
  }

  /** Estimates what it needs in memory, by its text; bytes. */
  long held() {
    return JsonText.held(JsonText.print(fields));
  }
}
