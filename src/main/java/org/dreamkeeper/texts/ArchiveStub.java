package org.dreamkeeper.texts;

import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the reference leaves in the place of a text that it archived.
 *
 * @param originalPath where the text was
 * @param pointsTo where it is now
 */
public record ArchiveStub(String originalPath, String pointsTo) {
  private static final Pattern HEAD =
      Pattern.compile("\\A---\\r?\\n(.*?)\\r?\\n---\\r?\\n", Pattern.DOTALL);
  private static final Pattern FIELD = Pattern.compile("(?m)^(\\w+): *(.*?) *\\r?$");

  /** Reads a stub; null if it is none. */
  static ArchiveStub parse(String text) {
    Matcher head = HEAD.matcher(text);
    if (!head.find()) {
      return null;
    }
    Map<String, String> fields = new HashMap<>();
    Matcher field = FIELD.matcher(head.group(1));
    while (field.find()) {
      fields.put(field.group(1), plain(field.group(2)));
    }
    String original = fields.get("original_path");
    String target = fields.get("points_to");
    return "archive_stub".equals(fields.get("type")) && original != null && target != null
        ? new ArchiveStub(original, target)
        : null;
  }

  /** Takes YAML's quotes off; a text with escapes stays as it is, and so leads nowhere. */
  private static String plain(String value) {
    boolean quoted = value.length() > 1 && value.charAt(0) == value.charAt(value.length() - 1);
    if (quoted && value.charAt(0) == '\'') {
      return value.substring(1, value.length() - 1).replace("''", "'");
    }
    return quoted && value.charAt(0) == '"' ? value.substring(1, value.length() - 1) : value;
  }
}
