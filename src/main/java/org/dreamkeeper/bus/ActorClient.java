package org.dreamkeeper.bus;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonObject;
import java.util.function.LongSupplier;

/**
 * Sends requests to one actor: sets {@code action}, {@code deadline} and, on a cluster, {@code
 * node}, and makes each failure a {@link DreamkeeperException}. Stateless and safe from any thread;
 * futures complete on the caller's context.
 */
public final class ActorClient {
  /** How long an answer is waited for unless set otherwise, ms. */
  public static final long DEFAULT_TIMEOUT_MS = 30_000;

  private final Vertx vertx;
  private final String address;
  private final long timeoutMs;
  private final LongSupplier clock;
  private final String node;

  /**
   * Makes a client.
   *
   * @param vertx the caller's
   * @param address the actor's, such as {@code dream.state}
   * @param timeoutMs how long an answer is waited for, at least 1
   * @param clock ms since 1970, in step with the host's
   * @throws IllegalArgumentException if the timeout is below 1
   */
  public ActorClient(Vertx vertx, String address, long timeoutMs, LongSupplier clock) {
    if (timeoutMs < 1) {
      throw new IllegalArgumentException(
          "timeoutMs is " + timeoutMs + " for " + address + ", expected at least 1");
    }
    this.vertx = vertx;
    this.address = address;
    this.timeoutMs = timeoutMs;
    this.clock = clock;
    this.node = ClusterNodes.own(vertx);
  }

  /**
   * Sends a request.
   *
   * @param action the action
   * @param body the body, or null
   * @return the reply; fails with a {@link DreamkeeperException}
   */
  public Future<Message<JsonObject>> send(String action, JsonObject body) {
    return send(action, body, new DeliveryOptions(), 0);
  }

  /**
   * Sends a request with more headers.
   *
   * @param action the action
   * @param body the body, or null
   * @param options its headers go along
   * @param extraMs how long the actor itself may take before it answers
   * @return the reply; fails with a {@link DreamkeeperException}
   */
  public Future<Message<JsonObject>> send(
      String action, JsonObject body, DeliveryOptions options, long extraMs) {
    long patience = timeoutMs + extraMs;
    options
        .addHeader("action", action)
        .addHeader("deadline", Long.toString(clock.getAsLong() + patience))
        .setSendTimeout(patience);
    if (node != null) {
      options.addHeader("node", node);
    }
    return vertx
        .eventBus()
        .<JsonObject>request(address, body, options)
        .recover(failure -> Future.failedFuture(DreamkeeperException.of(failure)));
  }

  /**
   * Makes the options of a request that carries the fence.
   *
   * @param token the lock token, or null
   * @return the options
   */
  public static DeliveryOptions fenced(Long token) {
    DeliveryOptions options = new DeliveryOptions();
    return token == null ? options : options.addHeader("token", Long.toString(token));
  }
}
