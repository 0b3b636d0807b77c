package org.dreamkeeper.bus.impl.json;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * One schema of the jar's files, which says what is wrong with a value, by those keywords of JSON
 * Schema that the files use. Safe from any thread.
 *
 * <p>The first fault is told, from the place where it is: {@code : 1, expected a string}. On the
 * way up each value puts before it where in it that place is: {@code /paths/3: 1, expected a
 * string}.
 *
 * <p>Of several schemas that are told apart by a property, the {@code discriminator}, only the one
 * that applies is asked: to try them all, as {@code oneOf} says, could not tell what is wrong.
 */
final class Schema {
  private final JsonObject keywords;
  private final Map<Object, Schema> choices = new LinkedHashMap<>();
  private final Map<String, Schema> properties = new LinkedHashMap<>();
  private final Schema others;
  private final Schema element;
  private final List<?> types;
  private final List<?> values;
  private final Pattern pattern;
  private final String expected;

  Schema(JsonObject schema, SchemaFiles files) {
    keywords = files.joined(schema);
    for (Object choice : keywords.getJsonArray("oneOf", new JsonArray())) {
      String ref = ((JsonObject) choice).getString("$ref");
      choices.put(ref.substring(ref.lastIndexOf('/') + 1), part(choice, files));
    }
    JsonObject fields = keywords.getJsonObject("properties", new JsonObject());
    fields.forEach(field -> properties.put(field.getKey(), part(field.getValue(), files)));
    others = part(keywords.getValue("additionalProperties"), files);
    element = part(keywords.getValue("items"), files);
    types = list("type");
    values =
        list(keywords.containsKey("const") ? "const" : "enum").stream()
            .map(Schema::comparable)
            .toList();
    pattern =
        keywords.containsKey("pattern") ? Pattern.compile(keywords.getString("pattern")) : null;
    expected = ValidationMessage.expected(keywords);
  }

  private static Schema part(Object schema, SchemaFiles files) {
    return schema instanceof JsonObject part ? new Schema(part, files) : null;
  }

  private List<?> list(String keyword) {
    Object value = keywords.getValue(keyword, new JsonArray());
    return value instanceof JsonArray all ? all.getList() : List.of(value);
  }

  /** Gives the schema of a property, or null. */
  Schema property(String key) {
    return properties.getOrDefault(key, others);
  }

  /** Gives the schema of an array's elements, or null. */
  Schema element() {
    return element;
  }

  /** Says what is wrong with a value, of JSON types or not; null if nothing is. */
  String check(Object wrapped) {
    Object value = CanonicalJson.unwrapped(wrapped);
    if (!choices.isEmpty()) {
      return checkChoice(value);
    }
    boolean typed = types.isEmpty() || types.stream().anyMatch(type -> is(type, value));
    if (!typed || !(values.isEmpty() || values.contains(comparable(value)))) {
      return wrong(value);
    }
    String fault = null;
    if (value instanceof Map<?, ?> map) {
      fault = checkFields(map);
    } else if (value instanceof List<?> list && element != null) {
      fault = checkElements(list);
    }
    return fault == null && !fits(value) ? wrong(value) : fault;
  }

  /** Says what is wrong with a value that is refused. */
  String complaint(Object value) {
    String fault = check(value);
    return fault == null ? wrong(value) : fault;
  }

  private String wrong(Object value) {
    return ValidationMessage.line("", ErrorText.show(value), expected);
  }

  private String checkChoice(Object value) {
    if (!(value instanceof Map<?, ?> map)) {
      return ValidationMessage.line("", ErrorText.show(value), "an object");
    }
    String key = keywords.getString("discriminator");
    Object name = map.get(key);
    Schema choice = choices.get(name);
    if (choice != null) {
      return choice.check(map);
    }
    String found = map.containsKey(key) ? ErrorText.show(name) : "missing";
    return ValidationMessage.line(
        ValidationMessage.at(key), found, ValidationMessage.oneOf(choices.keySet()));
  }

  private String checkFields(Map<?, ?> map) {
    for (Object each : list("required")) {
      String key = (String) each;
      if (!map.containsKey(key)) {
        return ValidationMessage.line(
            ValidationMessage.at(key), "missing", properties.get(key).expected);
      }
    }
    boolean closed = Boolean.FALSE.equals(keywords.getValue("additionalProperties"));
    for (Map.Entry<?, ?> field : map.entrySet()) {
      String key = (String) field.getKey();
      Schema property = property(key);
      String fault = property == null ? null : property.check(field.getValue());
      if (fault != null) {
        return ValidationMessage.at(key) + fault;
      }
      if (property == null && closed) {
        return ValidationMessage.line(
            ValidationMessage.at(key), "unknown key", ValidationMessage.keys(properties.keySet()));
      }
    }
    return null;
  }

  private String checkElements(List<?> list) {
    int index = 0;
    for (Object each : list) {
      String fault = element.check(each);
      if (fault != null) {
        return "/" + index + fault;
      }
      index++;
    }
    return null;
  }

  private static boolean is(Object type, Object value) {
    return switch ((String) type) {
      case "object" -> value instanceof Map;
      case "array" -> value instanceof List;
      case "string" -> value instanceof String;
      case "boolean" -> value instanceof Boolean;
      case "null" -> value == null;
      case "number" -> value instanceof Number number && Double.isFinite(number.doubleValue());
      case "integer" -> value instanceof Number number && isInteger(number);
      default -> throw new IllegalStateException("no type " + type);
    };
  }

  private static boolean isInteger(Number number) {
    if (number instanceof BigDecimal decimal) {
      return decimal.remainder(BigDecimal.ONE).signum() == 0;
    }
    return number.doubleValue() % 1 == 0;
  }

  private static Object comparable(Object value) {
    return value instanceof Number number ? (Object) number.doubleValue() : value;
  }

  private boolean fits(Object value) {
    if (value instanceof String text) {
      return within("minLength", "maxLength", text.codePointCount(0, text.length()))
          && (pattern == null || pattern.matcher(text).find());
    }
    if (value instanceof Number number) {
      return within("minimum", "maximum", number.doubleValue());
    }
    if (value instanceof List<?> list) {
      return within("minItems", "maxItems", list.size());
    }
    return !(value instanceof Map<?, ?> map)
        || within("minProperties", "maxProperties", map.size());
  }

  private boolean within(String least, String most, double size) {
    return size >= keywords.getDouble(least, Double.NEGATIVE_INFINITY)
        && size <= keywords.getDouble(most, Double.POSITIVE_INFINITY);
  }
}
