package org.dreamkeeper.state;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import org.dreamkeeper.state.impl.State;

/**
 * What survives between dreams, as a worker sees it. Immutable.
 *
 * <p>It carries along what this version does not know, so that reading, changing and writing it
 * back loses nothing.
 *
 * @param curationsSinceDream writes to the memory since the last dream, 0 to 2^53 - 1
 * @param lastDreamAt when the last dream completed, as it is on disk: an ISO-8601 instant that ends
 *     in {@code Z}; null if there was none
 * @param lastDreamLogId the log entry of the last dream; null if there was none
 * @param totalDreams dreams completed so far, 0 to 2^53 - 1
 * @param pendingMerges what nobody has decided on; not null, unmodifiable
 * @param staleSummaryPaths the queue, oldest first; not null, unmodifiable
 * @param more the fields that this version does not know; a copy, not null
 * @param revision tells one version of the state from another: opaque; null in a state that was not
 *     read
 * @param degraded why this is not what the file says: {@code corrupt} (the fields that validate),
 *     {@code newer} or {@code unreadable} (the empty state); null if it is, or there is no file
 */
public record DreamState(
    long curationsSinceDream,
    String lastDreamAt,
    String lastDreamLogId,
    long totalDreams,
    List<PendingMerge> pendingMerges,
    List<StaleSummaryPath> staleSummaryPaths,
    JsonObject more,
    String revision,
    String degraded) {

  /** What there is before the first dream. */
  public static final DreamState EMPTY =
      new DreamState(0, null, null, 0, List.of(), List.of(), new JsonObject(), null, null);

  /**
   * Makes a state; whether it is valid is said when it is written.
   *
   * @throws NullPointerException if a list, an element or {@code more} is null
   */
  public DreamState {
    pendingMerges = List.copyOf(pendingMerges);
    staleSummaryPaths = List.copyOf(staleSummaryPaths);
    more = more.copy();
  }

  @Override
  public JsonObject more() {
    return more.copy();
  }

  /**
   * Gives when the last dream completed, to the nanosecond.
   *
   * @return null if there was none
   */
  public Instant lastDreamInstant() {
    return lastDreamAt == null ? null : State.instant(lastDreamAt);
  }

  /**
   * Changes the count of curations.
   *
   * @param count 0 to 2^53 - 1
   * @return a changed copy
   */
  public DreamState withCurationsSinceDream(long count) {
    return with(toJson().put(State.CURATIONS, count));
  }

  /**
   * Changes what is known of the last dream.
   *
   * @param completedAt when it completed; null if there was none
   * @param logId its log entry; null if there was none
   * @param total dreams completed so far, 0 to 2^53 - 1
   * @return a changed copy
   */
  public DreamState withLastDream(Instant completedAt, String logId, long total) {
    return with(
        toJson()
            .put(State.LAST_DREAM_AT, completedAt == null ? null : completedAt.toString())
            .put(State.LAST_DREAM_LOG_ID, logId)
            .put(State.TOTAL_DREAMS, total));
  }

  /**
   * Changes the pending merges.
   *
   * @param merges all of them
   * @return a changed copy
   */
  public DreamState withPendingMerges(List<PendingMerge> merges) {
    return with(toJson().put(State.MERGES, array(merges, PendingMerge::toJson)));
  }

  /**
   * Changes the queue of stale summaries.
   *
   * @param paths all of them, oldest first
   * @return a changed copy
   */
  public DreamState withStaleSummaryPaths(List<StaleSummaryPath> paths) {
    return with(toJson().put(State.STALE_PATHS, array(paths, StaleSummaryPath::toJson)));
  }

  private DreamState with(JsonObject changed) {
    return fromJson(changed, revision, degraded);
  }

  /**
   * Reads the body of a reply that is the state.
   *
   * @param json valid by the schema; the arrays may be absent
   * @param revision of the state, or null
   * @param degraded the reply's header, or null
   * @return the state
   */
  public static DreamState fromJson(JsonObject json, String revision, String degraded) {
    JsonObject more = json.copy();
    more.remove(State.VERSION);
    return new DreamState(
        ((Number) more.remove(State.CURATIONS)).longValue(),
        (String) more.remove(State.LAST_DREAM_AT),
        (String) more.remove(State.LAST_DREAM_LOG_ID),
        ((Number) more.remove(State.TOTAL_DREAMS)).longValue(),
        list((JsonArray) more.remove(State.MERGES), PendingMerge::fromJson),
        list((JsonArray) more.remove(State.STALE_PATHS), StaleSummaryPath::fromJson),
        more,
        revision,
        degraded);
  }

  private static <T> List<T> list(JsonArray elements, Function<JsonObject, T> read) {
    return elements == null
        ? List.of()
        : elements.stream().map(each -> read.apply((JsonObject) each)).toList();
  }

  private static <T> JsonArray array(List<T> elements, Function<T, JsonObject> write) {
    return new JsonArray(elements.stream().map(write).toList());
  }

  /**
   * Gives the body that writes this state.
   *
   * @return a new object, without revision and degraded
   */
  public JsonObject toJson() {
    return new JsonObject()
        .put(State.VERSION, 1)
        .put(State.CURATIONS, curationsSinceDream)
        .put(State.LAST_DREAM_AT, lastDreamAt)
        .put(State.LAST_DREAM_LOG_ID, lastDreamLogId)
        .put(State.TOTAL_DREAMS, totalDreams)
        .put(State.MERGES, array(pendingMerges, PendingMerge::toJson))
        .put(State.STALE_PATHS, array(staleSummaryPaths, StaleSummaryPath::toJson))
        .mergeIn(more.copy());
  }
}
