package org.dreamkeeper.log;

import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedSet;
import org.dreamkeeper.bus.impl.config.Arguments;

/**
 * What one dream did. Immutable; its usual life is {@link #processing}, {@link #withOperation} as
 * often as needed, then one of {@link #completed}, {@link #partial} and {@link #error}; and {@link
 * #undone} if it is reverted.
 *
 * <p>Times are written to the millisecond, from 1970 on; another program's are kept as they are.
 */
public final class DreamLogEntry {
  /** All but the operations; nobody changes it. */
  private final JsonObject head;

  /** Null where a brief list has left them out. */
  private final List<DreamOperation> operations;

  private DreamLogEntry(JsonObject head, List<DreamOperation> operations) {
    this.head = head;
    this.operations = operations;
  }

  /**
   * {@return the entry of a dream that begins}
   *
   * @param id from {@link LogClient#nextId}
   * @param startedAt now
   * @param trigger what set it off
   */
  public static DreamLogEntry processing(String id, Instant startedAt, DreamTrigger trigger) {
    return new DreamLogEntry(DreamLogEntryJson.processing(id, startedAt, trigger), List.of());
  }

  /**
   * {@return the entry that JSON says}
   *
   * @param json as the log has it; {@code operations} may be left out
   * @throws IllegalArgumentException if it is none
   */
  public static DreamLogEntry fromJson(JsonObject json) {
    JsonObject head = json.copy();
    List<DreamOperation> operations = DreamLogEntryJson.operations(head.remove("operations"));
    return new DreamLogEntry(DreamLogEntryJson.checked(head), operations);
  }

  /** {@return its id, such as {@code drm-1775822400000}} */
  public String id() {
    return head.getString("id");
  }

  /** {@return when the dream began} */
  public Instant startedAt() {
    return Times.read(head.getNumber("startedAt"));
  }

  /** {@return what set it off} */
  public DreamTrigger trigger() {
    return DreamTrigger.of(head.getString("trigger")).orElseThrow();
  }

  /** {@return how far it has come} */
  public DreamStatus status() {
    return DreamStatus.of(head.getString("status")).orElseThrow();
  }

  /** {@return what it did, in order; empty, too, where a brief list has left that out} */
  public List<DreamOperation> operations() {
    return operations == null ? List.of() : operations;
  }

  /** {@return the operations, counted} */
  public DreamSummary summary() {
    return DreamSummary.fromJson(head.getJsonObject("summary"));
  }

  /** {@return the agent's task that ran it, if that is known} */
  public Optional<String> taskId() {
    return Optional.ofNullable(head.getString("taskId"));
  }

  /** {@return the lock token under which it was saved, if it was; the log sets it} */
  public Optional<Long> lockToken() {
    return Optional.ofNullable(head.getLong("lockToken"));
  }

  /** {@return when it ended; empty while it runs} */
  public Optional<Instant> completedAt() {
    return time("completedAt");
  }

  /** {@return why it was cut short; empty unless it is partial} */
  public Optional<String> abortReason() {
    return Optional.ofNullable(head.getString("abortReason"));
  }

  /** {@return what went wrong; empty unless it failed} */
  public Optional<String> error() {
    return Optional.ofNullable(head.getString("error"));
  }

  /** {@return when it was reverted; empty unless it was} */
  public Optional<Instant> undoneAt() {
    return time("undoneAt");
  }

  /** {@return places, from 0, of the operations that were taken back, while others stand} */
  public SortedSet<Integer> undoneOperations() {
    return DreamLogEntryJson.undoneOperations(head.getJsonArray("undoneOperations"));
  }

  /** {@return the fields that this build does not know, a copy} */
  public JsonObject more() {
    return DreamLogEntryJson.more(head);
  }

  private Optional<Instant> time(String field) {
    return Optional.ofNullable(head.getNumber(field)).map(Times::read);
  }

  /**
   * {@return the same with one operation more, counted}
   *
   * @param operation what was done
   */
  public DreamLogEntry withOperation(DreamOperation operation) {
    List<DreamOperation> all = new ArrayList<>(operations());
    all.add(Objects.requireNonNull(operation, "operation is null"));
    return new DreamLogEntry(head, List.copyOf(all)).withSummary(summary().with(operation));
  }

  /** {@return the same with these operations, in order, counted} */
  public DreamLogEntry withOperations(List<DreamOperation> all) {
    List<DreamOperation> copy = Arguments.listed("operations", all);
    return new DreamLogEntry(head, copy).withSummary(DreamSummary.of(copy));
  }

  /** {@return the same with this summary} */
  public DreamLogEntry withSummary(DreamSummary summary) {
    return with("summary", Objects.requireNonNull(summary, "summary is null").toJson());
  }

  /** {@return the same, run by the task of the agent's that has this id} */
  public DreamLogEntry withTaskId(String id) {
    return with("taskId", Objects.requireNonNull(id, "id is null"));
  }

  /**
   * {@return the same with a field of the caller's own}
   *
   * @param key its name; not one of the known ones
   * @param value of JSON types only
   */
  public DreamLogEntry withField(String key, Object value) {
    Objects.requireNonNull(key, "key is null");
    if (DreamLogEntryJson.FIELDS.contains(key)) {
      throw new IllegalArgumentException("key is " + key + ", expected a field of your own");
    }
    return with(key, value);
  }

  private DreamLogEntry with(String key, Object value) {
    return new DreamLogEntry(DreamLogEntryJson.with(head, key, value), operations);
  }

  /**
   * {@return the same, ended: it did all it meant to}
   *
   * @param at now
   */
  public DreamLogEntry completed(Instant at) {
    return ended(DreamStatus.COMPLETED, at);
  }

  /**
   * {@return the same, cut short}
   *
   * @param at now
   * @param reason why
   */
  public DreamLogEntry partial(Instant at, String reason) {
    Objects.requireNonNull(reason, "reason is null");
    return ended(DreamStatus.PARTIAL, at).with("abortReason", reason);
  }

  /**
   * {@return the same, failed}
   *
   * @param at now
   * @param what what went wrong
   */
  public DreamLogEntry error(Instant at, String what) {
    Objects.requireNonNull(what, "what is null");
    return ended(DreamStatus.ERROR, at).with("error", what);
  }

  private DreamLogEntry ended(DreamStatus status, Instant at) {
    JsonObject next = DreamLogEntryJson.as(status, head);
    return new DreamLogEntry(next.put("completedAt", Times.written("at", at)), operations);
  }

  /**
   * {@return the same, reverted; times of another program's that could not be saved, such as
   * fractions, become the nearest that can be}
   *
   * @param at now
   * @throws IllegalStateException if it has not ended
   */
  public DreamLogEntry undone(Instant at) {
    return new DreamLogEntry(DreamLogEntryJson.undone(head, at), operations);
  }

  /** {@return the same, with operations taken back: their places from 0, also of earlier ones} */
  public DreamLogEntry withUndoneOperations(SortedSet<Integer> places) {
    return new DreamLogEntry(DreamLogEntryJson.undone(head, places), operations);
  }

  /** {@return the JSON as the log has it, a new object} */
  public JsonObject toJson() {
    return DreamLogEntryJson.write(head, operations);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof DreamLogEntry entry
        && head.equals(entry.head)
        && Objects.equals(operations, entry.operations);
  }

  @Override
  public int hashCode() {
    return id().hashCode();
  }

  @Override
  public String toString() {
    return toJson().encode();
  }
}
