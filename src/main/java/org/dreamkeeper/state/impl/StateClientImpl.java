package org.dreamkeeper.state.impl;

import io.vertx.core.Future;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.dreamkeeper.bus.DreamkeeperException;
import org.dreamkeeper.bus.FailureCode;
import org.dreamkeeper.bus.impl.ActorClient;
import org.dreamkeeper.bus.impl.config.Arguments;
import org.dreamkeeper.state.DreamState;
import org.dreamkeeper.state.Enqueued;
import org.dreamkeeper.state.GateOptions;
import org.dreamkeeper.state.LastDream;
import org.dreamkeeper.state.PendingMerge;
import org.dreamkeeper.state.StateClient;

/** Asks the state actor. */
public record StateClientImpl(ActorClient actor) implements StateClient {
  /** How often {@link #update(UnaryOperator)} tries while others keep changing the state. */
  private static final int MAX_TRIES = 100;

  private static final int MAX_INCREMENT = 1_000_000;

  /** Makes a client whose writes go through only while a grant holds the lock. */
  public StateClientImpl under(ActorClient.Hold grant) {
    return new StateClientImpl(actor.under(grant));
  }

  @Override
  public Future<DreamState> read() {
    return actor.read("read", null).map(StateClientImpl::state);
  }

  @Override
  public Future<JsonObject> gates(JsonObject limits) {
    Objects.requireNonNull(limits, "limits is null");
    return actor.read("gates", limits).map(Message::body);
  }

  @Override
  public Future<DreamState> write(DreamState state) {
    Objects.requireNonNull(state, "state is null");
    return write("write", state.toJson());
  }

  @Override
  public Future<DreamState> writeIfUnchanged(DreamState state) {
    Objects.requireNonNull(state, "state is null");
    String revision =
        state
            .revision()
            .orElseThrow(
                () -> new IllegalArgumentException("state has no revision: it was not read"));
    return replace(state, revision);
  }

  private Future<DreamState> replace(DreamState next, String revision) {
    DeliveryOptions options = new DeliveryOptions().addHeader("revision", revision);
    return actor.write("write", next.toJson(), options, 0).map(StateClientImpl::state);
  }

  @Override
  public Future<DreamState> update(JsonObject mergePatch) {
    Objects.requireNonNull(mergePatch, "mergePatch is null");
    return write("update", mergePatch);
  }

  @Override
  public Future<DreamState> update(UnaryOperator<DreamState> change) {
    Objects.requireNonNull(change, "change is null");
    return update(change, 1);
  }

  private Future<DreamState> update(UnaryOperator<DreamState> change, int tries) {
    return read()
        .compose(
            present ->
                replace(
                    Objects.requireNonNull(change.apply(present), "change gave null"),
                    present.revision().orElseThrow()))
        .recover(
            failure ->
                failure instanceof DreamkeeperException refusal
                        && refusal.code() == FailureCode.REVISION_MISMATCH
                        && tries < MAX_TRIES
                    ? update(change, tries + 1)
                    : Future.failedFuture(failure));
  }

  @Override
  public Future<DreamState> incrementCurationCount() {
    return incrementCurationCount(1);
  }

  @Override
  public Future<DreamState> incrementCurationCount(int by) {
    Arguments.inRange("by", by, 1, MAX_INCREMENT);
    return write("incrementCurationCount", new JsonObject().put("by", by));
  }

  @Override
  public Future<DreamState> addPendingMerges(Collection<PendingMerge> merges) {
    return write("addPendingMerges", body(merges));
  }

  @Override
  public Future<DreamState> removePendingMerges(Collection<PendingMerge> merges) {
    return write("removePendingMerges", body(merges));
  }

  private static JsonObject body(Collection<PendingMerge> merges) {
    List<PendingMerge> all = Arguments.listed("merges", merges);
    return new JsonObject()
        .put("merges", new JsonArray(all.stream().map(PendingMerge::toJson).toList()));
  }

  @Override
  public Future<DreamState> removePendingMergesOf(String dreamLogId) {
    Objects.requireNonNull(dreamLogId, "dreamLogId is null");
    return write("removePendingMerges", new JsonObject().put("suggestedByDreamId", dreamLogId));
  }

  @Override
  public Future<Enqueued> enqueueStaleSummaryPaths(Collection<String> paths) {
    JsonArray all = new JsonArray(Arguments.listed("paths", paths));
    return actor
        .write("enqueueStaleSummaryPaths", new JsonObject().put("paths", all))
        .map(Message::body)
        .map(reply -> new Enqueued(reply.getInteger("added"), reply.getInteger("queued")));
  }

  @Override
  public Future<List<String>> drainStaleSummaryPaths() {
    return actor
        .write("drainStaleSummaryPaths", null)
        .map(
            reply ->
                reply.body().getJsonArray("paths").stream().map(path -> (String) path).toList());
  }

  @Override
  public Future<DreamState> recordDream(String logId) {
    Objects.requireNonNull(logId, "logId is null");
    return write("recordDream", new JsonObject().put("logId", logId));
  }

  @Override
  public Future<DreamState> recordDream(String logId, Instant completedAt, long curationsSeen) {
    JsonObject dream = json(new LastDream(logId, completedAt));
    Arguments.inRange("curationsSeen", curationsSeen, 0, GateOptions.MAX_COUNT);
    return write("recordDream", dream.put("curationsSeen", curationsSeen));
  }

  @Override
  public Future<DreamState> forgetDream(
      String logId, Optional<LastDream> previous, long curations) {
    Objects.requireNonNull(logId, "logId is null");
    Arguments.inRange("curations", curations, 0, GateOptions.MAX_COUNT);
    JsonObject body = new JsonObject().put("logId", logId);
    previous.ifPresent(dream -> body.put("previous", json(dream)));
    return write("forgetDream", body.put("curations", curations));
  }

  private static JsonObject json(LastDream dream) {
    return new JsonObject()
        .put("logId", dream.logId())
        .put("completedAt", dream.completedAt().toEpochMilli());
  }

  private Future<DreamState> write(String action, JsonObject body) {
    return actor.write(action, body).map(StateClientImpl::state);
  }

  private static DreamState state(Message<JsonObject> reply) {
    return DreamState.fromJson(
        reply.body(), reply.headers().get("revision"), reply.headers().get("degraded"));
  }
}
