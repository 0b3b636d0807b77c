package org.dreamkeeper.bus.impl;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.json.schema.JsonSchema;
import io.vertx.json.schema.Validator;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** One schema: gives the verdict on a value, and knows the schemas of the value's parts. */
final class Schema {
  /** What the library notes in a schema when it links it. */
  private static final String URI = "__absolute_uri__";

  private static final String REF = "__absolute_ref__";

  private final SchemaFiles files;
  private final Validator validator;

  /** The schema itself, then what it refers to, and so on. */
  private final List<JsonSchema> layers = new ArrayList<>();

  Schema(SchemaFiles files, String ref, Validator validator) {
    this.files = files;
    this.validator = validator;
    for (String next = ref; next != null; next = layers.get(layers.size() - 1).get(REF)) {
      layers.add(files.node(next));
    }
  }

  /**
   * Says what is wrong with a value.
   *
   * @param value any value, of JSON types or not
   * @param pointer where the value stands in what the caller knows, as a JSON pointer
   * @return empty if nothing; otherwise one line
   */
  Optional<String> check(Object value, String pointer) {
    return accepts(value)
        ? Optional.empty()
        : Optional.of(ValidationMessage.about(this, value, pointer));
  }

  boolean accepts(Object value) {
    try {
      return validator.validate(value).getValid();
    } catch (IllegalArgumentException notJson) {
      // The value, or a part of it, is of a type that the library cannot place.
      return false;
    }
  }

  /** Gives the schema of a property; empty for one that this schema does not know. */
  Optional<Schema> property(String key) {
    for (JsonSchema layer : layers) {
      JsonObject properties = layer.get("properties");
      if (properties != null && properties.containsKey(key)) {
        return part(properties.getJsonObject(key));
      }
    }
    return part(find("additionalProperties"));
  }

  /** Gives the schema of an array's elements. */
  Optional<Schema> element() {
    return part(find("items"));
  }

  Set<String> properties() {
    Set<String> names = new LinkedHashSet<>();
    for (JsonSchema layer : layers) {
      names.addAll(layer.get("properties", new JsonObject()).fieldNames());
    }
    return names;
  }

  Set<String> required() {
    Set<String> names = new LinkedHashSet<>();
    for (JsonSchema layer : layers) {
      layer.get("required", new JsonArray()).forEach(name -> names.add((String) name));
    }
    return names;
  }

  boolean refusesUnknownKeys() {
    return Boolean.FALSE.equals(find("additionalProperties"));
  }

  /** Gives a keyword's value from the first layer that has it, or null. */
  Object find(String keyword) {
    for (JsonSchema layer : layers) {
      if (layer.containsKey(keyword)) {
        return layer.get(keyword);
      }
    }
    return null;
  }

  /** Gives the description that stands beside a keyword. */
  String descriptionOf(String keyword) {
    for (JsonSchema layer : layers) {
      if (layer.containsKey(keyword)) {
        return layer.get("description");
      }
    }
    throw new IllegalArgumentException("no " + keyword);
  }

  private Optional<Schema> part(Object node) {
    return node instanceof JsonObject schema
        ? Optional.of(files.schema(schema.getString(URI)))
        : Optional.empty();
  }
}
