package org.dreamkeeper.state.impl;

import java.math.BigInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Compares the ids of log entries, which are numbers, whatever their length as text. */
final class DreamIds {
  /** To make a number of very many digits takes minutes; the log takes no more than these. */
  private static final Pattern ID = Pattern.compile("drm-([0-9]{1,200})");

  /** The log does not count from ids above: nothing would ever be recorded after them. */
  private static final BigInteger MAX_COUNTED = BigInteger.ONE.shiftLeft(52);

  private DreamIds() {}

  /**
   * Tells whether an id is greater than the recorded one.
   *
   * @param id an id
   * @param recorded the recorded one; null, or what is no id, is smaller than any, and what is
   *     above 2^52 smaller than any that is not
   */
  static boolean greater(String id, String recorded) {
    BigInteger now = number(id);
    BigInteger before = number(recorded == null ? "" : recorded);
    if (now == null || before == null) {
      return now != null;
    }
    return (before.compareTo(MAX_COUNTED) > 0 && now.compareTo(MAX_COUNTED) <= 0)
        || now.compareTo(before) > 0;
  }

  private static BigInteger number(String id) {
    Matcher match = ID.matcher(id);
    return match.matches() ? new BigInteger(match.group(1)) : null;
  }
}
