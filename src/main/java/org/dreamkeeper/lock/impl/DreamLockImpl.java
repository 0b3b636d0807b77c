package org.dreamkeeper.lock.impl;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Function;
import org.dreamkeeper.bus.impl.ActorClient;
import org.dreamkeeper.lock.AcquireOptions;
import org.dreamkeeper.lock.DreamLock;
import org.dreamkeeper.lock.Reclaimed;
import org.dreamkeeper.log.LogClient;
import org.dreamkeeper.state.StateClient;

/** A grant, and the clients that carry its token. An end that it asked for is never a loss. */
public final class DreamLockImpl implements DreamLock {
  /** How often a lost answer may be asked for again while the lease lasts. */
  private static final int ANSWERS_PER_LEASE = 6;

  private final JsonObject grant;
  private final ActorClient actor;
  private final StateClient state;
  private final LogClient log;
  private final Promise<String> lost;
  private final Promise<String> cancelled;
  private volatile Instant expiresAt;
  private volatile boolean ending;

  DreamLockImpl(
      JsonObject grant,
      ActorClient actor,
      Function<ActorClient.Hold, StateClient> state,
      Function<ActorClient.Hold, LogClient> log) {
    this.grant = grant;
    this.expiresAt = Instant.ofEpochMilli(grant.getLong("expiresAt"));
    long leaseMs = grant.getLong("expiresAt") - grant.getLong("acquiredAt");
    ActorClient.Hold hold =
        new ActorClient.Hold(grant.getLong("token"), leaseMs / ANSWERS_PER_LEASE, this::lose);
    this.actor = actor.under(hold);
    this.state = state.apply(hold);
    this.log = log.apply(hold);
    this.lost = actor.promise();
    this.cancelled = actor.promise();
  }

  @Override
  public long token() {
    return grant.getLong("token");
  }

  @Override
  public Instant acquiredAt() {
    return Instant.ofEpochMilli(grant.getLong("acquiredAt"));
  }

  @Override
  public Instant expiresAt() {
    return expiresAt;
  }

  @Override
  public Optional<Instant> lastCompletedAt() {
    return LockClientImpl.completion(grant.getLong("priorMtime"));
  }

  @Override
  public Optional<Reclaimed> reclaimed() {
    return Optional.ofNullable(grant.getJsonObject("reclaimed")).map(Reclaimed::of);
  }

  @Override
  public StateClient state() {
    return state;
  }

  @Override
  public LogClient log() {
    return log;
  }

  @Override
  public Future<Instant> renew() {
    return renewed(null);
  }

  @Override
  public Future<Instant> renew(Duration lease) {
    long ms = new AcquireOptions().setLease(lease).getLease().toMillis();
    return renewed(new JsonObject().put("leaseMs", ms));
  }

  private Future<Instant> renewed(JsonObject body) {
    return write("renew", body)
        .onSuccess(reply -> heard(reply.getString("cancel")))
        .map(reply -> Instant.ofEpochMilli(reply.getLong("expiresAt")))
        .onSuccess(until -> expiresAt = until);
  }

  private void heard(String reason) {
    if (reason != null) {
      cancelled.tryComplete(reason);
    }
  }

  @Override
  public Future<Instant> release() {
    return ended("release", null).map(reply -> Instant.ofEpochMilli(reply.getLong("completedAt")));
  }

  @Override
  public Future<Optional<Instant>> releaseUndone(Optional<Instant> before) {
    long ms = before.map(Instant::toEpochMilli).orElse(0L);
    return ended("release", new JsonObject().put("completedAt", ms))
        .map(reply -> LockClientImpl.completion(reply.getLong("completedAt")));
  }

  @Override
  public Future<Optional<Instant>> rollback() {
    return ended("rollback", null).map(reply -> LockClientImpl.completion(reply.getLong("mtime")));
  }

  private Future<JsonObject> ended(String action, JsonObject body) {
    ending = true;
    return write(action, body);
  }

  private Future<JsonObject> write(String action, JsonObject body) {
    return actor.write(action, body).map(reply -> reply.body());
  }

  @Override
  public Future<String> cancelled() {
    return cancelled.future();
  }

  @Override
  public Future<String> lost() {
    return lost.future();
  }

  private void lose(String how) {
    if (!ending) {
      lost.tryComplete(how);
    }
  }
}
