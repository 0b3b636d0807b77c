package org.dreamkeeper.log;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.dreamkeeper.bus.impl.config.Arguments;

/**
 * A file was written from what several others imply.
 *
 * @param action whether the file is new
 * @param outputFile path of the file that was written
 * @param sources paths of the files that it draws on
 * @param confidence 0 (not at all) to 1 (entirely)
 * @param previousTexts what an undo needs, if it was recorded: the file's whole text before, by
 *     path
 * @param results what it leaves, if it was recorded: the file's SHA-256, by path
 * @param needsReview whether a person should look at it
 * @param more fields that this build does not know
 */
public record Synthesize(
    Action action,
    String outputFile,
    List<String> sources,
    double confidence,
    Optional<Map<String, String>> previousTexts,
    Optional<Map<String, Optional<String>>> results,
    boolean needsReview,
    JsonObject more)
    implements DreamOperation {
  static final String TYPE = "SYNTHESIZE";

  /** Whether the file is new. */
  public enum Action {
    /** It is. */
    CREATE,
    /** It was there before. */
    UPDATE
  }

  /**
   * Takes copies.
   *
   * @throws NullPointerException if anything is null
   */
  public Synthesize {
    Objects.requireNonNull(action, "action is null");
    Objects.requireNonNull(outputFile, "outputFile is null");
    Objects.requireNonNull(more, "more is null");
    sources = Arguments.listed("sources", sources);
    previousTexts = previousTexts.map(OperationTexts::previous);
    results = results.map(OperationTexts::results);
    more = more.copy();
  }

  /**
   * Makes a synthesis.
   *
   * @param action whether the file is new
   * @param outputFile path of the file that was written
   * @param sources paths of the files that it draws on
   * @param confidence 0 to 1
   * @param needsReview whether a person should look at it
   */
  public Synthesize(
      Action action,
      String outputFile,
      List<String> sources,
      double confidence,
      boolean needsReview) {
    this(
        action,
        outputFile,
        sources,
        confidence,
        Optional.empty(),
        Optional.empty(),
        needsReview,
        new JsonObject());
  }

  @Override
  public Synthesize withPreviousTexts(Map<String, String> texts) {
    return with(Optional.of(texts), results);
  }

  @Override
  public Synthesize withResults(Map<String, Optional<String>> hashes) {
    return with(previousTexts, Optional.of(hashes));
  }

  private Synthesize with(
      Optional<Map<String, String>> texts, Optional<Map<String, Optional<String>>> hashes) {
    return new Synthesize(
        action, outputFile, sources, confidence, texts, hashes, needsReview, more);
  }

  @Override
  public JsonObject more() {
    return more.copy();
  }

  static Synthesize read(JsonRest fields) {
    return new Synthesize(
        Action.valueOf(fields.text("action")),
        fields.text("outputFile"),
        fields.texts("sources"),
        fields.number("confidence"),
        OperationTexts.readPrevious(fields),
        OperationTexts.readResults(fields),
        fields.required("needsReview", Boolean.class),
        fields.rest());
  }

  @Override
  public JsonObject toJson() {
    JsonObject json =
        new JsonObject()
            .put("type", TYPE)
            .put("action", action.name())
            .put("outputFile", outputFile)
            .put("sources", new JsonArray(List.copyOf(sources)))
            .put("confidence", JsonRest.plain(confidence));
    OperationTexts.write(this, json);
    return json.put("needsReview", needsReview).mergeIn(more);
  }
}
