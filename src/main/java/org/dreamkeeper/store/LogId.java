package org.dreamkeeper.store;

import java.util.regex.Pattern;

/** The form of a log entry's id, {@code drm-} and digits, and its order: that of its number. */
public final class LogId {
  /** Ids above are not counted from: there would be no room left above them. */
  public static final long MAX_COUNTED = 1L << 52;

  private static final String PREFIX = "drm-";

  /** More would leave no room in a file's name for a temporary file's mark. */
  private static final int MAX_DIGITS = 200;

  private static final int MAX_WRITTEN_DIGITS = 16;
  private static final Pattern FORM = Pattern.compile(PREFIX + "[0-9]{1," + MAX_DIGITS + "}");

  /** Comes after every id. */
  public static final String HIGHEST = PREFIX + "9".repeat(MAX_DIGITS + 1);

  private LogId() {}

  /** Tells whether a text is an id: to its last character, so that it may become a name. */
  public static boolean valid(String text) {
    return FORM.matcher(text).matches();
  }

  /** Makes the id of a number. */
  public static String of(long number) {
    return PREFIX + number;
  }

  /** Gives an id's number; 0 for one that cannot be counted from. */
  public static long number(String id) {
    if (id.length() > PREFIX.length() + MAX_WRITTEN_DIGITS) {
      return 0;
    }
    long number = Long.parseLong(id, PREFIX.length(), id.length(), 10);
    return number > MAX_COUNTED ? 0 : number;
  }

  /**
   * Tells whether an id comes after the recorded one, by their numbers.
   *
   * @param id a text
   * @param recorded null, or what is no id, is before any; what is not counted from is before any
   *     that is, for nothing would ever be recorded after it
   */
  public static boolean after(String id, String recorded) {
    if (!valid(id)) {
      return false;
    }
    return recorded == null
        || !valid(recorded)
        || (counts(id) && !counts(recorded))
        || compareNumbers(id, recorded) > 0;
  }

  private static boolean counts(String id) {
    return compareNumbers(id, of(MAX_COUNTED)) <= 0;
  }

  /** Compares as numbers of any length, then as text. */
  public static int compare(String a, String b) {
    int byNumber = compareNumbers(a, b);
    return byNumber != 0 ? byNumber : a.compareTo(b);
  }

  private static int compareNumbers(String a, String b) {
    int fromA = firstDigit(a);
    int fromB = firstDigit(b);
    int byLength = Integer.compare(a.length() - fromA, b.length() - fromB);
    if (byLength != 0) {
      return byLength;
    }
    return fromA == fromB ? a.compareTo(b) : a.substring(fromA).compareTo(b.substring(fromB));
  }

  private static int firstDigit(String id) {
    int at = PREFIX.length();
    while (at < id.length() && id.charAt(at) == '0') {
      at++;
    }
    return at;
  }
}
