package org.dreamkeeper.bus.impl;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.core.json.JsonObject;
import org.dreamkeeper.bus.DreamkeeperException;
import org.dreamkeeper.bus.FailureCode;

/**
 * How the actors of one deployment speak to each other: by message only. Safe from any thread;
 * futures complete on the caller's context and fail with a {@link DreamkeeperException}.
 */
public record Peers(Vertx vertx, Project project) {
  /** How often somebody is asked the same, which may be asked twice: long work is no silence. */
  private static final int TRIES = 12;

  private static final long TIMEOUT_MS = 10_000;

  /** Asks what actors ask each other alone. */
  public Future<JsonObject> ask(String actor, String action, JsonObject body) {
    return send(project.peer(actor), actor, action, body, TRIES);
  }

  /** Makes a request of the contract, one that changes nothing when it is made twice. */
  public Future<JsonObject> request(String actor, String action, JsonObject body) {
    return send(project.listensAt(actor), actor, action, body, TRIES);
  }

  private Future<JsonObject> send(
      String address, String actor, String action, JsonObject body, int tries) {
    DeliveryOptions options =
        new DeliveryOptions()
            .addHeader("action", action)
            .setLocalOnly(true)
            .setSendTimeout(TIMEOUT_MS);
    return vertx
        .eventBus()
        .<JsonObject>request(address, body, options)
        .map(Message::body)
        .recover(
            failure ->
                tries > 1 && timedOut(failure)
                    ? send(address, actor, action, body, tries - 1)
                    : Future.failedFuture(unanswered(actor, failure)));
  }

  private static boolean timedOut(Throwable failure) {
    return failure instanceof ReplyException bus && bus.failureType() == ReplyFailure.TIMEOUT;
  }

  private static DreamkeeperException unanswered(String actor, Throwable failure) {
    DreamkeeperException known = DreamkeeperException.of(failure);
    if (known.code() != null) {
      return known;
    }
    // Not in the bus's own words: they name the address.
    return timedOut(failure)
        ? new DreamkeeperException(
            FailureCode.STORAGE_FAILED,
            "the " + actor + " gave no answer for " + TRIES * TIMEOUT_MS / 1000 + " s")
        : new DreamkeeperException(FailureCode.NOT_SERVING, "the " + actor + " is gone");
  }
}
