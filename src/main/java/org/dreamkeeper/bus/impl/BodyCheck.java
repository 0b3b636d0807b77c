package org.dreamkeeper.bus.impl;

import io.vertx.core.json.JsonObject;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.dreamkeeper.bus.DreamkeeperException;
import org.dreamkeeper.bus.FailureCode;
import org.dreamkeeper.bus.impl.json.CanonicalJson;
import org.dreamkeeper.bus.impl.json.ErrorText;
import org.dreamkeeper.bus.impl.json.JsonText;
import org.dreamkeeper.bus.impl.json.ValidationMessage;

/**
 * Walks a body once, before anything else looks at it: JSON types only, not too deep, not too
 * large.
 *
 * <p>Two sizes are estimated, a little low where text is not ASCII: that of the JSON text, and what
 * it needs in memory. The walk stops as soon as one passes its limit, and when it has seen as many
 * values as it was to look at.
 */
public final class BodyCheck {
  /** How deep a body may be nested. */
  static final int MAX_DEPTH = 500;

  /** A thousand digits, which is as far as {@link JsonText} reads. */
  private static final int MAX_BITS = 3_300;

  private static final int MAX_SCALE = 1_000;
  private static final int MAX_POINTER = 200;
  private static final Set<Class<?>> NUMBERS =
      Set.of(Integer.class, Long.class, Short.class, Byte.class, Double.class, Float.class);
  private static final int SMALL_VALUES = 500;
  private static final Budget SMALL = new Budget(Long.MAX_VALUE, JsonText.SMALL_BYTES);
  private static final Budget UNLIMITED = new Budget(Long.MAX_VALUE, Integer.MAX_VALUE);

  private final Budget budget;
  private final long maxValues;

  /** The keys and indexes that lead to what is looked at. */
  private final List<Object> path = new ArrayList<>();

  private long bytes;
  private long keys;
  private long values;

  private BodyCheck(Budget budget, long maxValues) {
    this.budget = budget;
    this.maxValues = maxValues;
  }

  /**
   * Checks a body, as far as its first values.
   *
   * @throws DreamkeeperException INVALID_REQUEST or TOO_LARGE
   */
  static BodyCheck of(JsonObject body, Budget budget, long maxValues) {
    BodyCheck check = new BodyCheck(budget, maxValues);
    check.object(body.getMap());
    return check;
  }

  /** Estimates what a body needs in memory, bytes; null needs nothing. */
  public static long held(JsonObject reply) {
    BodyCheck check = new BodyCheck(UNLIMITED, Long.MAX_VALUE);
    try {
      if (reply != null) {
        check.object(reply.getMap());
      }
    } catch (DreamkeeperException tooDeep) {
      // A file may say what a body may not.
    }
    return check.held();
  }

  /** Tells whether an object is printed within a fraction of a millisecond: on an event loop. */
  public static boolean isSmall(JsonObject json) {
    try {
      return of(json, SMALL, SMALL_VALUES).values() <= SMALL_VALUES;
    } catch (DreamkeeperException no) {
      return false;
    }
  }

  /** Counts the values that were looked at. */
  long values() {
    return values;
  }

  /** Gives what the body needs in memory, as far as it was looked at, bytes. */
  long held() {
    return bytes + JsonText.VALUE_BYTES * (keys + values);
  }

  private void object(Map<?, ?> map) {
    descend();
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      if (!(entry.getKey() instanceof String key)) {
        throw flaw("a key that is no string");
      }
      if (!JsonText.wellFormed(key)) {
        throw flaw(
            "key " + ErrorText.show(key) + ", expected no half of a surrogate pair in a key");
      }
      keys++;
      count(key.length() + 4L);
      if (!part(key, entry.getValue())) {
        return;
      }
    }
  }

  private void array(List<?> list) {
    descend();
    int index = 0;
    for (Object each : list) {
      count(1);
      if (!part(index++, each)) {
        return;
      }
    }
  }

  private void descend() {
    if (path.size() >= MAX_DEPTH) {
      throw flaw("nested deeper than " + MAX_DEPTH);
    }
  }

  /** Tells whether to go on. */
  private boolean part(Object place, Object value) {
    if (++values > maxValues) {
      return false;
    }
    path.add(place);
    value(CanonicalJson.unwrapped(value));
    path.remove(path.size() - 1);
    return values <= maxValues;
  }

  private void value(Object value) {
    if (value instanceof String text) {
      count(text.length() + 2L);
    } else if (value instanceof Map<?, ?> map) {
      object(map);
    } else if (value instanceof List<?> list) {
      array(list);
    } else if (value instanceof Number number) {
      number(number);
    } else if (value == null || value instanceof Boolean) {
      count(4);
    } else {
      throw flaw(ErrorText.show(value) + ", expected a JSON value");
    }
  }

  private void number(Number number) {
    if (number instanceof BigInteger integer) {
      digits(integer, 0);
    } else if (number instanceof BigDecimal decimal) {
      digits(decimal.unscaledValue(), decimal.scale());
    } else if (!NUMBERS.contains(number.getClass())) {
      // Such as an AtomicLong, which the bus does not copy: it would be the sender's to change.
      throw flaw("a " + number.getClass().getSimpleName() + ", expected a JSON value");
    } else if (!Double.isFinite(number.doubleValue())) {
      throw flaw(number + ", expected a finite number");
    } else {
      count(6);
    }
  }

  /** A sender in this JVM can write down 1e1000000000; to divide by it takes for ever. */
  private void digits(BigInteger digits, long scale) {
    if (digits.bitLength() > MAX_BITS || Math.abs(scale) > MAX_SCALE) {
      throw flaw("a number too long, expected one of 1,000 digits at most");
    }
    count(digits.bitLength() / 3L + 1);
  }

  private void count(long more) {
    bytes += more;
    int max = budget.maxMessageBytes();
    if (bytes > max) {
      throw tooLarge("is larger than " + max + " bytes");
    }
    if (held() > budget.share()) {
      throw tooLarge(budget.excess(held()));
    }
  }

  private static DreamkeeperException tooLarge(String how) {
    return new DreamkeeperException(FailureCode.TOO_LARGE, "the body " + how);
  }

  private DreamkeeperException flaw(String what) {
    StringBuilder pointer = new StringBuilder(path.isEmpty() ? "(root)" : "");
    for (Object step : path) {
      if (pointer.length() >= MAX_POINTER) {
        pointer.append("/…");
        break;
      }
      pointer.append(ValidationMessage.at(step.toString()));
    }
    return new DreamkeeperException(FailureCode.INVALID_REQUEST, pointer + ": " + what);
  }
}
