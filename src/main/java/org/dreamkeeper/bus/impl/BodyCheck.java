package org.dreamkeeper.bus.impl;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import org.dreamkeeper.bus.DreamkeeperException;
import org.dreamkeeper.bus.FailureCode;

/**
 * Walks a body once, before anything else looks at it: JSON types only, not too deep, not too
 * large.
 *
 * <p>Two sizes are estimated, a little low where text is not ASCII: that of the JSON text, and what
 * it needs in memory. The walk stops as soon as one passes its limit. It also stops when it has
 * seen too many values for an event loop: then the rest of the request's checks belong on a worker
 * thread.
 */
final class BodyCheck {
  /** How deep a body may be nested. */
  static final int MAX_DEPTH = 500;

  /** A thousand digits, which is as far as {@link JsonText} reads. */
  private static final int MAX_BITS = 3_300;

  private static final int MAX_SCALE = 1_000;

  /** What a value, or the key of one, takes beside its text: an object, and its place in a map. */
  static final int VALUE_BYTES = 64;

  private static final Budget UNLIMITED = new Budget(Long.MAX_VALUE, Integer.MAX_VALUE);

  private final Budget budget;
  private final long maxValues;
  private long bytes;
  private long keys;
  private long values;

  private BodyCheck(Budget budget, long maxValues) {
    this.budget = budget;
    this.maxValues = maxValues;
  }

  /**
   * Checks a body.
   *
   * @param budget says how large it may be
   * @param maxValues how many values to look at
   * @return what was found as far as was looked
   * @throws DreamkeeperException INVALID_REQUEST or TOO_LARGE
   */
  static BodyCheck of(JsonObject body, Budget budget, long maxValues) {
    BodyCheck check = new BodyCheck(budget, maxValues);
    try {
      check.object(body.getMap(), 1);
      return check;
    } catch (Flaw flaw) {
      throw new DreamkeeperException(flaw.code, flaw.line());
    }
  }

  /** Counts the values that were looked at. */
  long values() {
    return values;
  }

  /** Gives what the body needs in memory, as far as it was looked at, bytes. */
  long held() {
    return bytes + VALUE_BYTES * (keys + values);
  }

  /** Estimates what a body needs in memory, bytes; as far as it is a valid one. */
  static long held(JsonObject body) {
    BodyCheck check = new BodyCheck(UNLIMITED, Long.MAX_VALUE);
    try {
      if (body != null) {
        check.object(body.getMap(), 1);
      }
    } catch (Flaw tooDeep) {
      // A file may say what a body may not.
    }
    return check.held();
  }

  private void value(Object value, int depth) throws Flaw {
    if (++values > maxValues) {
      return;
    }
    if (value instanceof CharSequence text) {
      count(text.length() + 2L);
    } else if (value instanceof JsonObject object) {
      object(object.getMap(), depth + 1);
    } else if (value instanceof Map<?, ?> map) {
      object(map, depth + 1);
    } else if (value instanceof JsonArray array) {
      array(array.getList(), depth + 1);
    } else if (value instanceof List<?> list) {
      array(list, depth + 1);
    } else if (value instanceof Number number) {
      number(number);
    } else if (value == null || value instanceof Boolean) {
      count(4);
    } else {
      throw new Flaw(
          FailureCode.INVALID_REQUEST, ErrorText.show(value) + ", expected a JSON value");
    }
  }

  private void object(Map<?, ?> map, int depth) throws Flaw {
    descend(depth);
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      if (!(entry.getKey() instanceof String key)) {
        throw new Flaw(FailureCode.INVALID_REQUEST, "a key that is no string");
      }
      if (!JsonText.wellFormed(key)) {
        throw new Flaw(
            FailureCode.INVALID_REQUEST,
            "key " + ErrorText.show(key) + ", expected no half of a surrogate pair in a key");
      }
      keys++;
      count(key.length() + 4L);
      try {
        value(entry.getValue(), depth);
      } catch (Flaw flaw) {
        throw flaw.below(key);
      }
      if (values > maxValues) {
        return;
      }
    }
  }

  private void array(List<?> list, int depth) throws Flaw {
    descend(depth);
    int index = 0;
    for (Object each : list) {
      count(1);
      try {
        value(each, depth);
      } catch (Flaw flaw) {
        throw flaw.below(index);
      }
      if (values > maxValues) {
        return;
      }
      index++;
    }
  }

  private void number(Number number) throws Flaw {
    if (number instanceof Double || number instanceof Float) {
      if (!Double.isFinite(number.doubleValue())) {
        throw new Flaw(FailureCode.INVALID_REQUEST, number + ", expected a finite number");
      }
      count(8);
    } else if (number instanceof BigInteger integer) {
      digits(integer, 0);
    } else if (number instanceof BigDecimal decimal) {
      digits(decimal.unscaledValue(), decimal.scale());
    } else if (number instanceof Integer
        || number instanceof Long
        || number instanceof Short
        || number instanceof Byte) {
      count(4);
    } else {
      // Such as an AtomicLong, which the bus does not copy: it would be the sender's to change.
      throw new Flaw(
          FailureCode.INVALID_REQUEST,
          "a " + number.getClass().getSimpleName() + ", expected a JSON value");
    }
  }

  /** A sender in this JVM can write down 1e1000000000; to divide by it takes for ever. */
  private void digits(BigInteger digits, long scale) throws Flaw {
    if (digits.bitLength() > MAX_BITS || Math.abs(scale) > MAX_SCALE) {
      throw new Flaw(
          FailureCode.INVALID_REQUEST, "a number too long, expected one of 1,000 digits at most");
    }
    count(digits.bitLength() / 3L + 1);
  }

  private static void descend(int depth) throws Flaw {
    if (depth > MAX_DEPTH) {
      throw new Flaw(FailureCode.INVALID_REQUEST, "nested deeper than " + MAX_DEPTH);
    }
  }

  private void count(long more) throws Flaw {
    bytes += more;
    int max = budget.maxMessageBytes();
    if (bytes > max) {
      throw new Flaw(FailureCode.TOO_LARGE, "the body is larger than " + max + " bytes");
    }
    if (held() > budget.share()) {
      throw new Flaw(FailureCode.TOO_LARGE, "the body " + budget.excess(held()));
    }
  }

  /** Carries the place of a flaw up through the walk; no stack, for callers cause it at will. */
  private static final class Flaw extends Exception {
    private static final long serialVersionUID = 1L;
    private static final int MAX_POINTER = 200;
    private final FailureCode code;
    private final ArrayDeque<String> keys = new ArrayDeque<>();

    Flaw(FailureCode code, String reason) {
      super(reason, null, false, false);
      this.code = code;
    }

    Flaw below(Object key) {
      keys.addFirst(key.toString());
      return this;
    }

    /** Says where it is and what; a size is nobody's place. */
    String line() {
      if (code == FailureCode.TOO_LARGE) {
        return getMessage();
      }
      StringBuilder pointer = new StringBuilder(keys.isEmpty() ? "(root)" : "");
      for (String key : keys) {
        if (pointer.length() >= MAX_POINTER) {
          pointer.append("/…");
          break;
        }
        pointer.append(ValidationMessage.at("", key));
      }
      return pointer + ": " + getMessage();
    }
  }
}
