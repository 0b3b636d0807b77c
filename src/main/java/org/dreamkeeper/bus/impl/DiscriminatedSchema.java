package org.dreamkeeper.bus.impl;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A schema that is one of several, told apart by the property that its {@code discriminator} names.
 *
 * <p>The validator is given the one that applies: to try them all, as {@code oneOf} says, takes
 * several times as long and cannot say what is wrong.
 */
final class DiscriminatedSchema {
  private final String discriminator;
  private final Map<Object, Schema> rules = new LinkedHashMap<>();

  DiscriminatedSchema(SchemaFiles files, String file) {
    Schema all = files.schema(file);
    discriminator = (String) all.find("discriminator");
    for (Object each : (JsonArray) all.find("oneOf")) {
      String ref = ((JsonObject) each).getString("$ref");
      rules.put(ref.substring(ref.lastIndexOf('/') + 1), files.schema(file + ref));
    }
  }

  Optional<String> check(Object value, String pointer) {
    if (!(value instanceof JsonObject object)) {
      return Optional.of(ValidationMessage.line(pointer, ErrorText.show(value), "an object"));
    }
    Object name = object.getValue(discriminator);
    Schema rule = rules.get(name);
    if (rule != null) {
      return rule.check(object, pointer);
    }
    String expected = ValidationMessage.oneOf(rules.keySet());
    return Optional.of(
        object.containsKey(discriminator)
            ? ValidationMessage.line(
                ValidationMessage.at(pointer, discriminator), ErrorText.show(name), expected)
            : ValidationMessage.missing(pointer, discriminator, expected));
  }
}
