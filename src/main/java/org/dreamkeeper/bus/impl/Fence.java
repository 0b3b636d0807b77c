package org.dreamkeeper.bus.impl;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import org.dreamkeeper.bus.DreamkeeperException;
import org.dreamkeeper.bus.FailureCode;

/**
 * What state and log know of the lock: whose token may write. And the actor's peer address, on
 * which the lock tells it.
 *
 * <p>When the lock moves the fence, writes with any other token are refused from that moment, and
 * the lock hears back when no write that began before is still under way. (The fencing token of
 * Kleppmann, "How to do distributed locking", checked where the write is done.)
 */
public final class Fence {
  private final Project project;
  private final String name;
  private final Mailbox mailbox;
  private final Map<String, Function<JsonObject, Future<JsonObject>>> peerActions;
  private final Runnable moved;
  // Read by worker threads.
  private volatile long holder;
  private volatile long used;
  private MessageConsumer<Object> consumer;

  /**
   * Makes a fence that lets no token through.
   *
   * @param peerActions what else the lock may ask of this actor, by action
   * @param moved told after each move, on the actor's event loop
   */
  public Fence(
      Project project,
      String name,
      Mailbox mailbox,
      Map<String, Function<JsonObject, Future<JsonObject>>> peerActions,
      Runnable moved) {
    this.project = project;
    this.name = name;
    this.mailbox = mailbox;
    this.peerActions = new HashMap<>(peerActions);
    this.peerActions.put("fence", body -> move(body.getLong("token")));
    this.peerActions.put("used", body -> used(body.getLong("token")));
    this.moved = moved;
  }

  /** Begins to listen to the lock; completes when it hears. */
  public Future<Void> start(Vertx vertx) {
    consumer = vertx.eventBus().localConsumer(project.peer(name), this::receive);
    return consumer.completion();
  }

  /** Stops listening; never fails. */
  public Future<Void> stop() {
    return Starts.undone(consumer);
  }

  /** Gives the token that may write; 0 while nobody holds the lock. */
  public long holder() {
    return holder;
  }

  /**
   * Checks a request's token, and notes that the holder has come to write; one without a token is
   * not fenced.
   *
   * @throws DreamkeeperException SUPERSEDED
   */
  public void check(Request request) {
    long now = holder;
    Long token = request.token();
    if (token != null && (token == 0 || token != now)) {
      String since = now == 0 ? "" : " any longer";
      throw new DreamkeeperException(
          FailureCode.SUPERSEDED, "token " + token + " does not hold the lock" + since);
    }
    if (token != null && request.writes()) {
      used = token;
    }
  }

  /** Tells whether a request may go on; one that may not is answered. */
  public boolean admits(Request request) {
    try {
      check(request);
      return true;
    } catch (DreamkeeperException superseded) {
      request.fail(superseded);
      return false;
    }
  }

  private void receive(Message<Object> message) {
    answer(message.headers().get("action"), message.body())
        .onSuccess(message::reply)
        .onFailure(
            failure -> {
              DreamkeeperException refusal = DreamkeeperException.of(failure);
              message.fail(refusal.failureCode(), refusal.getMessage());
            });
  }

  private Future<JsonObject> answer(String action, Object body) {
    Function<JsonObject, Future<JsonObject>> peerAction = peerActions.get(String.valueOf(action));
    if (peerAction == null || !(body instanceof JsonObject details)) {
      return refused(action);
    }
    try {
      return peerAction.apply(details);
    } catch (ClassCastException | NullPointerException malformed) {
      return refused(action);
    } catch (Throwable failure) {
      return Future.failedFuture(failure);
    }
  }

  private static Future<JsonObject> refused(String action) {
    return Future.failedFuture(
        new DreamkeeperException(
            FailureCode.INVALID_REQUEST, ErrorText.show(action) + " is no question of a peer's"));
  }

  private Future<JsonObject> used(long token) {
    return Future.succeededFuture(new JsonObject().put("used", used == token));
  }

  private Future<JsonObject> move(long token) {
    holder = token;
    moved.run();
    return mailbox.settled().map(new JsonObject());
  }
}
