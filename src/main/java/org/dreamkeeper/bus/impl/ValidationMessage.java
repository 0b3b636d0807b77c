package org.dreamkeeper.bus.impl;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * Puts in words what is wrong with a value that its schema refuses: where, what is there, and what
 * was expected.
 *
 * <p>The verdicts stay the validator's. From the whole value it goes down to the first part that is
 * refused by itself, until all the parts are good; what the schema says about that place is what
 * was expected.
 */
final class ValidationMessage {
  private ValidationMessage() {}

  static String about(Schema rule, Object value, String pointer) {
    if (value instanceof JsonObject object) {
      return aboutObject(rule, object, pointer);
    }
    Optional<Schema> element = rule.element();
    if (value instanceof JsonArray array && element.isPresent()) {
      for (int i = 0; i < array.size(); i++) {
        if (!element.get().accepts(array.getValue(i))) {
          return about(element.get(), array.getValue(i), pointer + "/" + i);
        }
      }
    }
    return line(pointer, ErrorText.show(value), expected(rule));
  }

  private static String aboutObject(Schema rule, JsonObject object, String pointer) {
    for (String key : rule.required()) {
      if (!object.containsKey(key)) {
        return missing(pointer, key, expected(rule.property(key).orElseThrow()));
      }
    }
    for (String key : object.fieldNames()) {
      Optional<Schema> property = rule.property(key);
      if (property.isEmpty()) {
        if (rule.refusesUnknownKeys()) {
          return line(at(pointer, key), "unknown key", keys(rule));
        }
      } else if (!property.get().accepts(object.getValue(key))) {
        return about(property.get(), object.getValue(key), at(pointer, key));
      }
    }
    return line(pointer, ErrorText.show(object), expected(rule));
  }

  static String missing(String pointer, String key, String expected) {
    return line(at(pointer, key), "missing", expected);
  }

  static String line(String pointer, String found, String expected) {
    return (pointer.isEmpty() ? "(root)" : pointer) + ": " + found + ", expected " + expected;
  }

  /** Points to a property; a key that a caller made up is cut and escaped like a value. */
  static String at(String pointer, String key) {
    return pointer + "/" + ErrorText.bare(key.replace("~", "~0").replace("/", "~1"));
  }

  static String oneOf(Collection<?> values) {
    List<String> shown = new ArrayList<>();
    values.forEach(value -> shown.add(ErrorText.show(value)));
    return or(shown);
  }

  private static String keys(Schema rule) {
    return rule.properties().isEmpty() ? "none" : or(List.copyOf(rule.properties()));
  }

  private static String or(List<String> words) {
    int last = words.size() - 1;
    return last < 1
        ? String.join("", words)
        : String.join(", ", words.subList(0, last)) + " or " + words.get(last);
  }

  private static String expected(Schema rule) {
    if (rule.find("const") != null) {
      return ErrorText.show(rule.find("const"));
    }
    if (rule.find("enum") instanceof JsonArray values) {
      return oneOf(values.getList());
    }
    if (rule.find("pattern") != null) {
      // A regular expression helps nobody; the description beside it says the same.
      String description = rule.descriptionOf("pattern");
      return Character.toLowerCase(description.charAt(0))
          + description.substring(1).replaceFirst("\\.(\\s[\\s\\S]*)?$", "");
    }
    if (rule.find("maxProperties") != null) {
      return "an object with exactly one of " + String.join(", ", rule.properties());
    }
    if (rule.find("type") instanceof JsonArray types) {
      return or(types.stream().map(type -> type((String) type, rule)).toList());
    }
    return type((String) rule.find("type"), rule);
  }

  private static String type(String type, Schema rule) {
    return switch (type) {
      case "integer" -> "an integer" + range(rule);
      case "number" -> rule.find("minimum") == null ? "a finite number" : "a number" + range(rule);
      case "string" -> string(rule);
      case "boolean" -> "true or false";
      case "null" -> "null";
      default -> "an " + type;
    };
  }

  private static String range(Schema rule) {
    return " from " + rule.find("minimum") + " to " + rule.find("maximum");
  }

  private static String string(Schema rule) {
    Object max = rule.find("maxLength");
    return (rule.find("minLength") == null ? "a string" : "a non-empty string")
        + (max == null ? "" : " of at most " + max + " characters");
  }
}
