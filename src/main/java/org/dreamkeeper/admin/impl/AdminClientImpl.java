package org.dreamkeeper.admin.impl;

import io.vertx.core.Future;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.json.JsonObject;
import java.util.Objects;
import org.dreamkeeper.admin.AdminClient;
import org.dreamkeeper.admin.OperationDiff;
import org.dreamkeeper.admin.Overview;
import org.dreamkeeper.admin.UndoPlan;
import org.dreamkeeper.admin.UndoRequest;
import org.dreamkeeper.bus.impl.ActorClient;

/** Asks the admin actor. */
public final class AdminClientImpl implements AdminClient {
  /** So long an undo waits for the lock. */
  private static final long LOCK_WAIT_MS = 5_000;

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
}
