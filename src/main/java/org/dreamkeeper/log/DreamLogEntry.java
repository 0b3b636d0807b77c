package org.dreamkeeper.log;

import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * What one dream did. Immutable; its usual life is {@link #processing}, {@link #withOperation} as
 * often as needed, then one of {@link #completed}, {@link #partial} and {@link #error}; and {@link
 * #undone} if it is reverted.
 *
 * <p>Times are ms since 1970, integers where this service wrote them; another program may have
 * written a fraction.
 *
 * @param id such as {@code drm-1775822400000}
 * @param startedAt when the dream began
 * @param trigger what set it off
 * @param status how far it has come
 * @param operations what it did, in order; null where a {@code brief} list has left them out, and
 *     then the entry cannot be saved
 * @param summary the operations, counted
 * @param taskId the agent's task that ran it, or null
 * @param lockToken the lock token under which it was saved, or null; the log sets it
 * @param completedAt when it ended; null while it runs
 * @param abortReason why it was cut short; null unless it is partial
 * @param error what went wrong; null unless it failed
 * @param undoneAt when it was reverted; null unless it was
 * @param more fields that this build does not know
 */
public record DreamLogEntry(
    String id,
    double startedAt,
    DreamTrigger trigger,
    DreamStatus status,
    List<DreamOperation> operations,
    DreamSummary summary,
    String taskId,
    Long lockToken,
    Double completedAt,
    String abortReason,
    String error,
    Double undoneAt,
    JsonObject more) {
  private static final double MAX_TIME = 0x1p53 - 1;

  /**
   * Takes copies.
   *
   * @throws NullPointerException if anything is null that is not said to be
   */
  public DreamLogEntry {
    Objects.requireNonNull(id, "id is null");
    Objects.requireNonNull(trigger, "trigger is null");
    Objects.requireNonNull(status, "status is null");
    Objects.requireNonNull(summary, "summary is null");
    Objects.requireNonNull(more, "more is null");
    operations = operations == null ? null : JsonRest.listed("operations", operations);
    more = more.copy();
  }

  @Override
  public JsonObject more() {
    return more.copy();
  }

  /**
   * Makes the entry of a dream that begins.
   *
   * @param id from {@link LogClient#nextId}
   * @param startedAt now, in ms since 1970
   * @param trigger what set it off
   * @return the entry
   */
  public static DreamLogEntry processing(String id, long startedAt, DreamTrigger trigger) {
    return new DreamLogEntry(
        id,
        startedAt,
        trigger,
        DreamStatus.PROCESSING,
        List.of(),
        DreamSummary.EMPTY,
        null,
        null,
        null,
        null,
        null,
        null,
        new JsonObject());
  }

  /**
   * Adds an operation, and counts it.
   *
   * @param operation what was done
   * @return the new entry
   */
  public DreamLogEntry withOperation(DreamOperation operation) {
    Objects.requireNonNull(operation, "operation is null");
    List<DreamOperation> all = new ArrayList<>(operations);
    all.add(operation);
    return with(all, summary.with(operation), taskId, more);
  }

  /**
   * Sets the operations, and counts them.
   *
   * @param all what was done, in order
   * @return the new entry
   */
  public DreamLogEntry withOperations(List<DreamOperation> all) {
    List<DreamOperation> copy = JsonRest.listed("operations", all);
    return with(copy, DreamSummary.of(copy), taskId, more);
  }

  /**
   * Sets the summary.
   *
   * @param newSummary the counts
   * @return the new entry
   */
  public DreamLogEntry withSummary(DreamSummary newSummary) {
    return with(operations, newSummary, taskId, more);
  }

  /**
   * Names the agent's task.
   *
   * @param newTaskId or null
   * @return the new entry
   */
  public DreamLogEntry withTaskId(String newTaskId) {
    return with(operations, summary, newTaskId, more);
  }

  /**
   * Sets a field that this build does not know, such as {@code curationsSeen}.
   *
   * @param key its name; not one of the known ones
   * @param value of JSON types only
   * @return the new entry
   */
  public DreamLogEntry withField(String key, Object value) {
    return with(operations, summary, taskId, more().put(key, value));
  }

  /**
   * Ends the dream: it did all it meant to.
   *
   * @param at now, in ms since 1970
   * @return the new entry
   */
  public DreamLogEntry completed(long at) {
    return ended(DreamStatus.COMPLETED, at, null, null);
  }

  /**
   * Ends the dream: it was cut short.
   *
   * @param at now, in ms since 1970
   * @param reason why
   * @return the new entry
   */
  public DreamLogEntry partial(long at, String reason) {
    return ended(DreamStatus.PARTIAL, at, reason, null);
  }

  /**
   * Ends the dream: it failed.
   *
   * @param at now, in ms since 1970
   * @param what what went wrong
   * @return the new entry
   */
  public DreamLogEntry error(long at, String what) {
    return ended(DreamStatus.ERROR, at, null, what);
  }

  /**
   * Says that an ended dream's operations were reverted. Times of another program's that could not
   * be saved, such as fractions, become the nearest that can be.
   *
   * @param at now, in ms since 1970
   * @return the new entry
   * @throws IllegalStateException if it has not ended
   */
  public DreamLogEntry undone(long at) {
    if (completedAt == null) {
      throw new IllegalStateException(id + " has not ended");
    }
    return new DreamLogEntry(
        id,
        writable(startedAt),
        trigger,
        DreamStatus.UNDONE,
        operations,
        summary,
        taskId,
        lockToken,
        writable(completedAt),
        null,
        null,
        (double) at,
        more);
  }

  private static double writable(double time) {
    return Math.min(MAX_TIME, Math.max(0, Math.floor(time)));
  }

  private DreamLogEntry with(
      List<DreamOperation> newOperations,
      DreamSummary newSummary,
      String newTaskId,
      JsonObject newMore) {
    return new DreamLogEntry(
        id,
        startedAt,
        trigger,
        status,
        newOperations,
        newSummary,
        newTaskId,
        lockToken,
        completedAt,
        abortReason,
        error,
        undoneAt,
        newMore);
  }

  private DreamLogEntry ended(DreamStatus newStatus, long end, String abort, String failure) {
    return new DreamLogEntry(
        id,
        startedAt,
        trigger,
        newStatus,
        operations,
        summary,
        taskId,
        lockToken,
        (double) end,
        abort,
        failure,
        null,
        more);
  }

  /**
   * Reads an entry.
   *
   * @param json as the log has it; {@code operations} may be left out
   * @return the entry
   * @throws IllegalArgumentException if it is none
   */
  public static DreamLogEntry fromJson(JsonObject json) {
    return DreamLogEntryJson.read(json);
  }

  /**
   * Gives the JSON.
   *
   * @return as the log has it
   */
  public JsonObject toJson() {
    return DreamLogEntryJson.write(this);
  }
}
