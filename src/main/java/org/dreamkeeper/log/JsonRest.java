package org.dreamkeeper.log;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Takes the known fields out of a JSON object, one by one, each as what it should be; what is left
 * at the end is unknown, and carried along.
 */
final class JsonRest {
  private final String what;
  private final JsonObject rest;

  JsonRest(String what, JsonObject json) {
    this.what = what;
    this.rest = json.copy();
  }

  /** Gives what nobody has taken. */
  JsonObject rest() {
    return rest;
  }

  /** Takes what may be absent, but not of another type. */
  <T> Optional<T> optional(String key, Class<T> type) {
    if (!rest.containsKey(key)) {
      return Optional.empty();
    }
    Object value = rest.getValue(key);
    rest.remove(key);
    return Optional.of(cast(key, value, type));
  }

  <T> T required(String key, Class<T> type) {
    return valid(key, optional(key, type));
  }

  String text(String key) {
    return required(key, String.class);
  }

  double number(String key) {
    return required(key, Number.class).doubleValue();
  }

  long integer(String key) {
    return required(key, Number.class).longValue();
  }

  List<String> texts(String key) {
    List<String> texts = new ArrayList<>();
    for (Object each : required(key, JsonArray.class)) {
      texts.add(cast(key, each, String.class));
    }
    return texts;
  }

  /** Takes an object's values, each as it is read. */
  <V> Optional<Map<String, V>> optionalMap(String key, Function<Object, V> read) {
    return optional(key, JsonObject.class)
        .map(
            object -> {
              Map<String, V> values = new LinkedHashMap<>();
              object.forEach(each -> values.put(each.getKey(), read.apply(each.getValue())));
              return values;
            });
  }

  <T> T cast(String key, Object value, Class<T> type) {
    return valid(key, type.isInstance(value) ? Optional.of(type.cast(value)) : Optional.empty());
  }

  <T> T valid(String key, Optional<T> value) {
    return value.orElseThrow(() -> new IllegalArgumentException(what + " without a valid " + key));
  }

  /** Puts a number as JSON.stringify would print it: an integer where it is one. */
  static Number plain(double number) {
    return number == Math.rint(number) && Math.abs(number) < 0x1p53
        ? (Number) (long) number
        : (Number) number;
  }
}
