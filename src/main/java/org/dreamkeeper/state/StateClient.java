package org.dreamkeeper.state;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Asks a project's state, in Java types. Safe from any thread; futures complete on the caller's
 * context and fail with a {@link org.dreamkeeper.bus.DreamkeeperException}. A reply in hand means
 * that the change is durable.
 *
 * <p>Each write can fail with STORAGE_FAILED (read before another try) and with NEWER_FORMAT; under
 * a lock, with SUPERSEDED once it is lost; and each request with what {@link
 * org.dreamkeeper.bus.FailureCode} says of any. What is null or out of range is refused at once, by
 * an exception that names it.
 */
public interface StateClient {

  /**
   * Reads the state.
   *
   * @return the state; whatever is on disk, it does not fail
   */
  Future<DreamState> read();

  /**
   * Asks whether a dream may begin, as JSON; {@code Dreamkeeper.look} gives the first gate that is
   * closed in Java types. To the holder of the lock, that is no obstacle.
   *
   * @param limits {@code {minHours?, minCurations?, pendingTasks?, force?, quiet?}}; what is left
   *     out is as the project is configured
   * @return {@code {open, closed?, all, lastAskedAt}}; fails as lock and log do if they do not
   *     answer
   */
  Future<JsonObject> gates(JsonObject limits);

  /**
   * Replaces the whole state, whatever happened since it was read.
   *
   * @param state the new state
   * @return the new state, with its revision
   */
  Future<DreamState> write(DreamState state);

  /**
   * Replaces the state unless it has moved on since it was read.
   *
   * @param state the new state; its revision is the one it was read with
   * @return the new state, with its revision; fails with REVISION_MISMATCH if it has moved on
   * @throws IllegalArgumentException if it has no revision, for it was not read
   */
  Future<DreamState> writeIfUnchanged(DreamState state);

  /**
   * Changes some fields.
   *
   * @param mergePatch RFC 7396: null takes a field back to its default
   * @return the new state
   */
  Future<DreamState> update(JsonObject mergePatch);

  /**
   * Reads the state, changes it and writes it back; begins again when somebody else was faster.
   *
   * @param change makes the new state of the present one; may run several times, on the caller's
   *     context, and must not block
   * @return the new state; fails with what {@code change} throws, and with REVISION_MISMATCH after
   *     100 tries
   */
  Future<DreamState> update(UnaryOperator<DreamState> change);

  /**
   * Counts one curation.
   *
   * @return the new state
   */
  Future<DreamState> incrementCurationCount();

  /**
   * Counts curations.
   *
   * @param by how many, 1 to 1,000,000
   * @return the new state
   */
  Future<DreamState> incrementCurationCount(int by);

  /**
   * Adds suggestions; those that are there already, in all fields, are not added twice.
   *
   * @param merges the suggestions
   * @return the new state
   */
  Future<DreamState> addPendingMerges(Collection<PendingMerge> merges);

  /**
   * Drops suggestions that were decided on.
   *
   * @param merges the suggestions; their two files count
   * @return the new state
   */
  Future<DreamState> removePendingMerges(Collection<PendingMerge> merges);

  /**
   * Drops all suggestions of one dream.
   *
   * @param dreamLogId the dream's log entry
   * @return the new state
   */
  Future<DreamState> removePendingMergesOf(String dreamLogId);

  /**
   * Queues files whose summaries are out of date; those that are queued keep their place.
   *
   * @param paths the files', not empty
   * @return what became of them
   */
  Future<Enqueued> enqueueStaleSummaryPaths(Collection<String> paths);

  /**
   * Takes all files from the queue.
   *
   * @return their paths, oldest first
   */
  Future<List<String>> drainStaleSummaryPaths();

  /**
   * Records that a dream completed just now, and that it took all curations into account.
   *
   * @param logId its log entry; one that is not greater than the recorded one changes nothing
   * @return the new state
   */
  Future<DreamState> recordDream(String logId);

  /**
   * Records that a dream completed.
   *
   * @param logId its log entry; one that is not greater than the recorded one changes nothing
   * @param completedAt when, to the millisecond
   * @param curationsSeen how many curations it took into account, 0 to 2^53 - 1
   * @return the new state
   */
  Future<DreamState> recordDream(String logId, Instant completedAt, long curationsSeen);

  /**
   * Takes a dream that is undone out of the state, in one step: its pending merges go, and, while
   * it is the last dream, or an earlier one that the state's field {@code undoing} names, {@code
   * totalDreams} falls by one and its curations count again. A second time changes nothing.
   *
   * @param logId its log entry
   * @param previous the dream that is the last one then, if this one was; empty if there is none
   * @param curations how many curations it had taken into account, 0 to 2^53 - 1
   * @return the new state
   */
  Future<DreamState> forgetDream(String logId, Optional<LastDream> previous, long curations);
}
