package org.dreamkeeper.bus.impl.config;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import org.dreamkeeper.bus.impl.json.ErrorText;
import org.dreamkeeper.bus.impl.text.FileNames;

/**
 * Reads one object of a configuration, key by key: a wrong type, a value out of range or an unknown
 * key is an {@link IllegalArgumentException} of one line that names it. Nothing is guessed.
 */
public final class ConfigReader {
  private static final int ASCII = 128;

  private final String prefix;
  private final JsonObject json;
  private final List<String> known;

  /**
   * Begins to read. A key that is none of the known ones is refused before anything else is: it may
   * be what was meant by one that is missing.
   *
   * @param name the object's own key, empty at the top
   * @param json the object, not null
   * @param known all keys that it may have, with spaces between them
   */
  public ConfigReader(String name, JsonObject json, String known) {
    this.prefix = name.isEmpty() ? "" : name + ".";
    this.json = Objects.requireNonNull(json, "json is null");
    this.known = Arrays.stream(known.split(" ", -1)).sorted().toList();
    for (String key : this.json.fieldNames()) {
      if (!this.known.contains(key)) {
        throw new IllegalArgumentException(
            prefix + ErrorText.bare(key) + " is no setting, " + Words.meant(key, this.known));
      }
    }
  }

  /** Reads an integer. */
  public long integer(String key, long otherwise, long min, long max) {
    Object value = value(key, otherwise);
    if (!(value instanceof Integer || value instanceof Long)
        || ((Number) value).longValue() < min
        || ((Number) value).longValue() > max) {
      throw wrong(key, value, "an integer from " + min + " to " + max);
    }
    return ((Number) value).longValue();
  }

  /** Reads an integer, if it is there. */
  public Long integerOrNull(String key, long min, long max) {
    return json.containsKey(key) ? (Long) integer(key, 0, min, max) : null;
  }

  /** Reads a number of milliseconds. */
  public Duration duration(String key, Duration otherwise, Duration min, Duration max) {
    return json.containsKey(key)
        ? Duration.ofMillis(integer(key, 0, min.toMillis(), max.toMillis()))
        : otherwise;
  }

  /** Reads a number of hours. */
  public Duration hours(String key, Duration otherwise, Duration max) {
    Object value = value(key, null);
    if (!json.containsKey(key)) {
      return otherwise;
    }
    if (!(value instanceof Number hours)
        || !(hours.doubleValue() >= 0 && hours.doubleValue() <= max.toHours())) {
      throw wrong(key, value, "a number from 0 to " + max.toHours());
    }
    return HourCount.read(hours);
  }

  /** Reads a boolean. */
  public boolean bool(String key, boolean otherwise) {
    Object value = value(key, otherwise);
    if (!(value instanceof Boolean bool)) {
      throw wrong(key, value, "true or false");
    }
    return bool;
  }

  /** Reads a text, not blank; without a default it must be there. */
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

  /** Reads a text, not blank, if it is there. */
  public String textOrNull(String key) {
    return json.containsKey(key) ? text(key, null) : null;
  }

  /** Reads one of an enum's {@link Words}. */
  public <E extends Enum<E>> E word(String key, E otherwise) {
    Class<E> type = otherwise.getDeclaringClass();
    Object value = value(key, Words.of(otherwise));
    List<String> words = Arrays.stream(type.getEnumConstants()).map(Words::of).toList();
    return Words.find(type, value).orElseThrow(() -> wrong(key, value, "one of " + words));
  }

  /**
   * Reads a directory's path, which must be there; a relative one is from the working directory.
   */
  public String directory(String key) {
    String path = text(key, null);
    try {
      if (path.equals("~") || path.startsWith("~/")) {
        throw wrong(key, path, "a path written out: ~ is known to a shell alone");
      }
      Path absolute = Path.of(path).toAbsolutePath();
      if (FileNames.representable(absolute)) {
        return absolute.toString();
      }
    } catch (InvalidPathException no) {
      if (path.chars().allMatch(each -> each < ASCII)) {
        throw wrong(key, path, "a path");
      }
    }
    throw wrong(key, path, "a path that Java can name; " + FileNames.advice());
  }

  /** Reads an object. */
  public JsonObject object(String key) {
    Object value = value(key, new JsonObject());
    if (!(value instanceof JsonObject object)) {
      throw wrong(key, value, "an object");
    }
    return object;
  }

  /** Reads a list of objects. */
  public List<JsonObject> objects(String key) {
    return list(key, "an object", "objects", each -> each instanceof JsonObject).stream()
        .map(JsonObject.class::cast)
        .toList();
  }

  /** Reads a list of texts, none of them blank. */
  public List<String> texts(String key) {
    return list(key, "a text", "texts", each -> each instanceof String text && !text.isBlank())
        .stream()
        .map(String.class::cast)
        .toList();
  }

  private JsonArray list(String key, String one, String many, Predicate<Object> valid) {
    Object value = value(key, new JsonArray());
    if (!(value instanceof JsonArray array)) {
      throw wrong(key, value, "an array of " + many);
    }
    for (int i = 0; i < array.size(); i++) {
      if (!valid.test(array.getValue(i))) {
        throw wrong(key + "[" + i + "]", array.getValue(i), one);
      }
    }
    return array;
  }

  private Object value(String key, Object otherwise) {
    if (!known.contains(key)) {
      throw new IllegalStateException(prefix + key + " is read but not known");
    }
    return json.containsKey(key) ? json.getValue(key) : otherwise;
  }

  private IllegalArgumentException wrong(String key, Object value, String expected) {
    return new IllegalArgumentException(
        prefix + key + " is " + ErrorText.show(value) + ", expected " + expected);
  }
}
