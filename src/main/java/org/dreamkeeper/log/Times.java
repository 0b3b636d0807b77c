package org.dreamkeeper.log;

import java.time.Instant;
import java.time.temporal.ChronoField;
import java.util.Objects;

/** The times of an entry: milliseconds since 1970; from another program, any finite number. */
final class Times {
  private static final double NANOS_PER_MS = 1_000_000;
  private static final long MAX_WRITTEN = (1L << 53) - 1;

  private Times() {}

  /** Reads a number; what is beyond all calendars becomes the first or the last moment of them. */
  static Instant read(Number number) {
    double ms = number.doubleValue();
    double whole = Math.floor(ms);
    Instant at = Instant.ofEpochMilli((long) whole);
    return Math.abs(ms) > MAX_WRITTEN ? at : at.plusNanos(Math.round((ms - whole) * NANOS_PER_MS));
  }

  /** Gives the number that is written. */
  static long written(String name, Instant at) {
    Objects.requireNonNull(at, name + " is null");
    if (at.isBefore(Instant.EPOCH) || at.isAfter(Instant.ofEpochMilli(MAX_WRITTEN))) {
      throw new IllegalArgumentException(name + " is " + at + ", expected 1970 or later");
    }
    return at.toEpochMilli();
  }

  /** Gives the nearest number that may be written. */
  static long writable(Number number) {
    return (long) Math.min(MAX_WRITTEN, Math.max(0, Math.floor(number.doubleValue())));
  }

  /** Gives the number of a moment to compare with, an integer where it is one. */
  static Number exact(Instant at) {
    long ms = at.toEpochMilli();
    int nanos = at.get(ChronoField.NANO_OF_SECOND) % (int) NANOS_PER_MS;
    return nanos == 0 ? (Number) ms : (Number) (ms + nanos / NANOS_PER_MS);
  }
}
