package org.dreamkeeper.log;

import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.Optional;
import org.dreamkeeper.bus.impl.text.OneLine;

/** One thing that a dream did to the memory. Immutable. */
public sealed interface DreamOperation permits Consolidate, Synthesize, Prune {

  /**
   * Tells whether a person should look at it.
   *
   * @return whether
   */
  boolean needsReview();

  /**
   * Gives what an undo needs, if it was recorded.
   *
   * @return each changed file's whole text before, by path
   */
  Optional<Map<String, String>> previousTexts();

  /**
   * Gives what the operation leaves, if it was recorded: an undo touches no file that is not so any
   * more.
   *
   * @return each file's SHA-256 in lower-case hex, by path; empty for one that will be gone
   */
  Optional<Map<String, Optional<String>>> results();

  /**
   * Gives the same with what an undo needs.
   *
   * @param previousTexts each changed file's whole text before, by path
   * @return the operation
   */
  DreamOperation withPreviousTexts(Map<String, String> previousTexts);

  /**
   * Gives the same with what it leaves.
   *
   * @param results each file's SHA-256, by path; empty for one that will be gone
   * @return the operation
   */
  DreamOperation withResults(Map<String, Optional<String>> results);

  /**
   * Gives the fields that this build does not know.
   *
   * @return a copy
   */
  JsonObject more();

  /**
   * Gives the JSON.
   *
   * @return as the log has it
   */
  JsonObject toJson();

  /**
   * Reads an operation.
   *
   * @param json as the log has it
   * @return the operation
   * @throws IllegalArgumentException if it is none
   */
  static DreamOperation fromJson(JsonObject json) {
    JsonRest fields = new JsonRest("an operation", json);
    String type = fields.text("type");
    return switch (type) {
      case Consolidate.TYPE -> Consolidate.read(fields);
      case Synthesize.TYPE -> Synthesize.read(fields);
      case Prune.TYPE -> Prune.read(fields);
      default ->
          throw new IllegalArgumentException(
              "an operation of the unknown type " + OneLine.of(type));
    };
  }
}
