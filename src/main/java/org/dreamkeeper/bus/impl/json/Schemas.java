package org.dreamkeeper.bus.impl.json;

import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What is valid on the bus and on disk, as the JSON Schema files of this jar say it.
 *
 * <p>Loaded once; safe from any thread. A complaint is one line: the JSON pointer, what is there,
 * and what was expected.
 */
public final class Schemas {
  private static final SchemaFiles FILES = new SchemaFiles();
  private static final SchemaJudge JUDGE = new SchemaJudge(FILES);
  private static final Map<String, Rule> RULES = rules();

  /** Where a schema stands, and what words its refusals. */
  private record Rule(String ref, Schema schema) {
    static Rule of(String ref) {
      return new Rule(ref, new Schema(FILES.find(ref), FILES));
    }
  }

  private static final Map<String, Optional<String>> ON_NOTHING = new ConcurrentHashMap<>();

  private Schemas() {}

  /** Reads the schema files, once; not on an event loop. */
  public static void load() {
    // done by the class's initialisation
  }

  /**
   * Checks a value against a schema: {@code state}; {@code entry} as it is written here, {@code
   * storedEntry} as it may be on disk; {@code operation}; or the body of an action, such as {@code
   * lock.tryAcquire}.
   *
   * @return empty if the value is valid; otherwise what is wrong with it
   */
  public static Optional<String> check(String schema, Object value) {
    Rule rule = RULES.get(schema);
    if (rule == null) {
      throw new IllegalArgumentException("no schema " + schema);
    }
    if (value instanceof JsonObject object && object.isEmpty()) {
      // Most requests have nothing to say, and the verdict on nothing is always the same.
      return ON_NOTHING.computeIfAbsent(
          schema, any -> judge(rule.ref(), rule.schema(), new JsonObject(), ""));
    }
    // What fills a disk is read in one go: there a yes has to be quick.
    boolean valid = schema.equals("storedEntry") && rule.schema().check(value) == null;
    return valid ? Optional.empty() : judge(rule.ref(), rule.schema(), value, "");
  }

  /** Checks one field of a state by itself; one that the schema does not know is always valid. */
  public static Optional<String> checkStateField(String field, Object value) {
    Schema schema = RULES.get("state").schema().property(field);
    String ref = "state.json#/properties/" + field;
    return schema == null
        ? Optional.empty()
        : judge(ref, schema, value, ValidationMessage.at(field));
  }

  /** Checks the element of an array of a state by itself; the index is where it stands. */
  public static Optional<String> checkStateElement(String field, int index, Object element) {
    Schema schema = RULES.get("state").schema().property(field).element();
    if (schema == null) {
      throw new IllegalArgumentException("the state has no array " + field);
    }
    String ref = "state.json#/properties/" + field + "/items";
    return judge(ref, schema, element, ValidationMessage.at(field) + "/" + index);
  }

  private static Optional<String> judge(String ref, Schema schema, Object value, String place) {
    return JUDGE.accepts(ref, json(value))
        ? Optional.empty()
        : Optional.of(ValidationMessage.rooted(place + schema.complaint(value)));
  }

  @SuppressWarnings("unchecked")
  private static Object json(Object value) {
    return value instanceof Map ? new JsonObject((Map<String, Object>) value) : value;
  }

  private static Map<String, Rule> rules() {
    Map<String, Rule> rules = new HashMap<>();
    for (String actor : List.of("state", "lock", "log", "admin")) {
      String actions = actor + "-requests.json#/$defs";
      for (String action : FILES.find(actions).fieldNames()) {
        rules.put(actor + "." + action, Rule.of(actions + "/" + action));
      }
    }
    rules.put("state", Rule.of("state.json"));
    rules.put("operation", Rule.of("operation.json"));
    rules.put("storedEntry", Rule.of("stored-entry.json"));
    rules.put("entry", Rule.of("entry.json"));
    rules.put("log.save", Rule.of("entry.json"));
    return rules;
  }
}
