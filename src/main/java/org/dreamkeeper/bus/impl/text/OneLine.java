package org.dreamkeeper.bus.impl.text;

/**
 * The one way in which text from outside is shown: on one line, of bounded length, and without what
 * a terminal or an editor would obey instead of showing it.
 *
 * <p>Escaped are control characters, separators of lines, and what formats without being seen:
 * bidirectional overrides, characters of no width, tags. So are halves of surrogate pairs.
 */
public final class OneLine {
  /** How long a shown text is at most, characters. */
  static final int MAX_LENGTH = 2_000;

  private OneLine() {}

  /** Shows a text, or null; gives the text itself where nothing has to be escaped or cut. */
  public static String of(String text) {
    if (text == null || (text.length() <= MAX_LENGTH && plain(text))) {
      return text;
    }
    StringBuilder shown = new StringBuilder(Math.min(text.length(), MAX_LENGTH) + 16);
    int length = 0;
    for (int at = 0; at < text.length(); at += length) {
      int character = text.codePointAt(at);
      length = Character.charCount(character);
      if (shown.length() + length > MAX_LENGTH) {
        return shown.append('…').toString();
      }
      if (isPlain(character)) {
        shown.appendCodePoint(character);
      } else {
        escape(text, at, length, shown);
      }
    }
    return shown.toString();
  }

  private static void escape(String text, int at, int length, StringBuilder shown) {
    switch (text.charAt(at)) {
      case '\n' -> shown.append("\\n");
      case '\r' -> shown.append("\\r");
      case '\t' -> shown.append("\\t");
      default ->
          text.substring(at, at + length)
              .chars()
              .forEach(unit -> shown.append(String.format("\\u%04x", unit)));
    }
  }

  private static boolean plain(String text) {
    return text.codePoints().allMatch(OneLine::isPlain);
  }

  private static boolean isPlain(int character) {
    if (character < 0x7f) {
      return character >= ' ';
    }
    return switch (Character.getType(character)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE,
          Character.UNASSIGNED ->
          false;
      default -> true;
    };
  }
}
