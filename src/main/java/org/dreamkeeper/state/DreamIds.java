package org.dreamkeeper.state;

import java.math.BigInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Compares the ids of log entries, which are numbers, whatever their length as text. */
final class DreamIds {
  private static final BigInteger MAX_COUNTED = BigInteger.ONE.shiftLeft(52);
  private static final Pattern ID = Pattern.compile("drm-([0-9]+)");

  private DreamIds() {}

  /**
   * Tells whether an id is greater than the recorded one.
   *
   * @param id an id
   * @param recorded the recorded one; null, or what is no id, or one that the log does not count
   *     from, is smaller than any: nothing would ever be recorded after it
   */
  static boolean greater(String id, String recorded) {
    Matcher before = ID.matcher(recorded == null ? "" : recorded);
    Matcher now = ID.matcher(id);
    return now.matches()
        && (!before.matches()
            || new BigInteger(before.group(1)).compareTo(MAX_COUNTED) > 0
            || new BigInteger(now.group(1)).compareTo(new BigInteger(before.group(1))) > 0);
  }
}
