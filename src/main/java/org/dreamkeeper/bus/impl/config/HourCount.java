package org.dreamkeeper.bus.impl.config;

import java.time.Duration;

/** Lengths of time as the gates tell them: in hours, a whole number of them without a fraction. */
public final class HourCount {
  private static final double MS_PER_HOUR = 3_600_000;

  private HourCount() {}

  /** Reads a number of hours, to the millisecond. */
  public static Duration read(Number hours) {
    return Duration.ofMillis(Math.round(hours.doubleValue() * MS_PER_HOUR));
  }

  /** Gives the number of hours. */
  public static Number write(Duration length) {
    double hours = length.toMillis() / MS_PER_HOUR;
    return hours == Math.rint(hours) ? (Number) (long) hours : (Number) hours;
  }
}
