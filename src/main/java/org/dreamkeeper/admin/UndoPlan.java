package org.dreamkeeper.admin;

import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Optional;
import org.dreamkeeper.bus.impl.config.Words;

/**
 * What is to become of each file when a dream is taken back, or what has become of it. Immutable.
 *
 * @param request what is to be taken back
 * @param hash of all that it rests on
 * @param operations the operations that are taken back, from 0
 * @param files the files, in the order in which they are put back
 * @param status whether all of these are taken back, or will be; not that of the dream's entry
 * @param error what the disk refused, if it did
 * @param warning of a plan that takes the last dream back as a whole: what that does to the gates,
 *     and what to do first, for a person
 */
public record UndoPlan(
    UndoRequest request,
    String hash,
    List<Integer> operations,
    List<FileStep> files,
    Status status,
    Optional<String> error,
    Optional<String> warning) {

  /** How it ends. */
  public enum Status {
    /** All of the operations are taken back. */
    COMPLETED,
    /** Something stands in the way. */
    PARTIAL,
    /** The disk refused something; the same call, or the next dream, finishes it. */
    ERROR
  }

  /** What becomes of a file. */
  public enum Step {
    /** Its text of before is put there. */
    RESTORE,
    /** It is moved away, for it was not there before. */
    DELETE,
    /** It is moved back to where it was. */
    MOVE_BACK,
    /** It is as it was before. */
    NONE,
    /** It is not as the dream left it, and stays. */
    CONFLICT,
    /** What {@code then} says is done, but there is no hash to hold it against. */
    UNVERIFIED,
    /** Its text was not recorded. */
    IMPOSSIBLE
  }

  /**
   * One file of one operation.
   *
   * @param path below the folder of the texts
   * @param operation of which operation, from 0
   * @param step what becomes of it
   * @param then with UNVERIFIED: what is done; with CONFLICT: what force would do
   * @param from where it is moved back from
   * @param reason what stands in the way, one line
   */
  public record FileStep(
      String path,
      int operation,
      Step step,
      Optional<Step> then,
      Optional<String> from,
      Optional<String> reason) {}

  /**
   * Reads a plan.
   *
   * @param request what was asked for
   * @param json as the admin replies, not null
   * @return the plan
   */
  public static UndoPlan of(UndoRequest request, JsonObject json) {
    return new UndoPlan(
        request,
        json.getString("plan"),
        json.getJsonArray("operations").stream().map(each -> ((Number) each).intValue()).toList(),
        json.getJsonArray("files").stream().map(each -> file((JsonObject) each)).toList(),
        Words.find(Status.class, json.getString("status")).orElse(Status.ERROR),
        Optional.ofNullable(json.getString("error")),
        Optional.ofNullable(json.getString("warning")));
  }

  private static FileStep file(JsonObject json) {
    return new FileStep(
        json.getString("path"),
        json.getInteger("operation"),
        step(json.getString("step")).orElse(Step.CONFLICT),
        step(json.getString("then")),
        Optional.ofNullable(json.getString("from")),
        Optional.ofNullable(json.getString("reason")));
  }

  private static Optional<Step> step(String word) {
    return Optional.ofNullable(word)
        .flatMap(known -> Words.find(Step.class, known.replace("moveBack", "move-back")));
  }
}
