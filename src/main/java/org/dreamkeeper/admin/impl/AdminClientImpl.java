package org.dreamkeeper.admin.impl;

import io.vertx.core.Future;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.dreamkeeper.admin.AdminClient;
import org.dreamkeeper.admin.Eviction;
import org.dreamkeeper.admin.Finding;
import org.dreamkeeper.admin.OperationDiff;
import org.dreamkeeper.admin.Overview;
import org.dreamkeeper.admin.UndoPlan;
import org.dreamkeeper.admin.UndoRequest;
import org.dreamkeeper.bus.impl.ActorClient;
import org.dreamkeeper.bus.impl.config.Arguments;

/** Asks the admin actor. */
public final class AdminClientImpl implements AdminClient {
  /** So long an undo waits for the lock. */
  private static final long LOCK_WAIT_MS = 5_000;

  private static final int MAX_REASON = 256;

  private final ActorClient actor;

  /** Makes a client. */
  public AdminClientImpl(ActorClient actor) {
    this.actor = actor;
  }

  @Override
  public Future<Overview> overview() {
    return actor.read("overview", null).map(reply -> Overview.of(reply.body()));
  }

  @Override
  public Future<OperationDiff> diff(String id, int operation) {
    Objects.requireNonNull(id, "id is null");
    JsonObject body = JsonObject.of("id", id, "operation", operation);
    return actor.read("diff", body).map(reply -> OperationDiff.of(reply.body()));
  }

  @Override
  public Future<UndoPlan> planUndo(UndoRequest request) {
    Objects.requireNonNull(request, "request is null");
    return undo(request, request.toJson().put("dryRun", true));
  }

  @Override
  public Future<UndoPlan> undo(UndoPlan plan) {
    Objects.requireNonNull(plan, "plan is null");
    return undo(plan.request(), plan.request().toJson().put("plan", plan.hash()));
  }

  private Future<UndoPlan> undo(UndoRequest request, JsonObject body) {
    long mayTakeMs = request.timeout().toMillis() + LOCK_WAIT_MS;
    return actor
        .write("undo", body, new DeliveryOptions(), mayTakeMs)
        .map(reply -> UndoPlan.of(request, reply.body()));
  }

  @Override
  public Future<List<Finding>> inspect() {
    return actor
        .read("inspect", null)
        .map(
            reply ->
                reply.body().getJsonArray("findings").stream()
                    .map(JsonObject.class::cast)
                    .map(Finding::of)
                    .toList());
  }

  @Override
  public Future<Instant> cancel(long token, String reason) {
    return write("cancel", because(reason).put("token", token))
        .map(reply -> Instant.ofEpochMilli(reply.getLong("expiresAt")));
  }

  @Override
  public Future<Eviction> evict(long token, String reason) {
    return evict(because(reason).put("token", token));
  }

  @Override
  public Future<Eviction> evictForeign(long pid, String reason) {
    return evict(because(reason).put("pid", pid));
  }

  private Future<Eviction> evict(JsonObject body) {
    return write("evict", body)
        .map(
            reply ->
                new Eviction(
                    reply.getBoolean("completed"),
                    Optional.of(reply.getLong("lastCompletedAt"))
                        .filter(ms -> ms != 0)
                        .map(Instant::ofEpochMilli)));
  }

  private static JsonObject because(String reason) {
    Objects.requireNonNull(reason, "reason is null");
    return new JsonObject().put("reason", Arguments.text("reason", reason, MAX_REASON));
  }

  @Override
  public Future<String> setAside(String id) {
    Objects.requireNonNull(id, "id is null");
    return write("setAside", new JsonObject().put("id", id)).map(reply -> reply.getString("file"));
  }

  @Override
  public Future<Void> putBack(String file, Collection<String> fields) {
    Objects.requireNonNull(file, "file is null");
    JsonArray all = new JsonArray(Arguments.listed("fields", fields));
    return write("putBack", new JsonObject().put("file", file).put("fields", all)).mapEmpty();
  }

  private Future<JsonObject> write(String action, JsonObject body) {
    return actor.write(action, body).map(reply -> reply.body());
  }
}
