package org.dreamkeeper.state;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.dreamkeeper.bus.impl.config.Arguments;
import org.dreamkeeper.bus.impl.config.Words;
import org.dreamkeeper.state.impl.State;

/**
 * What survives between dreams, as a worker sees it. Immutable.
 *
 * <p>It carries along what this version does not know, so that reading, changing and writing it
 * back loses nothing.
 */
public final class DreamState {
  /** What there is before the first dream. */
  public static final DreamState EMPTY = fromJson(new JsonObject(State.DEFAULTS));

  private static final Set<String> KNOWN = EMPTY.json.fieldNames();

  private final JsonObject json;
  private final String revision;
  private final Degraded degraded;

  private DreamState(JsonObject json, String revision, Degraded degraded) {
    this.json = json;
    this.revision = revision;
    this.degraded = degraded;
  }

  /**
   * Reads a state.
   *
   * @param json as the state's requests and replies have it, valid by their schema; the arrays may
   *     be absent
   * @return the state, without a revision
   */
  public static DreamState fromJson(JsonObject json) {
    return fromJson(json, null, null);
  }

  /**
   * Reads a reply that is the state.
   *
   * @param json the reply's body
   * @param revision its header of this name, or null
   * @param degraded its header of this name, or null
   * @return the state
   */
  public static DreamState fromJson(JsonObject json, String revision, String degraded) {
    JsonObject copy = json.copy();
    for (String array : List.of(State.MERGES, State.STALE_PATHS)) {
      copy.put(array, copy.getJsonArray(array, new JsonArray()));
    }
    Degraded why =
        degraded == null ? null : Words.find(Degraded.class, degraded).orElse(Degraded.OTHER);
    return new DreamState(copy, revision, why);
  }

  /** {@return writes to the memory since the last dream, 0 to 2^53 - 1} */
  public long curationsSinceDream() {
    return json.getLong(State.CURATIONS);
  }

  /** {@return when the last dream completed, to the nanosecond; empty if there was none} */
  public Optional<Instant> lastDreamAt() {
    return Optional.ofNullable(json.getString(State.LAST_DREAM_AT)).map(State::instant);
  }

  /** {@return the id of the last dream's log entry; empty if there was none} */
  public Optional<String> lastDreamLogId() {
    return Optional.ofNullable(json.getString(State.LAST_DREAM_LOG_ID));
  }

  /** {@return dreams that completed so far, 0 to 2^53 - 1} */
  public long totalDreams() {
    return json.getLong(State.TOTAL_DREAMS);
  }

  /** {@return the suggestions that nobody has decided on, unmodifiable} */
  public List<PendingMerge> pendingMerges() {
    return list(State.MERGES, PendingMerge::fromJson);
  }

  /** {@return the files whose summaries are out of date, oldest first, unmodifiable} */
  public List<StaleSummaryPath> staleSummaryPaths() {
    return list(State.STALE_PATHS, StaleSummaryPath::fromJson);
  }

  /** {@return the fields that this version does not know, a copy} */
  public JsonObject more() {
    JsonObject more = json.copy();
    KNOWN.forEach(more::remove);
    return more;
  }

  /**
   * {@return what tells one version of the state from another, to be compared for equality alone;
   * empty in a state that was not read}
   */
  public Optional<String> revision() {
    return Optional.ofNullable(revision);
  }

  /** {@return why this is not what the file says; empty if it is, or there is no file} */
  public Optional<Degraded> degraded() {
    return Optional.ofNullable(degraded);
  }

  /**
   * Changes the count of curations.
   *
   * @param count 0 to 2^53 - 1
   * @return a changed copy
   */
  public DreamState withCurationsSinceDream(long count) {
    return with(
        State.CURATIONS, Arguments.inRange(State.CURATIONS, count, 0, GateOptions.MAX_COUNT));
  }

  /**
   * Changes what is known of the last dream.
   *
   * @param last the dream; empty if there was none
   * @param total dreams completed so far, 0 to 2^53 - 1
   * @return a changed copy
   */
  public DreamState withLastDream(Optional<LastDream> last, long total) {
    return with(State.LAST_DREAM_AT, last.map(dream -> dream.completedAt().toString()).orElse(null))
        .with(State.LAST_DREAM_LOG_ID, last.map(LastDream::logId).orElse(null))
        .with(
            State.TOTAL_DREAMS,
            Arguments.inRange(State.TOTAL_DREAMS, total, 0, GateOptions.MAX_COUNT));
  }

  /**
   * Changes the pending merges.
   *
   * @param merges all of them
   * @return a changed copy
   */
  public DreamState withPendingMerges(List<PendingMerge> merges) {
    return with(State.MERGES, array(Arguments.listed("merges", merges), PendingMerge::toJson));
  }

  /**
   * Changes the queue of stale summaries.
   *
   * @param paths all of them, oldest first
   * @return a changed copy
   */
  public DreamState withStaleSummaryPaths(List<StaleSummaryPath> paths) {
    return with(
        State.STALE_PATHS, array(Arguments.listed("paths", paths), StaleSummaryPath::toJson));
  }

  /**
   * Changes a field that this version does not know.
   *
   * @param key its name; not one of the known ones
   * @param value of JSON types only, or null
   * @return a changed copy
   */
  public DreamState withField(String key, Object value) {
    Objects.requireNonNull(key, "key is null");
    if (KNOWN.contains(key)) {
      throw new IllegalArgumentException(
          "key is " + key + ", expected the name of a field of your own");
    }
    return with(key, value);
  }

  private DreamState with(String key, Object value) {
    // The last copy takes the value, too, and refuses what is no JSON.
    return new DreamState(json.copy().put(key, value).copy(), revision, degraded);
  }

  private <T> List<T> list(String key, Function<JsonObject, T> read) {
    return json.getJsonArray(key).stream().map(each -> read.apply((JsonObject) each)).toList();
  }

  private static <T> JsonArray array(List<T> elements, Function<T, JsonObject> write) {
    return new JsonArray(elements.stream().map(write).toList());
  }

  /** {@return the body that writes this state, a new object} */
  public JsonObject toJson() {
    return json.copy();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof DreamState state
        && json.equals(state.json)
        && Objects.equals(revision, state.revision)
        && degraded == state.degraded;
  }

  @Override
  public int hashCode() {
    return Objects.hash(curationsSinceDream(), totalDreams(), revision);
  }

  @Override
  public String toString() {
    return json.encode();
  }
}
