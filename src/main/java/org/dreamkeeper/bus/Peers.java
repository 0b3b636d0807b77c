package org.dreamkeeper.bus;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.core.json.JsonObject;

/**
 * How the actors of one deployment speak to each other: by message only. Safe from any thread;
 * futures complete on the caller's context and fail with a {@link DreamkeeperException}.
 */
public final class Peers {
  private final Vertx vertx;
  private final Project project;

  /**
   * Makes it.
   *
   * @param vertx the asking actor's
   * @param project whose actors
   */
  public Peers(Vertx vertx, Project project) {
    this.vertx = vertx;
    this.project = project;
  }

  /**
   * Asks what actors ask each other alone.
   *
   * @param actor {@code state} or {@code log}
   * @param action the question
   * @param body its details
   * @return the answer
   */
  public Future<JsonObject> ask(String actor, String action, JsonObject body) {
    return send(project.peer(actor), actor, action, body);
  }

  /**
   * Makes a request of the contract.
   *
   * @param actor {@code state}, {@code lock} or {@code log}
   * @param action the action
   * @param body its body, or null
   * @return the reply
   */
  public Future<JsonObject> request(String actor, String action, JsonObject body) {
    return send(project.address(actor), actor, action, body);
  }

  private Future<JsonObject> send(String address, String actor, String action, JsonObject body) {
    DeliveryOptions options =
        new DeliveryOptions()
            .addHeader("action", action)
            .setLocalOnly(true)
            .setSendTimeout(Mailbox.STALL_MS);
    return vertx
        .eventBus()
        .<JsonObject>request(address, body, options)
        .map(Message::body)
        .recover(failure -> Future.failedFuture(unanswered(actor, failure)));
  }

  private static DreamkeeperException unanswered(String actor, Throwable failure) {
    DreamkeeperException known = DreamkeeperException.of(failure);
    if (known.code() != null) {
      return known;
    }
    boolean gone =
        failure instanceof ReplyException bus && bus.failureType() == ReplyFailure.NO_HANDLERS;
    return new DreamkeeperException(
        gone ? FailureCode.NOT_SERVING : FailureCode.STORAGE_FAILED,
        "the " + actor + " did not answer: " + failure.getMessage());
  }
}
