package org.dreamkeeper.bus.impl;

import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is valid on the bus and on disk, as the JSON Schema files of this jar say it.
 *
 * <p>Loaded once; safe from any thread. A complaint is one line: the JSON pointer, what is there,
 * and what was expected.
 */
public final class Schemas {
  private static final Map<String, Schema> ALL = all();

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
    Schema found = ALL.get(schema);
    if (found == null) {
      throw new IllegalArgumentException("no schema " + schema);
    }
    return told("", found.check(value));
  }

  /** Checks one field of a state by itself; one that the schema does not know is always valid. */
  public static Optional<String> checkStateField(String field, Object value) {
    Schema schema = ALL.get("state").property(field);
    return schema == null
        ? Optional.empty()
        : told(ValidationMessage.at(field), schema.check(value));
  }

  /** Checks the element of an array of a state by itself; the index is where it stands. */
  public static Optional<String> checkStateElement(String field, int index, Object element) {
    Schema schema = ALL.get("state").property(field).element();
    if (schema == null) {
      throw new IllegalArgumentException("the state has no array " + field);
    }
    return told(ValidationMessage.at(field) + "/" + index, schema.check(element));
  }

  private static Optional<String> told(String place, String fault) {
    return Optional.ofNullable(fault).map(found -> ValidationMessage.rooted(place + found));
  }

  private static Map<String, Schema> all() {
    SchemaFiles files = new SchemaFiles();
    Map<String, Schema> all = new HashMap<>();
    all.put("state", new Schema(files.find("state.json"), files));
    all.put("operation", new Schema(files.find("operation.json"), files));
    all.put("entry", new Schema(files.find("entry.json"), files));
    all.put("storedEntry", new Schema(files.find("stored-entry.json"), files));
    for (String actor : List.of("state", "lock", "log")) {
      JsonObject actions = files.find(actor + "-requests.json#/$defs");
      for (String action : actions.fieldNames()) {
        all.put(actor + "." + action, new Schema(actions.getJsonObject(action), files));
      }
    }
    return all;
  }
}
