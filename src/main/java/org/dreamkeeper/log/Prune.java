package org.dreamkeeper.log;

import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * A stale file was archived, kept after a look, or proposed for a merge.
 *
 * @param action what became of it
 * @param file its path
 * @param reason why
 * @param needsReview whether a person should look at it
 * @param mergeTarget path of the file that would take it in, if there is one
 * @param stubPath path of the stub that was left in its place, if one was
 * @param archivedTo path that the file was moved to, if it was
 * @param previousTexts what an undo needs, if it was recorded: each changed file's whole text
 *     before, by path; of a file that was moved, the text is where it went
 * @param results what it leaves, if it was recorded: each file's SHA-256, by path; empty for one
 *     that will be gone
 * @param more fields that this build does not know
 */
public record Prune(
    Action action,
    String file,
    String reason,
    boolean needsReview,
    Optional<String> mergeTarget,
    Optional<String> stubPath,
    Optional<String> archivedTo,
    Optional<Map<String, String>> previousTexts,
    Optional<Map<String, Optional<String>>> results,
    JsonObject more)
    implements DreamOperation {
  static final String TYPE = "PRUNE";

  /** What became of the file. */
  public enum Action {
    /** It was put away. */
    ARCHIVE,
    /** It stays. */
    KEEP,
    /** It may go into another one. */
    SUGGEST_MERGE
  }

  /**
   * Takes a copy of the unknown fields.
   *
   * @throws NullPointerException if anything is null that is not said to be
   */
  public Prune {
    Objects.requireNonNull(action, "action is null");
    Objects.requireNonNull(file, "file is null");
    Objects.requireNonNull(reason, "reason is null");
    Objects.requireNonNull(mergeTarget, "mergeTarget is null");
    Objects.requireNonNull(stubPath, "stubPath is null");
    Objects.requireNonNull(archivedTo, "archivedTo is null");
    previousTexts = previousTexts.map(OperationTexts::previous);
    results = results.map(OperationTexts::results);
    Objects.requireNonNull(more, "more is null");
    more = more.copy();
  }

  /**
   * Makes a pruning.
   *
   * @param action what became of the file
   * @param file its path
   * @param reason why
   * @param needsReview whether a person should look at it
   * @param mergeTarget path of the file that would take it in, or null
   * @param stubPath path of the stub that was left in its place, or null
   */
  public Prune(
      Action action,
      String file,
      String reason,
      boolean needsReview,
      String mergeTarget,
      String stubPath) {
    this(
        action,
        file,
        reason,
        needsReview,
        Optional.ofNullable(mergeTarget),
        Optional.ofNullable(stubPath),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        new JsonObject());
  }

  /**
   * {@return the same, of a file that was moved}
   *
   * @param path where to
   */
  public Prune withArchivedTo(String path) {
    return with(Optional.of(path), previousTexts, results);
  }

  @Override
  public Prune withPreviousTexts(Map<String, String> texts) {
    return with(archivedTo, Optional.of(texts), results);
  }

  @Override
  public Prune withResults(Map<String, Optional<String>> hashes) {
    return with(archivedTo, previousTexts, Optional.of(hashes));
  }

  private Prune with(
      Optional<String> path,
      Optional<Map<String, String>> texts,
      Optional<Map<String, Optional<String>>> hashes) {
    return new Prune(
        action, file, reason, needsReview, mergeTarget, stubPath, path, texts, hashes, more);
  }

  @Override
  public JsonObject more() {
    return more.copy();
  }

  static Prune read(JsonRest fields) {
    return new Prune(
        Action.valueOf(fields.text("action")),
        fields.text("file"),
        fields.text("reason"),
        fields.required("needsReview", Boolean.class),
        fields.optional("mergeTarget", String.class),
        fields.optional("stubPath", String.class),
        fields.optional("archivedTo", String.class),
        OperationTexts.readPrevious(fields),
        OperationTexts.readResults(fields),
        fields.rest());
  }

  @Override
  public JsonObject toJson() {
    JsonObject json =
        new JsonObject().put("type", TYPE).put("action", action.name()).put("file", file);
    mergeTarget.ifPresent(target -> json.put("mergeTarget", target));
    json.put("needsReview", needsReview).put("reason", reason);
    stubPath.ifPresent(stub -> json.put("stubPath", stub));
    archivedTo.ifPresent(path -> json.put("archivedTo", path));
    OperationTexts.write(this, json);
    return json.mergeIn(more);
  }
}
