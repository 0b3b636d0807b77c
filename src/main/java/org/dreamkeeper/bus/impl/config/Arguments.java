package org.dreamkeeper.bus.impl.config;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import org.dreamkeeper.bus.impl.json.ErrorText;

/** Refuses what a caller gives wrongly, where he gives it: in one line that names it. */
public final class Arguments {
  private Arguments() {}

  /** Gives the value, unless it is out of range. */
  public static long inRange(String name, long value, long min, long max) {
    if (value < min || value > max) {
      throw wrong(name, value, min + " to " + max);
    }
    return value;
  }

  /** Gives the value, to the millisecond, unless it is null or out of range. */
  public static Duration inRange(String name, Duration value, Duration min, Duration max) {
    Objects.requireNonNull(value, name + " is null");
    if (value.compareTo(min) < 0 || value.compareTo(max) > 0) {
      throw wrong(name, value, min + " to " + max);
    }
    return value.truncatedTo(ChronoUnit.MILLIS);
  }

  /** Gives the text, or null, unless it is too long. */
  public static String text(String name, String value, int maxCharacters) {
    if (value != null && value.length() > maxCharacters) {
      throw wrong(name, ErrorText.show(value), "at most " + maxCharacters + " characters");
    }
    return value;
  }

  /** Gives a copy of a list in which nothing is null. */
  public static <T> List<T> listed(String name, Collection<T> values) {
    Objects.requireNonNull(values, name + " is null");
    int i = 0;
    for (T each : values) {
      Objects.requireNonNull(each, name + "[" + i++ + "] is null");
    }
    return List.copyOf(values);
  }

  private static IllegalArgumentException wrong(String name, Object value, String expected) {
    return new IllegalArgumentException(name + " is " + value + ", expected " + expected);
  }
}
