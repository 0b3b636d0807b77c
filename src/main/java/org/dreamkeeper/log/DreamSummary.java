package org.dreamkeeper.log;

import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Objects;

/**
 * A dream's operations, counted. Immutable.
 *
 * @param consolidated number of {@link Consolidate}
 * @param synthesized number of {@link Synthesize}
 * @param pruned number of {@link Prune}
 * @param flaggedForReview number of those that need a review
 * @param errors number of operations that failed
 * @param more fields that this build does not know
 */
public record DreamSummary(
    long consolidated,
    long synthesized,
    long pruned,
    long flaggedForReview,
    long errors,
    JsonObject more) {
  /** Nothing done yet. */
  public static final DreamSummary EMPTY = new DreamSummary(0, 0, 0, 0, 0, new JsonObject());

  /**
   * Takes a copy of the unknown fields.
   *
   * @throws NullPointerException if {@code more} is null
   */
  public DreamSummary {
    Objects.requireNonNull(more, "more is null");
    more = more.copy();
  }

  @Override
  public JsonObject more() {
    return more.copy();
  }

  /**
   * Counts operations.
   *
   * @param operations which
   * @return the counts, without errors
   */
  public static DreamSummary of(List<DreamOperation> operations) {
    DreamSummary summary = EMPTY;
    for (DreamOperation each : operations) {
      summary = summary.with(each);
    }
    return summary;
  }

  /**
   * Counts one operation more.
   *
   * @param operation the operation
   * @return the new counts
   */
  public DreamSummary with(DreamOperation operation) {
    return new DreamSummary(
        consolidated + (operation instanceof Consolidate ? 1 : 0),
        synthesized + (operation instanceof Synthesize ? 1 : 0),
        pruned + (operation instanceof Prune ? 1 : 0),
        flaggedForReview + (operation.needsReview() ? 1 : 0),
        errors,
        more);
  }

  /**
   * Counts one operation that failed.
   *
   * @return the new counts
   */
  public DreamSummary withError() {
    return new DreamSummary(consolidated, synthesized, pruned, flaggedForReview, errors + 1, more);
  }

  /**
   * Reads a summary.
   *
   * @param json as the log has it
   * @return the summary
   * @throws IllegalArgumentException if it is none
   */
  public static DreamSummary fromJson(JsonObject json) {
    JsonRest fields = new JsonRest("a summary", json);
    return new DreamSummary(
        fields.integer("consolidated"),
        fields.integer("synthesized"),
        fields.integer("pruned"),
        fields.integer("flaggedForReview"),
        fields.integer("errors"),
        fields.rest());
  }

  /**
   * Gives the JSON.
   *
   * @return as the log has it
   */
  public JsonObject toJson() {
    return new JsonObject()
        .put("consolidated", consolidated)
        .put("errors", errors)
        .put("flaggedForReview", flaggedForReview)
        .put("pruned", pruned)
        .put("synthesized", synthesized)
        .mergeIn(more);
  }
}
