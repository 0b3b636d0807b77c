package org.dreamkeeper.bus.impl;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.LinkedHashMap;
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
  private static final DiscriminatedSchema ENTRY = new DiscriminatedSchema(FILES, "entry.json");
  private static final DiscriminatedSchema STORED_ENTRY =
      new DiscriminatedSchema(FILES, "stored-entry.json");
  private static final DiscriminatedSchema OPERATION =
      new DiscriminatedSchema(FILES, "operation.json");
  private static final Map<String, Check> CHECKS = checks();
  private static final Map<String, Optional<String>> ON_EMPTY = new ConcurrentHashMap<>();

  private Schemas() {}

  private interface Check {
    Optional<String> of(Object value);
  }

  /** Reads the schema files, once; it takes a second, so not on an event loop. */
  public static void load() {
    // done by the class's initialisation
  }

  /**
   * Checks a value against a schema.
   *
   * @param schema {@code state}; {@code entry} as it is written here, {@code storedEntry} as it may
   *     be on disk; {@code operation}; or the body of an action, {@code <actor>.<action>}, such as
   *     {@code lock.tryAcquire}
   * @param value the value; null is JSON's
   * @return empty if the value is valid; otherwise what is wrong with it
   * @throws IllegalArgumentException if there is no such schema
   */
  public static Optional<String> check(String schema, Object value) {
    Check check = CHECKS.get(schema);
    if (check == null) {
      throw new IllegalArgumentException("no schema " + schema);
    }
    if (value instanceof JsonObject object && object.isEmpty()) {
      // Most requests have nothing to say, and the verdict on nothing is always the same.
      return ON_EMPTY.computeIfAbsent(schema, any -> check.of(new JsonObject()));
    }
    return check.of(json(value));
  }

  /**
   * Checks one field of a state by itself.
   *
   * @param field the field's name
   * @param value its value
   * @return empty if the value is valid, as it always is in a field that the schema does not know;
   *     otherwise what is wrong with it
   */
  public static Optional<String> checkStateField(String field, Object value) {
    return FILES
        .schema("state.json")
        .property(field)
        .flatMap(rule -> rule.check(json(value), ValidationMessage.at("", field)));
  }

  /**
   * Checks one element of an array of a state by itself.
   *
   * @param field the array's name
   * @param index where in the array the element stands
   * @param element the element
   * @return empty if the element is valid; otherwise what is wrong with it
   * @throws IllegalArgumentException if the state has no such array
   */
  public static Optional<String> checkStateElement(String field, int index, Object element) {
    return FILES
        .schema("state.json")
        .property(field)
        .flatMap(Schema::element)
        .orElseThrow(() -> new IllegalArgumentException("the state has no array " + field))
        .check(json(element), ValidationMessage.at("", field) + "/" + index);
  }

  private static Map<String, Check> checks() {
    Map<String, Check> checks = new HashMap<>();
    for (String actor : List.of("state", "lock", "log")) {
      String file = actor + "-requests";
      for (String action : FILES.definitions(file)) {
        Schema rule = FILES.schema(file + ".json#/$defs/" + action);
        checks.put(actor + "." + action, value -> rule.check(value, ""));
      }
    }
    Schema state = FILES.schema("state.json");
    checks.put("state", value -> state.check(value, ""));
    checks.put("operation", value -> OPERATION.check(value, ""));
    checks.put("storedEntry", value -> checkEntry(STORED_ENTRY, value));
    checks.put("entry", value -> checkEntry(ENTRY, value));
    checks.put("log.save", checks.get("entry"));
    return Map.copyOf(checks);
  }

  /** The operations are taken out and checked one by one, each as what its type says. */
  private static Optional<String> checkEntry(DiscriminatedSchema choice, Object value) {
    if (!(value instanceof JsonObject entry)
        || !(entry.getValue("operations") instanceof JsonArray operations)) {
      return choice.check(value, "");
    }
    JsonObject rest = new JsonObject(new LinkedHashMap<>(entry.getMap()));
    Optional<String> fault = choice.check(rest.put("operations", new JsonArray()), "");
    for (int i = 0; fault.isEmpty() && i < operations.size(); i++) {
      fault = OPERATION.check(operations.getValue(i), "/operations/" + i);
    }
    return fault;
  }

  @SuppressWarnings("unchecked")
  private static Object json(Object value) {
    if (value instanceof Map) {
      return new JsonObject((Map<String, Object>) value);
    }
    return value instanceof List ? new JsonArray((List<?>) value) : value;
  }
}
