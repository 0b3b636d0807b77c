package org.dreamkeeper.admin;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Optional;
import org.dreamkeeper.bus.impl.config.Words;

/**
 * What one operation of a dream changed in the texts. Immutable.
 *
 * @param id the dream's entry
 * @param operation which of its operations, from 0
 * @param files what became of each file
 */
public record OperationDiff(String id, int operation, List<FileDiff> files) {

  /** Whether a file is as the dream left it. */
  public enum State {
    /** It is. */
    UNCHANGED,
    /** Somebody has changed it. */
    CHANGED,
    /** Somebody has deleted it. */
    GONE,
    /** It was not recorded how the dream left it. */
    UNKNOWN
  }

  /**
   * What became of one file: hunks; or the two texts, where they are large or the library for diffs
   * is not there; or neither, where one of them is not known.
   *
   * @param path below the folder of the texts
   * @param state whether it is as the dream left it
   * @param movedTo where the dream moved it to, if it did
   * @param reason why there is no diff, one line
   * @param hunks lines that differ, and three around them
   * @param before the whole text before
   * @param after the whole text after
   */
  public record FileDiff(
      String path,
      State state,
      Optional<String> movedTo,
      Optional<String> reason,
      List<Hunk> hunks,
      Optional<String> before,
      Optional<String> after) {}

  /**
   * Lines that differ.
   *
   * @param oldStart the first line before, counted from 1; 0 where there is none
   * @param oldLines how many lines before
   * @param newStart the first line after, counted from 1; 0 where there is none
   * @param newLines how many lines after
   * @param lines each after a blank where it is in both, a minus where it was before, a plus where
   *     it is after
   */
  public record Hunk(int oldStart, int oldLines, int newStart, int newLines, List<String> lines) {}

  /**
   * Reads a diff.
   *
   * @param json as the admin replies, not null
   * @return the diff
   */
  public static OperationDiff of(JsonObject json) {
    return new OperationDiff(
        json.getString("id"),
        json.getInteger("operation"),
        json.getJsonArray("files").stream().map(each -> file((JsonObject) each)).toList());
  }

  private static FileDiff file(JsonObject json) {
    return new FileDiff(
        json.getString("path"),
        Words.find(State.class, json.getString("state")).orElse(State.UNKNOWN),
        Optional.ofNullable(json.getString("movedTo")),
        Optional.ofNullable(json.getString("reason")),
        json.getJsonArray("hunks", new JsonArray()).stream()
            .map(each -> hunk((JsonObject) each))
            .toList(),
        Optional.ofNullable(json.getString("before")),
        Optional.ofNullable(json.getString("after")));
  }

  private static Hunk hunk(JsonObject json) {
    return new Hunk(
        json.getInteger("oldStart"),
        json.getInteger("oldLines"),
        json.getInteger("newStart"),
        json.getInteger("newLines"),
        json.getJsonArray("lines").stream().map(String.class::cast).toList());
  }
}
