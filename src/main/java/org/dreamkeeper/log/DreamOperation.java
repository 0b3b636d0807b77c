package org.dreamkeeper.log;

import io.vertx.core.json.JsonObject;
import org.dreamkeeper.bus.impl.OneLine;

/** One thing that a dream did to the memory. Immutable. */
public sealed interface DreamOperation permits Consolidate, Synthesize, Prune {

  /**
   * Tells whether a person should look at it.
   *
   * @return whether
   */
  boolean needsReview();

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
