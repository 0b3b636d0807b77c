package org.dreamkeeper.log;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.dreamkeeper.bus.impl.config.Arguments;

/**
 * Files that said the same were merged, updated or linked.
 *
 * @param action what was done to them
 * @param inputFiles paths of the files that were read
 * @param outputFile path of the file that was written, if one was
 * @param previousTexts what an undo needs, if it was recorded: each changed file's whole text
 *     before, by path
 * @param results what it leaves, if it was recorded: each file's SHA-256, by path; empty for one
 *     that will be gone
 * @param needsReview whether a person should look at it
 * @param reason why
 * @param more fields that this build does not know
 */
public record Consolidate(
    Action action,
    List<String> inputFiles,
    Optional<String> outputFile,
    Optional<Map<String, String>> previousTexts,
    Optional<Map<String, Optional<String>>> results,
    boolean needsReview,
    String reason,
    JsonObject more)
    implements DreamOperation {
  static final String TYPE = "CONSOLIDATE";

  /** What was done. */
  public enum Action {
    /** Several files became one. */
    MERGE,
    /** What time has made wrong was corrected. */
    TEMPORAL_UPDATE,
    /** Files now name each other. */
    CROSS_REFERENCE
  }

  /**
   * Takes copies.
   *
   * @throws NullPointerException if anything is null that is not said to be
   */
  public Consolidate {
    Objects.requireNonNull(action, "action is null");
    Objects.requireNonNull(reason, "reason is null");
    Objects.requireNonNull(more, "more is null");
    inputFiles = Arguments.listed("inputFiles", inputFiles);
    Objects.requireNonNull(outputFile, "outputFile is null");
    previousTexts = previousTexts.map(OperationTexts::previous);
    results = results.map(OperationTexts::results);
    more = more.copy();
  }

  /**
   * Makes a consolidation.
   *
   * @param action what was done
   * @param inputFiles paths of the files that were read
   * @param outputFile path of the file that was written, or null
   * @param previousTexts each changed file's whole text before, by path; or null
   * @param needsReview whether a person should look at it
   * @param reason why
   */
  public Consolidate(
      Action action,
      List<String> inputFiles,
      String outputFile,
      Map<String, String> previousTexts,
      boolean needsReview,
      String reason) {
    this(
        action,
        inputFiles,
        Optional.ofNullable(outputFile),
        Optional.ofNullable(previousTexts),
        Optional.empty(),
        needsReview,
        reason,
        new JsonObject());
  }

  @Override
  public Consolidate withPreviousTexts(Map<String, String> texts) {
    return with(Optional.of(texts), results);
  }

  @Override
  public Consolidate withResults(Map<String, Optional<String>> hashes) {
    return with(previousTexts, Optional.of(hashes));
  }

  private Consolidate with(
      Optional<Map<String, String>> texts, Optional<Map<String, Optional<String>>> hashes) {
    return new Consolidate(
        action, inputFiles, outputFile, texts, hashes, needsReview, reason, more);
  }

  @Override
  public JsonObject more() {
    return more.copy();
  }

  static Consolidate read(JsonRest fields) {
    return new Consolidate(
        Action.valueOf(fields.text("action")),
        fields.texts("inputFiles"),
        fields.optional("outputFile", String.class),
        OperationTexts.readPrevious(fields),
        OperationTexts.readResults(fields),
        fields.required("needsReview", Boolean.class),
        fields.text("reason"),
        fields.rest());
  }

  @Override
  public JsonObject toJson() {
    JsonObject json = new JsonObject().put("type", TYPE).put("action", action.name());
    json.put("inputFiles", new JsonArray(List.copyOf(inputFiles)));
    outputFile.ifPresent(file -> json.put("outputFile", file));
    OperationTexts.write(this, json);
    return json.put("needsReview", needsReview).put("reason", reason).mergeIn(more);
  }
}
