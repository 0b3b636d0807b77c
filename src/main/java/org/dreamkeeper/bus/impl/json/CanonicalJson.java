package org.dreamkeeper.bus.impl.json;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * JSON values in one plain form each, so that {@code equals} means "the same JSON value": {@code
 * LinkedHashMap}, {@code ArrayList}, {@code String}, {@code Boolean}, null, and for a number the
 * smallest of {@code Integer}, {@code Long}, {@code BigInteger} that holds it, or {@code Double}.
 */
public final class CanonicalJson {
  /** Up to here each integer is a double of its own: 2^53. */
  private static final double MAX_EXACT = 9007199254740992d;

  private CanonicalJson() {}

  /** Copies an object into the plain form, its keys in the same order. */
  public static Map<String, Object> object(JsonObject object) {
    return object(object.getMap());
  }

  private static Map<String, Object> object(Map<?, ?> map) {
    Map<String, Object> plain = new LinkedHashMap<>();
    map.forEach((key, value) -> plain.put((String) key, of(value)));
    return plain;
  }

  /** Copies a value into the plain form. */
  public static Object of(Object value) {
    Object plain = unwrapped(value);
    if (plain instanceof Map<?, ?> map) {
      return object(map);
    }
    if (plain instanceof List<?> list) {
      return list(list);
    }
    return plain instanceof Number number ? number(number) : plain;
  }

  /** Takes off what Vert.x wraps a map or a list in; a text becomes a String. */
  public static Object unwrapped(Object value) {
    if (value instanceof JsonObject object) {
      return object.getMap();
    }
    if (value instanceof JsonArray array) {
      return array.getList();
    }
    return value instanceof CharSequence text ? text.toString() : value;
  }

  private static List<Object> list(List<?> list) {
    List<Object> plain = new ArrayList<>(list.size());
    list.forEach(each -> plain.add(of(each)));
    return plain;
  }

  private static Object number(Number value) {
    if (value instanceof BigInteger big) {
      return big.bitLength() < Long.SIZE ? whole(big.longValue()) : big;
    }
    if (value instanceof Long || value instanceof Integer) {
      return whole(value.longValue());
    }
    double d = value.doubleValue();
    if (!Double.isFinite(d)) {
      // A file may say 1e400; it is printed as null.
      return null;
    }
    return d == Math.rint(d) && Math.abs(d) <= MAX_EXACT ? whole((long) d) : (Object) d;
  }

  private static Object whole(long value) {
    return value == (int) value ? (Object) (int) value : (Object) value;
  }

  /** Tells whether more than so many objects and arrays are in one another. */
  public static boolean deeper(Object value, int levels) {
    if (value instanceof Map<?, ?> map) {
      return levels == 0 || map.values().stream().anyMatch(each -> deeper(each, levels - 1));
    }
    return value instanceof List<?> list
        && (levels == 0 || list.stream().anyMatch(each -> deeper(each, levels - 1)));
  }

  /**
   * Puts the keys of a new value in the order of the old one, however deep, so that a value that
   * has been through other hands does not turn the file around.
   */
  public static Object ordered(Object old, Object next) {
    if (old instanceof Map<?, ?> before && next instanceof Map<?, ?> after) {
      return before.equals(after) ? before : ordered(before, after);
    }
    if (old instanceof List<?> before && next instanceof List<?> after) {
      return ordered(before, after);
    }
    return next;
  }

  private static Map<String, Object> ordered(Map<?, ?> old, Map<?, ?> next) {
    Map<String, Object> ordered = new LinkedHashMap<>();
    old.forEach(
        (key, value) -> {
          if (next.containsKey(key)) {
            ordered.put((String) key, ordered(value, next.get(key)));
          }
        });
    next.forEach((key, value) -> ordered.putIfAbsent((String) key, value));
    return ordered;
  }

  /** An element that was there is known by its value; one that has changed, by its place. */
  private static List<Object> ordered(List<?> old, List<?> next) {
    Map<Object, Object> known = new HashMap<>();
    old.forEach(each -> known.put(each, each));
    List<Object> ordered = new ArrayList<>(next.size());
    for (Object each : next) {
      Object same = known.get(each);
      int place = ordered.size();
      Object before = same == null && place < old.size() ? old.get(place) : same;
      ordered.add(ordered(before, each));
    }
    return ordered;
  }
}
