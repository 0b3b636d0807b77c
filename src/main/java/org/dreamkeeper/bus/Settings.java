package org.dreamkeeper.bus;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Reads one object of a configuration, key by key: a wrong type, a value out of range or an unknown
 * key is an {@link IllegalArgumentException} of one line that names it. Nothing is guessed.
 */
public final class Settings {
  private final String prefix;
  private final JsonObject json;
  private final Set<String> known = new HashSet<>();

  /**
   * Begins to read.
   *
   * @param name the object's own key, empty at the top
   * @param json the object; null counts as empty
   */
  public Settings(String name, JsonObject json) {
    this.prefix = name.isEmpty() ? "" : name + ".";
    this.json = json == null ? new JsonObject() : json;
  }

  /**
   * Reads an integer.
   *
   * @param key which
   * @param otherwise the default
   * @param min the least
   * @param max the greatest
   * @return the value
   */
  public long integer(String key, long otherwise, long min, long max) {
    Object value = value(key, otherwise);
    if (!(value instanceof Integer || value instanceof Long)
        || ((Number) value).longValue() < min
        || ((Number) value).longValue() > max) {
      throw wrong(key, value, "an integer from " + min + " to " + max);
    }
    return ((Number) value).longValue();
  }

  /**
   * Reads a boolean.
   *
   * @param key which
   * @param otherwise the default
   * @return the value
   */
  public boolean bool(String key, boolean otherwise) {
    Object value = value(key, otherwise);
    if (!(value instanceof Boolean bool)) {
      throw wrong(key, value, "true or false");
    }
    return bool;
  }

  /**
   * Reads a text.
   *
   * @param key which
   * @param otherwise the default; null if the key must be there
   * @return the value, not blank
   */
  public String text(String key, String otherwise) {
    Object value = value(key, otherwise);
    if (value == null && !json.containsKey(key)) {
      throw new IllegalArgumentException(prefix + key + " is missing, expected a text");
    }
    if (!(value instanceof String text) || text.isBlank()) {
      throw wrong(key, value, "a text");
    }
    return text;
  }

  /**
   * Reads one of several words.
   *
   * @param key which
   * @param otherwise the default
   * @param choices the words
   * @return the value
   */
  public String choice(String key, String otherwise, String... choices) {
    Object value = value(key, otherwise);
    if (!(value instanceof String word) || !Arrays.asList(choices).contains(word)) {
      throw wrong(key, value, "one of " + Arrays.toString(choices));
    }
    return word;
  }

  /**
   * Reads an object.
   *
   * @param key which
   * @return the object, empty if absent
   */
  public JsonObject object(String key) {
    Object value = value(key, new JsonObject());
    if (!(value instanceof JsonObject object)) {
      throw wrong(key, value, "an object");
    }
    return object;
  }

  /**
   * Reads a list of objects.
   *
   * @param key which
   * @return the objects, none if absent
   */
  public List<JsonObject> objects(String key) {
    Object value = value(key, new JsonArray());
    if (!(value instanceof JsonArray array)) {
      throw wrong(key, value, "an array of objects");
    }
    List<JsonObject> objects = new ArrayList<>();
    for (int i = 0; i < array.size(); i++) {
      if (!(array.getValue(i) instanceof JsonObject object)) {
        throw wrong(key + "[" + i + "]", array.getValue(i), "an object");
      }
      objects.add(object);
    }
    return objects;
  }

  /** Ends the reading: a key that was not asked for is unknown. */
  public void done() {
    for (String key : json.fieldNames()) {
      if (!known.contains(key)) {
        throw new IllegalArgumentException(
            prefix + key + " is no setting, expected one of " + known.stream().sorted().toList());
      }
    }
  }

  private Object value(String key, Object otherwise) {
    known.add(key);
    return json.containsKey(key) ? json.getValue(key) : otherwise;
  }

  private IllegalArgumentException wrong(String key, Object value, String expected) {
    return new IllegalArgumentException(
        prefix + key + " is " + Values.show(value) + ", expected " + expected);
  }
}
