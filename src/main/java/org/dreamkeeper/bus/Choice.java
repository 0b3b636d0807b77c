package org.dreamkeeper.bus;

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
final class Choice {
  private final String discriminator;
  private final Map<Object, Rule> rules = new LinkedHashMap<>();

  Choice(SchemaFiles files, String file) {
    Rule all = files.rule(file);
    discriminator = (String) all.find("discriminator");
    for (Object each : (JsonArray) all.find("oneOf")) {
      String ref = ((JsonObject) each).getString("$ref");
      rules.put(ref.substring(ref.lastIndexOf('/') + 1), files.rule(file + ref));
    }
  }

  Optional<String> check(Object value, String pointer) {
    if (!(value instanceof JsonObject object)) {
      return Optional.of(Complaint.line(pointer, Values.show(value), "an object"));
    }
    Object name = object.getValue(discriminator);
    Rule rule = rules.get(name);
    if (rule != null) {
      return rule.check(object, pointer);
    }
    String expected = Complaint.oneOf(rules.keySet());
    return Optional.of(
        object.containsKey(discriminator)
            ? Complaint.line(Complaint.at(pointer, discriminator), Values.show(name), expected)
            : Complaint.missing(pointer, discriminator, expected));
  }
}
