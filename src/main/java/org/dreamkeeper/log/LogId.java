package org.dreamkeeper.log;

import java.util.regex.Pattern;

/** The form of a log entry's id, its order, and the name of its file. */
final class LogId {
  /** Comes after every id. */
  static final String HIGHEST;

  private static final String PREFIX = "drm-";
  private static final String SUFFIX = ".json";

  /** More would leave no room in a file name for a temporary file's mark. */
  private static final int MAX_DIGITS = 200;

  private static final int MAX_WRITTEN_DIGITS = 16;

  /** Ids above are not counted from: there would be no room left above them. */
  static final long MAX_COUNTED = 1L << 52;

  private static final Pattern FORM = Pattern.compile(PREFIX + "[0-9]{1," + MAX_DIGITS + "}");

  static {
    HIGHEST = PREFIX + "9".repeat(MAX_DIGITS + 1);
  }

  private LogId() {}

  /** Tells whether a text is an id: to its last character, so that it may become a name. */
  static boolean valid(String text) {
    return FORM.matcher(text).matches();
  }

  /** Names an entry's file. */
  static String file(String id) {
    return id + SUFFIX;
  }

  /** Finds the id in a file's name; null if it is no entry's. */
  static String ofFile(String name) {
    if (!name.endsWith(SUFFIX)) {
      return null;
    }
    String id = name.substring(0, name.length() - SUFFIX.length());
    return valid(id) ? id : null;
  }

  /** Makes the id of a number. */
  static String of(long number) {
    return PREFIX + number;
  }

  /** Gives an id's number; 0 for one that cannot be counted from. */
  static long number(String id) {
    if (id.length() > PREFIX.length() + MAX_WRITTEN_DIGITS) {
      return 0;
    }
    long number = Long.parseLong(id, PREFIX.length(), id.length(), 10);
    return number > MAX_COUNTED ? 0 : number;
  }

  /** Compares as numbers of any length, then as text. */
  static int compare(String a, String b) {
    int fromA = firstDigit(a);
    int fromB = firstDigit(b);
    int byLength = Integer.compare(a.length() - fromA, b.length() - fromB);
    if (byLength != 0) {
      return byLength;
    }
    for (int i = 0; i < a.length() - fromA; i++) {
      int byDigit = Character.compare(a.charAt(fromA + i), b.charAt(fromB + i));
      if (byDigit != 0) {
        return byDigit;
      }
    }
    return a.compareTo(b);
  }

  private static int firstDigit(String id) {
    int at = PREFIX.length();
    while (at < id.length() && id.charAt(at) == '0') {
      at++;
    }
    return at;
  }
}
