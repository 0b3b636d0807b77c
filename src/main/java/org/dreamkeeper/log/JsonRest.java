package org.dreamkeeper.log;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

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

  String text(String key) {
    return required(key, optionalText(key));
  }

  /** Gives null where there is none. */
  String optionalText(String key) {
    return take(key, String.class);
  }

  boolean flag(String key) {
    return required(key, take(key, Boolean.class));
  }

  double number(String key) {
    return required(key, take(key, Number.class)).doubleValue();
  }

  Double optionalNumber(String key) {
    Number number = take(key, Number.class);
    return number == null ? null : (Double) number.doubleValue();
  }

  long integer(String key) {
    return required(key, optionalInteger(key));
  }

  Long optionalInteger(String key) {
    Number number = take(key, Number.class);
    return number == null ? null : (Long) number.longValue();
  }

  List<String> texts(String key) {
    List<String> texts = new ArrayList<>();
    for (Object each : required(key, take(key, JsonArray.class))) {
      texts.add(cast(key, each, String.class));
    }
    return texts;
  }

  Map<String, String> optionalTexts(String key) {
    JsonObject object = take(key, JsonObject.class);
    if (object == null) {
      return null;
    }
    Map<String, String> texts = new LinkedHashMap<>();
    object.forEach(each -> texts.put(each.getKey(), cast(key, each.getValue(), String.class)));
    return texts;
  }

  /** Gives null where there are none; a null among them is empty. */
  Map<String, Optional<String>> optionalTextsOrNulls(String key) {
    JsonObject object = take(key, JsonObject.class);
    if (object == null) {
      return null;
    }
    Map<String, Optional<String>> texts = new LinkedHashMap<>();
    for (Map.Entry<String, Object> each : object) {
      String text = each.getValue() == null ? null : cast(key, each.getValue(), String.class);
      texts.put(each.getKey(), Optional.ofNullable(text));
    }
    return texts;
  }

  JsonObject object(String key) {
    return required(key, take(key, JsonObject.class));
  }

  JsonArray optionalArray(String key) {
    return take(key, JsonArray.class);
  }

  <T> T required(String key, T value) {
    if (value == null) {
      throw new IllegalArgumentException(what + " without a valid " + key);
    }
    return value;
  }

  private <T> T take(String key, Class<T> type) {
    if (!rest.containsKey(key)) {
      return null;
    }
    Object value = rest.getValue(key);
    rest.remove(key);
    return cast(key, value, type);
  }

  private <T> T cast(String key, Object value, Class<T> type) {
    return required(key, type.isInstance(value) ? type.cast(value) : null);
  }

  /** Puts a number as JSON.stringify would print it: an integer where it is one. */
  static Number plain(double number) {
    return number == Math.rint(number) && Math.abs(number) < 0x1p53
        ? (Number) (long) number
        : (Number) number;
  }
}
