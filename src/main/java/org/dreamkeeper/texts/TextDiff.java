package org.dreamkeeper.texts;

import com.github.difflib.DiffUtils;
import com.github.difflib.UnifiedDiffUtils;
import com.github.difflib.algorithm.myers.MyersDiffWithLinearSpace;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What differs between two texts: hunks of lines, as {@code diff -u} has them; or the two texts,
 * where they are large, or java-diff-utils is not there.
 */
public final class TextDiff {
  /** Above this, the two texts are given: characters, and lines. */
  static final int MAX_LENGTH = 1 << 20;

  static final int MAX_LINES = 20_000;

  private static final int CONTEXT = 3;
  private static final int FILE_LINES = 2;
  private static final Pattern HUNK = Pattern.compile("@@ -(\\d+),(\\d+) \\+(\\d+),(\\d+) @@");
  private static final boolean HERE = isHere();

  private TextDiff() {}

  private static boolean isHere() {
    try {
      return Hunks.of("", "") != null;
    } catch (LinkageError optional) {
      return false;
    }
  }

  /** Gives {@code {hunks}} or {@code {before, after}}. */
  public static JsonObject of(String before, String after) {
    return HERE && small(before) && small(after)
        ? new JsonObject().put("hunks", Hunks.of(before, after))
        : new JsonObject().put("before", before).put("after", after);
  }

  private static boolean small(String text) {
    return text.length() <= MAX_LENGTH
        && text.chars().filter(each -> each == '\n').limit(MAX_LINES).count() < MAX_LINES;
  }

  /** Loaded only where the library is. */
  private static final class Hunks {
    private Hunks() {}

    static JsonArray of(String before, String after) {
      List<String> old = lines(before);
      List<String> now = lines(after);
      List<String> unified =
          UnifiedDiffUtils.generateUnifiedDiff(
              "", "", old, DiffUtils.diff(old, now, new MyersDiffWithLinearSpace<>()), CONTEXT);
      JsonArray hunks = new JsonArray();
      for (int i = Math.min(FILE_LINES, unified.size()); i < unified.size(); i++) {
        Matcher head = HUNK.matcher(unified.get(i));
        if (head.matches()) {
          hunks.add(hunk(head));
        } else {
          add(unified.get(i), hunks.getJsonObject(hunks.size() - 1).getJsonArray("lines"));
        }
      }
      return hunks;
    }

    private static JsonObject hunk(Matcher head) {
      int oldLines = Integer.parseInt(head.group(2));
      int newLines = Integer.parseInt(head.group(4));
      return JsonObject.of(
          "oldStart",
          Integer.parseInt(head.group(1)) - (oldLines == 0 ? 1 : 0),
          "oldLines",
          oldLines,
          "newStart",
          Integer.parseInt(head.group(3)) - (newLines == 0 ? 1 : 0),
          "newLines",
          newLines,
          "lines",
          new JsonArray());
    }

    /** What goes stands before what comes, as people are used to. */
    private static void add(String line, JsonArray lines) {
      int place = lines.size();
      while (line.startsWith("-") && place > 0 && lines.getString(place - 1).startsWith("+")) {
        place--;
      }
      @SuppressWarnings("unchecked")
      List<Object> list = lines.getList();
      list.add(place, line);
    }

    /** A last line without an end is another line than one with it. */
    private static List<String> lines(String text) {
      if (text.isEmpty()) {
        return List.of();
      }
      boolean ended = text.endsWith("\n");
      String whole =
          ended ? text.substring(0, text.length() - 1) : text + " (no newline at the end)";
      return List.of(whole.split("\n", -1));
    }
  }
}
