package org.dreamkeeper.bus.impl.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * JSON as {@code JSON.parse} reads it and as {@code JSON.stringify(value, null, 2)} prints it, byte
 * for byte, so that a file that both sides rewrite does not change without cause.
 */
public final class JsonText {
  private static final ObjectReader READER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNameLength(Integer.MAX_VALUE)
                          .maxStringLength(Integer.MAX_VALUE)
                          .build())
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build()
          .readerFor(Object.class);

  /** What a value, or the key of one, takes beside its text: an object, and its place in a map. */
  public static final int VALUE_BYTES = 64;

  /** A text of so many bytes is read within a fraction of a millisecond: on an event loop, too. */
  public static final int SMALL_BYTES = 16 << 10;

  /** What is escaped by a letter, and by which. */
  private static final String NAMED = "\"\\\b\f\n\r\t";

  private static final String NAMES = "\"\\bfnrt";

  private static final byte[] MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

  private JsonText() {}

  /** Tells whether a text begins with a byte order mark. */
  public static boolean hasMark(byte[] text) {
    return text.length >= MARK.length && Arrays.equals(text, 0, MARK.length, MARK, 0, MARK.length);
  }

  /**
   * Reads a JSON text that should be an object. A byte order mark before it, which some editors
   * write, is read over. Gives empty for any other value, for a text that {@code JSON.parse} would
   * refuse, for one that is nested deeper than 1,000 or has a number of more than 1,000 digits, and
   * for one with a key that has half of a surrogate pair.
   */
  @SuppressWarnings("unchecked")
  public static Optional<JsonObject> parseObject(byte[] text) {
    try {
      // Through a String: Jackson takes bytes in other encodings, too, which JSON.parse refuses.
      int start = hasMark(text) ? MARK.length : 0;
      String json = new String(text, start, text.length - start, StandardCharsets.UTF_8);
      Object value = READER.readValue(json);
      // Half of a pair comes by an escape alone; not every Jackson refuses it in a key.
      boolean halves = json.contains("\\ud") || json.contains("\\uD");
      return value instanceof Map && (!halves || keysWellFormed(value))
          ? Optional.of(new JsonObject((Map<String, Object>) value))
          : Optional.empty();
    } catch (JsonProcessingException refused) {
      return Optional.empty();
    }
  }

  /** Loops, not streams: it goes as deep as the text, and those would need the stack tenfold. */
  private static boolean keysWellFormed(Object value) {
    if (value instanceof Map<?, ?> map) {
      for (Map.Entry<?, ?> field : map.entrySet()) {
        if (!wellFormed((CharSequence) field.getKey()) || !keysWellFormed(field.getValue())) {
          return false;
        }
      }
    } else if (value instanceof List<?> list) {
      for (Object each : list) {
        if (!keysWellFormed(each)) {
          return false;
        }
      }
    }
    return true;
  }

  /** Estimates what a JSON text needs in memory once it is parsed, bytes, without parsing it. */
  public static long held(byte[] text) {
    long values = 1;
    boolean quoted = false;
    for (int i = 0; i < text.length; i++) {
      switch (text[i]) {
        case '"' -> quoted = !quoted;
        case '\\' -> i++;
        case '{', '[', ',', ':' -> values += quoted ? 0 : 1;
        default -> {}
      }
    }
    return text.length + values * VALUE_BYTES;
  }

  /**
   * Prints a value, indented by two, without a final newline.
   *
   * @throws IllegalArgumentException if it is not of JSON types: better no file than a broken one
   */
  public static byte[] print(Object value) {
    return text(value).getBytes(StandardCharsets.UTF_8);
  }

  /** Prints a value as {@link #print} does, as a text. */
  public static String text(Object value) {
    return print(value, "\n");
  }

  /**
   * Prints a value on one line.
   *
   * @throws IllegalArgumentException if it is not of JSON types
   */
  public static byte[] printLine(Object value) {
    return line(value).getBytes(StandardCharsets.UTF_8);
  }

  /** Prints a value as {@link #printLine} does, as a text. */
  public static String line(Object value) {
    return print(value, "");
  }

  private static String print(Object value, String newline) {
    StringBuilder out = new StringBuilder(512);
    print(value, newline, out);
    return out.toString();
  }

  private static void print(Object wrapped, String newline, StringBuilder out) {
    Object value = CanonicalJson.unwrapped(wrapped);
    if (value instanceof Map<?, ?> map) {
      printObject(map, newline, out);
    } else if (value instanceof List<?> list) {
      printArray(list, newline, out);
    } else if (value instanceof String text) {
      quote(text, out);
    } else if (value instanceof Number number) {
      out.append(JsonNumber.print(number));
    } else if (value == null || value instanceof Boolean) {
      out.append(value);
    } else {
      throw new IllegalArgumentException("no JSON value: " + value.getClass());
    }
  }

  private static void printObject(Map<?, ?> map, String newline, StringBuilder out) {
    String inner = inner(newline);
    char before = '{';
    for (Map.Entry<?, ?> field : map.entrySet()) {
      out.append(before).append(inner);
      quote((CharSequence) field.getKey(), out);
      out.append(": ");
      print(field.getValue(), inner, out);
      before = ',';
    }
    out.append(map.isEmpty() ? "{" : newline).append('}');
  }

  private static void printArray(List<?> list, String newline, StringBuilder out) {
    String inner = inner(newline);
    char before = '[';
    for (Object each : list) {
      out.append(before).append(inner);
      print(each, inner, out);
      before = ',';
    }
    out.append(list.isEmpty() ? "[" : newline).append(']');
  }

  private static String inner(String newline) {
    return newline.isEmpty() ? newline : newline + "  ";
  }

  static void quote(CharSequence text, StringBuilder out) {
    out.append('"');
    int length;
    for (int i = 0; i < text.length(); i += length) {
      int c = Character.codePointAt(text, i);
      length = Character.charCount(c);
      int named = c > '\\' ? -1 : NAMED.indexOf(c);
      if (named >= 0) {
        out.append('\\').append(NAMES.charAt(named));
      } else if (c < ' ' || isHalf(c)) {
        out.append(String.format("\\u%04x", c));
      } else {
        out.appendCodePoint(c);
      }
    }
    out.append('"');
  }

  /**
   * Says whether a text has no half of a surrogate pair. As a value such a text is read and printed
   * like any other; as a key it could be printed, but not every Jackson reads it again.
   */
  public static boolean wellFormed(CharSequence text) {
    return text.codePoints().noneMatch(JsonText::isHalf);
  }

  private static boolean isHalf(int c) {
    return c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE;
  }
}
