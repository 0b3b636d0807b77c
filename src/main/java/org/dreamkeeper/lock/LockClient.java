package org.dreamkeeper.lock;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.function.LongSupplier;
import org.dreamkeeper.bus.impl.ActorClient;

/**
 * Speaks to the lock actor. Stateless and safe from any thread; futures complete on the caller's
 * context and fail with a {@link org.dreamkeeper.bus.DreamkeeperException}.
 *
 * <p>Arguments are not null unless they say so. What is out of range is refused by the actor, with
 * INVALID_REQUEST; each request can also fail with STORAGE_FAILED (look before another try), and
 * with what {@link org.dreamkeeper.bus.FailureCode} says of any.
 */
public final class LockClient {
  private static final long MAX_WAIT_MS = 86_400_000;

  private final ActorClient actor;

  /**
   * Makes a client.
   *
   * @param vertx the caller's
   * @param prefix the project's address prefix
   */
  public LockClient(Vertx vertx, String prefix) {
    this(vertx, prefix, ActorClient.DEFAULT_TIMEOUT_MS, System::currentTimeMillis);
  }

  /**
   * Makes a client with a timeout and clock of its own.
   *
   * @param vertx the caller's
   * @param prefix the project's address prefix
   * @param timeoutMs how long an answer is waited for, at least 1
   * @param clock ms since 1970, in step with the host's
   * @throws IllegalArgumentException if the timeout is below 1
   */
  public LockClient(Vertx vertx, String prefix, long timeoutMs, LongSupplier clock) {
    this(new ActorClient(vertx, prefix + ".lock", timeoutMs, clock));
  }

  private LockClient(ActorClient actor) {
    this.actor = actor;
  }

  /**
   * Makes a client that asks again where the answer to a request of a holder does not come, with
   * the same {@code requestId}, so that nothing is done twice.
   *
   * @param firstMs when for the first time, at least 1; each pause is twice the one before
   * @return another client
   */
  public LockClient askingAgain(long firstMs) {
    return new LockClient(actor.askingAgain(firstMs));
  }

  /**
   * Asks for the lock, with the lease that the host has set, without waiting.
   *
   * @param owner a name for messages, at most 256 characters, or null
   * @return the grant, or who holds it
   */
  public Future<Acquisition> tryAcquire(String owner) {
    return acquire(owner, null, 0);
  }

  /**
   * Asks for the lock.
   *
   * @param owner a name for messages, at most 256 characters, or null
   * @param leaseMs 1,000 to 86,400,000; null for what the host has set
   * @param waitMs how long to stand in line for it, 0 to 86,400,000
   * @return the grant, or who holds it still
   */
  public Future<Acquisition> acquire(String owner, Long leaseMs, long waitMs) {
    JsonObject body = new JsonObject().put("waitMs", waitMs);
    if (owner != null) {
      body.put("owner", owner);
    }
    if (leaseMs != null) {
      body.put("leaseMs", leaseMs);
    }
    // One that is out of range is refused by the actor, at once.
    long patience = Math.max(0, Math.min(waitMs, MAX_WAIT_MS));
    return actor
        .send("tryAcquire", body, new DeliveryOptions(), patience)
        .map(
            reply -> {
              JsonObject json = reply.body();
              return json.getBoolean("acquired")
                  ? new Acquisition(LockGrant.of(json), null, 0)
                  : new Acquisition(
                      null,
                      LockHolder.of(json.getJsonObject("holder")),
                      json.getInteger("waiting"));
            });
  }

  /**
   * Prolongs the lease; that succeeds as long as nobody else has taken the lock, even late.
   *
   * @param token the grant's
   * @param leaseMs from now, 1,000 to 86,400,000; null for the same length again
   * @return when it runs out now; fails with NOT_HOLDER
   */
  public Future<Instant> renew(long token, Long leaseMs) {
    JsonObject body = new JsonObject();
    if (leaseMs != null) {
      body.put("leaseMs", leaseMs);
    }
    return holding("renew", body, token)
        .map(reply -> Instant.ofEpochMilli(reply.getLong("expiresAt")));
  }

  /**
   * Ends a dream that completed. Repeated, it succeeds again and changes nothing.
   *
   * @param token the grant's
   * @return when the dream completed; fails with NOT_HOLDER
   */
  public Future<Instant> release(long token) {
    return released(token, null);
  }

  /**
   * Ends the undoing of the last dream: the one before it is the last completed one again.
   * Repeated, it succeeds again and changes nothing.
   *
   * @param token the grant's
   * @param completedAt when the dream before it completed, ms since 1970, 0 or more and not in the
   *     host's future; 0 if there was none
   * @return when the last dream completed now; fails with NOT_HOLDER
   */
  public Future<Instant> release(long token, long completedAt) {
    return released(token, new JsonObject().put("completedAt", completedAt));
  }

  private Future<Instant> released(long token, JsonObject body) {
    return holding("release", body, token)
        .map(reply -> Instant.ofEpochMilli(reply.getLong("completedAt")));
  }

  /**
   * Ends a dream that failed: the lock is as it was before. Repeated, it succeeds again and changes
   * nothing.
   *
   * @param token the grant's
   * @return when the last dream completed, ms since 1970; 0 if there was none. Fails with
   *     NOT_HOLDER
   */
  public Future<Long> rollback(long token) {
    return holding("rollback", null, token).map(reply -> reply.getLong("mtime"));
  }

  /**
   * Looks at the lock.
   *
   * @return how it stands
   */
  public Future<LockStatus> status() {
    return actor
        .send("status", null)
        .map(
            reply ->
                new LockStatus(
                    reply.body().getBoolean("held"),
                    LockHolder.of(reply.body().getJsonObject("holder")),
                    reply.body().getLong("lastCompletedAt"),
                    reply.body().getInteger("waiting")));
  }

  private Future<JsonObject> holding(String action, JsonObject body, long token) {
    return actor.write(action, body, ActorClient.fenced(token)).map(reply -> reply.body());
  }
}
