package org.dreamkeeper.bus.impl.json;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** Puts in words what is wrong with a value: where, what is there, and what was expected. */
public final class ValidationMessage {
  private ValidationMessage() {}

  /** Tells a fault; its place is empty for the value itself. */
  public static String line(String place, String found, String expected) {
    return place + ": " + found + ", expected " + expected;
  }

  /** Points to a property; a key that a caller made up is cut and escaped like a value. */
  public static String at(String key) {
    return "/" + ErrorText.bare(key.replace("~", "~0").replace("/", "~1"));
  }

  /** Names the root where a fault tells no place. */
  static String rooted(String fault) {
    return fault.startsWith(":") ? "(root)" + fault : fault;
  }

  static String oneOf(Collection<?> values) {
    List<String> shown = new ArrayList<>();
    values.forEach(value -> shown.add(ErrorText.show(value)));
    return or(shown);
  }

  static String keys(Collection<String> keys) {
    return keys.isEmpty() ? "none" : or(List.copyOf(keys));
  }

  private static String or(List<String> words) {
    int last = words.size() - 1;
    return last < 1
        ? String.join("", words)
        : String.join(", ", words.subList(0, last)) + " or " + words.get(last);
  }

  /** Says what a schema expects. */
  static String expected(JsonObject schema) {
    if (schema.containsKey("const")) {
      return ErrorText.show(schema.getValue("const"));
    }
    if (schema.containsKey("enum")) {
      return oneOf(schema.getJsonArray("enum").getList());
    }
    if (schema.containsKey("pattern")) {
      // A regular expression helps nobody; the description beside it says the same.
      String description = schema.getString("description");
      return Character.toLowerCase(description.charAt(0))
          + description.substring(1).replaceFirst("\\.(\\s[\\s\\S]*)?$", "");
    }
    if (schema.containsKey("maxProperties")) {
      return "an object with exactly one of "
          + String.join(", ", schema.getJsonObject("properties").fieldNames());
    }
    if (schema.getValue("type") instanceof JsonArray types) {
      return or(types.stream().map(type -> type((String) type, schema)).toList());
    }
    return type(schema.getString("type", "object"), schema);
  }

  private static String type(String type, JsonObject schema) {
    return switch (type) {
      case "integer" -> "an integer" + range(schema);
      case "number" ->
          schema.containsKey("minimum") ? "a number" + range(schema) : "a finite number";
      case "string" -> string(schema);
      case "boolean" -> "true or false";
      case "null" -> "null";
      default -> "an " + type;
    };
  }

  private static String range(JsonObject schema) {
    return " from " + schema.getValue("minimum") + " to " + schema.getValue("maximum");
  }

  private static String string(JsonObject schema) {
    Object max = schema.getValue("maxLength");
    return (schema.containsKey("minLength") ? "a non-empty string" : "a string")
        + (max == null ? "" : " of at most " + max + " characters");
  }
}
