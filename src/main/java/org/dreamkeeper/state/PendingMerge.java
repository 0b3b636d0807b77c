package org.dreamkeeper.state;

import io.vertx.core.json.JsonObject;
import java.util.Objects;

/**
 * A dream's suggestion to merge one file into another. Immutable.
 *
 * @param sourceFile path of the file that would go; not null
 * @param mergeTarget path of the file that would take it in; not null
 * @param reason why, for the one who decides; not null
 * @param suggestedByDreamId the log entry of the dream that suggested it; not null
 * @param more the fields that this version does not know; a copy, not null
 */
public record PendingMerge(
    String sourceFile,
    String mergeTarget,
    String reason,
    String suggestedByDreamId,
    JsonObject more) {

  /**
   * Makes a suggestion.
   *
   * @throws NullPointerException if anything is null
   */
  public PendingMerge {
    Objects.requireNonNull(sourceFile, "sourceFile");
    Objects.requireNonNull(mergeTarget, "mergeTarget");
    Objects.requireNonNull(reason, "reason");
    Objects.requireNonNull(suggestedByDreamId, "suggestedByDreamId");
    more = more.copy();
  }

  /**
   * Makes a suggestion that has the known fields only.
   *
   * @param sourceFile path of the file that would go
   * @param mergeTarget path of the file that would take it in
   * @param reason why
   * @param suggestedByDreamId the log entry of the dream that suggests it
   * @throws NullPointerException if anything is null
   */
  public PendingMerge(
      String sourceFile, String mergeTarget, String reason, String suggestedByDreamId) {
    this(sourceFile, mergeTarget, reason, suggestedByDreamId, new JsonObject());
  }

  @Override
  public JsonObject more() {
    return more.copy();
  }

  /**
   * Reads an element of {@code pendingMerges}.
   *
   * @param json valid by the schema
   * @return the suggestion
   */
  public static PendingMerge fromJson(JsonObject json) {
    JsonObject more = json.copy();
    return new PendingMerge(
        (String) more.remove("sourceFile"),
        (String) more.remove("mergeTarget"),
        (String) more.remove("reason"),
        (String) more.remove("suggestedByDreamId"),
        more);
  }

  /**
   * Gives the element of {@code pendingMerges}.
   *
   * @return a new object
   */
  public JsonObject toJson() {
    return new JsonObject()
        .put("sourceFile", sourceFile)
        .put("mergeTarget", mergeTarget)
        .put("reason", reason)
        .put("suggestedByDreamId", suggestedByDreamId)
        .mergeIn(more.copy());
  }
}
