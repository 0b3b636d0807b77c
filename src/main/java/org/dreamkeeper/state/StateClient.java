package org.dreamkeeper.state;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;
import org.dreamkeeper.bus.DreamkeeperException;
import org.dreamkeeper.bus.FailureCode;
import org.dreamkeeper.bus.impl.ActorClient;

/**
 * Asks a project's state, in Java types. Immutable and safe from any thread; futures complete on
 * the caller's context and fail with a {@link DreamkeeperException}. A reply in hand means that the
 * change is on disk.
 *
 * <p>Arguments are not null unless they say so. What is out of range is refused by the actor, with
 * INVALID_REQUEST; each write can also fail with STORAGE_FAILED (read before another try) and with
 * NEWER_FORMAT, and each request with what {@link FailureCode} says of any.
 */
public final class StateClient {
  /** How often {@link #update(UnaryOperator)} tries while others keep changing the state. */
  private static final int MAX_TRIES = 100;

  private final ActorClient actor;

  /**
   * Makes a client that waits {@link ActorClient#DEFAULT_TIMEOUT_MS} for an answer.
   *
   * @param vertx the caller's
   * @param prefix the project's address prefix, such as {@code dream}
   */
  public StateClient(Vertx vertx, String prefix) {
    this(vertx, prefix, ActorClient.DEFAULT_TIMEOUT_MS, System::currentTimeMillis);
  }

  /**
   * Makes a client.
   *
   * @param vertx the caller's
   * @param prefix the project's address prefix, such as {@code dream}
   * @param timeoutMs how long an answer is waited for, at least 1
   * @param clock ms since 1970, in step with the host's
   * @throws IllegalArgumentException if the timeout is below 1
   */
  public StateClient(Vertx vertx, String prefix, long timeoutMs, LongSupplier clock) {
    this(new ActorClient(vertx, prefix + ".state", timeoutMs, clock));
  }

  private StateClient(ActorClient actor) {
    this.actor = actor;
  }

  /**
   * Makes a client whose writes go through only while a grant holds the lock.
   *
   * @param grant which
   * @return another client
   */
  public StateClient under(ActorClient.Hold grant) {
    return new StateClient(actor.under(grant));
  }

  /**
   * Reads the state.
   *
   * @return the state; whatever is on disk, it does not fail
   */
  public Future<DreamState> read() {
    return actor.send("read", null).map(StateClient::state);
  }

  /**
   * Asks whether a dream may begin. With the token of the lock's holder, the lock is no obstacle.
   *
   * @param limits {@code {minHours?, minCurations?, pendingTasks?, force?, quiet?}}; what is left
   *     out is as the project is configured
   * @return {@code {open, closed?, all, lastAskedAt}}; fails as lock and log do if they do not
   *     answer, and with SUPERSEDED if the token does not hold the lock
   */
  public Future<JsonObject> gates(JsonObject limits) {
    return send("gates", limits, null).map(Message::body);
  }

  /**
   * Replaces the whole state, whatever happened since it was read.
   *
   * @param state the new state
   * @return the new state, with its revision
   */
  public Future<DreamState> write(DreamState state) {
    Objects.requireNonNull(state, "state is null");
    return send("write", state.toJson(), null).map(StateClient::state);
  }

  /**
   * Replaces the state unless it has moved on since it was read.
   *
   * @param state the new state; its revision, not null, is the one it was read with
   * @return the new state, with its revision; fails with REVISION_MISMATCH if it has moved on
   */
  public Future<DreamState> writeIfUnchanged(DreamState state) {
    Objects.requireNonNull(state, "state is null");
    Objects.requireNonNull(state.revision(), "state.revision is null: it was not read");
    return send("write", state.toJson(), state.revision()).map(StateClient::state);
  }

  /**
   * Changes some fields.
   *
   * @param mergePatch RFC 7396: null takes a field back to its default
   * @return the new state
   */
  public Future<DreamState> update(JsonObject mergePatch) {
    Objects.requireNonNull(mergePatch, "mergePatch is null");
    return send("update", mergePatch, null).map(StateClient::state);
  }

  /**
   * Reads the state, changes it and writes it back; begins again when somebody else was faster.
   *
   * @param change makes the new state of the present one; may run several times, on the caller's
   *     context, and must not block
   * @return the new state; fails with REVISION_MISMATCH after 100 tries
   */
  public Future<DreamState> update(UnaryOperator<DreamState> change) {
    Objects.requireNonNull(change, "change is null");
    return update(change, 1);
  }

  private Future<DreamState> update(UnaryOperator<DreamState> change, int tries) {
    return read()
        .compose(
            present -> {
              JsonObject next = change.apply(present).toJson();
              return send("write", next, present.revision()).map(StateClient::state);
            })
        .recover(
            failure ->
                failure instanceof DreamkeeperException refusal
                        && refusal.code() == FailureCode.REVISION_MISMATCH
                        && tries < MAX_TRIES
                    ? update(change, tries + 1)
                    : Future.failedFuture(failure));
  }

  /**
   * Counts one curation.
   *
   * @return the new state
   */
  public Future<DreamState> incrementCurationCount() {
    return incrementCurationCount(1);
  }

  /**
   * Counts curations.
   *
   * @param by how many, 1 to 1,000,000
   * @return the new state
   */
  public Future<DreamState> incrementCurationCount(int by) {
    return send("incrementCurationCount", new JsonObject().put("by", by), null)
        .map(StateClient::state);
  }

  /**
   * Adds suggestions; those that are there already, in all fields, are not added twice.
   *
   * @param merges the suggestions
   * @return the new state
   */
  public Future<DreamState> addPendingMerges(Collection<PendingMerge> merges) {
    Objects.requireNonNull(merges, "merges is null");
    return sendMerges("addPendingMerges", merges);
  }

  /**
   * Drops suggestions that were decided on.
   *
   * @param merges the suggestions; their two files count
   * @return the new state
   */
  public Future<DreamState> removePendingMerges(Collection<PendingMerge> merges) {
    Objects.requireNonNull(merges, "merges is null");
    return sendMerges("removePendingMerges", merges);
  }

  /**
   * Drops all suggestions of one dream.
   *
   * @param dreamLogId the dream's log entry
   * @return the new state
   */
  public Future<DreamState> removePendingMergesOf(String dreamLogId) {
    Objects.requireNonNull(dreamLogId, "dreamLogId is null");
    JsonObject body = new JsonObject().put("suggestedByDreamId", dreamLogId);
    return send("removePendingMerges", body, null).map(StateClient::state);
  }

  private Future<DreamState> sendMerges(String action, Collection<PendingMerge> merges) {
    JsonArray all = array(merges, PendingMerge::toJson);
    return send(action, new JsonObject().put("merges", all), null).map(StateClient::state);
  }

  /**
   * Queues files whose summaries are out of date; those that are queued keep their place.
   *
   * @param paths the files', not empty
   * @return what became of them
   */
  public Future<Enqueued> enqueueStaleSummaryPaths(Collection<String> paths) {
    Objects.requireNonNull(paths, "paths is null");
    JsonObject body = new JsonObject().put("paths", array(paths, path -> path));
    return send("enqueueStaleSummaryPaths", body, null)
        .map(Message::body)
        .map(reply -> new Enqueued(reply.getInteger("added"), reply.getInteger("queued")));
  }

  /**
   * Takes all files from the queue.
   *
   * @return their paths, oldest first
   */
  public Future<List<String>> drainStaleSummaryPaths() {
    return send("drainStaleSummaryPaths", null, null)
        .map(
            reply ->
                reply.body().getJsonArray("paths").stream().map(path -> (String) path).toList());
  }

  /**
   * Records that a dream completed just now, and that it took all curations into account.
   *
   * @param logId its log entry; one that is not greater than the recorded one changes nothing
   * @return the new state
   */
  public Future<DreamState> recordDream(String logId) {
    return recordDream(logId, null, null);
  }

  /**
   * Records that a dream completed.
   *
   * @param logId its log entry; one that is not greater than the recorded one changes nothing
   * @param completedAt when; null is now
   * @param curationsSeen how many curations it took into account; null is all
   * @return the new state
   */
  public Future<DreamState> recordDream(String logId, Instant completedAt, Long curationsSeen) {
    Objects.requireNonNull(logId, "logId is null");
    JsonObject body = new JsonObject().put("logId", logId);
    if (completedAt != null) {
      body.put("completedAt", completedAt.toEpochMilli());
    }
    if (curationsSeen != null) {
      body.put("curationsSeen", curationsSeen);
    }
    return send("recordDream", body, null).map(StateClient::state);
  }

  /**
   * Takes a dream that is undone out of the state, in one step: its pending merges go, and, while
   * it is the last dream, or an earlier one that the state's field {@code undoing} names, {@code
   * totalDreams} falls by one and its curations count again. A second time changes nothing.
   *
   * @param logId its log entry
   * @param previousId the dream that is the last one then, if this one was; null if there is none
   * @param previousAt when that one completed; null if there is none
   * @param curations how many curations it had taken into account; null is none
   * @return the new state
   */
  public Future<DreamState> forgetDream(
      String logId, String previousId, Instant previousAt, Long curations) {
    Objects.requireNonNull(logId, "logId is null");
    JsonObject body = new JsonObject().put("logId", logId);
    if (previousId != null) {
      Objects.requireNonNull(previousAt, "previousAt is null");
      body.put(
          "previous",
          new JsonObject().put("logId", previousId).put("completedAt", previousAt.toEpochMilli()));
    }
    if (curations != null) {
      body.put("curations", curations);
    }
    return send("forgetDream", body, null).map(StateClient::state);
  }

  private Future<Message<JsonObject>> send(String action, JsonObject body, String revision) {
    DeliveryOptions options = new DeliveryOptions();
    if (revision != null) {
      options.addHeader("revision", revision);
    }
    return actor.write(action, body, options);
  }

  private static <T> JsonArray array(Collection<T> elements, Function<T, Object> write) {
    return new JsonArray(elements.stream().map(write).toList());
  }

  private static DreamState state(Message<JsonObject> reply) {
    return DreamState.fromJson(
        reply.body(), reply.headers().get("revision"), reply.headers().get("degraded"));
  }
}
