package org.dreamkeeper.torture;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.CharBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Makes something wrong, or merely odd, out of a JSON value. */
final class JsonMutator {
  private static final List<Object> NUMBERS =
      List.of(
          0,
          -0.0,
          -1,
          1.5,
          Integer.MAX_VALUE,
          Integer.MIN_VALUE,
          1L << 53,
          (1L << 53) - 1,
          (1L << 53) + 1,
          Long.MAX_VALUE,
          Long.MIN_VALUE,
          Double.MAX_VALUE,
          Double.MIN_VALUE,
          -Double.MAX_VALUE,
          Double.NaN,
          Double.POSITIVE_INFINITY,
          Double.NEGATIVE_INFINITY,
          Float.NaN,
          Float.MAX_VALUE,
          1e15,
          1e21,
          8.64e15,
          8.64e15 + 2,
          Short.MAX_VALUE,
          Byte.MIN_VALUE,
          BigInteger.TWO.pow(64),
          BigInteger.TEN.pow(400),
          BigInteger.ONE.shiftLeft(5_000),
          new BigDecimal("0.1"),
          new BigDecimal("1E+400"),
          new BigDecimal("1E-1000000000"),
          new BigDecimal("1E+1000000000"));

  private static final List<String> TEXTS =
      List.of(
          "",
          " ",
          "\0",
          "\n",
          "\u2028",
          "\ufeff",
          "\ud800",
          "\udc00x",
          "a\udbff",
          "\ud83d\ude00",
          "\u202e\u0661",
          "e\u0301",
          "null",
          "NaN",
          "1",
          "__proto__",
          "constructor",
          "../../../etc/passwd",
          "drm-",
          "drm-0",
          "drm-00000000000000007",
          "drm-9999999999999999",
          "drm-99999999999999999",
          "drm-9223372036854775808",
          "drm-7/../8",
          "drm-7.json",
          "DRM-7",
          "completed",
          "processing",
          "2026-02-30T25:61:61.999Z",
          "+1000000000-12-31T23:59:59.999999999Z",
          "-0001-01-01T00:00:00Z",
          "0000-00-00T00:00:00Z",
          "2026-04-10T12:00:00+00:00");

  /** What is repeated is no more values than that: repeated again, it would fill any heap. */
  private static final int MAX_REPEATED = 20_000;

  private final Random random;
  private final int maxText;

  JsonMutator(Random random, int maxText) {
    this.random = random;
    this.maxText = maxText;
  }

  /** Changes a body in one to three places; the given one stays as it is. */
  JsonObject mutate(JsonObject body) {
    JsonObject result = body == null ? new JsonObject() : body.copy();
    for (int i = random.nextInt(3); i >= 0; i--) {
      change(result);
    }
    return result;
  }

  private void change(JsonObject object) {
    List<String> keys = new ArrayList<>(object.fieldNames());
    if (keys.isEmpty() || random.nextInt(8) == 0) {
      object.put(key(), value(3));
      return;
    }
    String key = pick(keys);
    Object old = object.getValue(key);
    if (old instanceof JsonObject inner && random.nextInt(3) > 0) {
      change(inner);
    } else if (old instanceof JsonArray inner && random.nextInt(3) > 0) {
      change(inner);
    } else {
      switch (random.nextInt(6)) {
        case 0 -> object.remove(key);
        case 1 -> object.put(odd(key), object.remove(key));
        case 2 -> object.put(key, new JsonArray().add(old));
        case 3 -> object.put(key, new JsonObject().put(key, old));
        default -> object.put(key, value(3));
      }
    }
  }

  private void change(JsonArray array) {
    if (array.isEmpty() || random.nextInt(6) == 0) {
      array.add(value(3));
      return;
    }
    int at = random.nextInt(array.size());
    Object old = array.getValue(at);
    if (old instanceof JsonObject inner && random.nextInt(3) > 0) {
      change(inner);
      return;
    }
    switch (random.nextInt(4)) {
      case 0 -> array.remove(at);
      case 1 -> {
        int most = MAX_REPEATED / values(old);
        for (int more = Math.min(most, random.nextInt(300)); more > 0; more--) {
          array.add(old instanceof JsonObject inner ? inner.copy() : old);
        }
      }
      default -> array.set(at, value(3));
    }
  }

  /** Any value, nested no deeper than told; but now and then very deep. */
  Object value(int depth) {
    return switch (random.nextInt(depth > 0 ? 10 : 6)) {
      case 0 -> null;
      case 1 -> random.nextBoolean();
      case 2 -> pick(NUMBERS);
      case 3 -> random.nextBoolean() ? random.nextLong() : random.nextGaussian() * 1e10;
      case 4, 5 -> text();
      case 6 -> array(depth);
      case 7 -> new JsonObject().put(key(), value(depth - 1)).put(key(), value(depth - 1));
      case 8 -> random.nextInt(10) == 0 ? deep() : new JsonObject();
      default -> alien();
    };
  }

  private JsonArray array(int depth) {
    JsonArray array = new JsonArray();
    for (int i = random.nextInt(5); i > 0; i--) {
      array.add(value(depth - 1));
    }
    return array;
  }

  /** Counts the values in one, itself included. */
  private static int values(Object value) {
    int count = 1;
    if (value instanceof JsonObject object) {
      for (String key : object.fieldNames()) {
        count += values(object.getValue(key));
      }
    } else if (value instanceof JsonArray array) {
      for (Object each : array) {
        count += values(each);
      }
    }
    return count;
  }

  private Object deep() {
    Object value = 1;
    for (int depth = 1 + random.nextInt(1_000); depth > 0; depth--) {
      value = random.nextBoolean() ? new JsonArray().add(value) : new JsonObject().put("a", value);
    }
    return value;
  }

  /** What the bus carries, but JSON does not know. */
  private Object alien() {
    return switch (random.nextInt(5)) {
      case 0 -> Instant.MAX;
      case 1 -> new byte[] {1, 2, 3};
      case 2 -> Buffer.buffer("buffer");
      case 3 -> Thread.State.BLOCKED;
      default -> CharBuffer.wrap("text");
    };
  }

  String text() {
    return switch (random.nextInt(12)) {
      case 0 -> pick(TEXTS).repeat(1 + random.nextInt(50));
      case 1 -> "x".repeat(random.nextInt(maxText));
      case 2 -> new String(Character.toChars(random.nextInt(Character.MAX_CODE_POINT + 1)));
      case 3 -> Character.toString((char) random.nextInt(Character.MAX_VALUE + 1));
      default -> pick(TEXTS);
    };
  }

  private String key() {
    return text();
  }

  private String odd(String key) {
    return switch (random.nextInt(4)) {
      case 0 -> key.toUpperCase(java.util.Locale.ROOT);
      case 1 -> key + " ";
      case 2 -> key + key;
      default -> text();
    };
  }

  <T> T pick(List<T> list) {
    return list.get(random.nextInt(list.size()));
  }
}
