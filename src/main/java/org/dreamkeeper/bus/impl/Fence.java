package org.dreamkeeper.bus.impl;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
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
  private final Mailbox mailbox;
  private final PeerQuestions questions;
  private final Runnable moved;
  // Read by worker threads.
  private volatile long holder;
  private volatile long used;

  /**
   * Makes a fence that lets no token through, but that of a holder who has kept the lock.
   *
   * @param peerActions what else the other actors may ask of this one, by action
   * @param moved told after each move, on the actor's event loop
   */
  public Fence(
      Project project,
      String name,
      Mailbox mailbox,
      Map<String, Function<JsonObject, Future<JsonObject>>> peerActions,
      Runnable moved) {
    this.mailbox = mailbox;
    this.holder = project.residents().kept();
    Map<String, Function<JsonObject, Future<JsonObject>>> all = new HashMap<>(peerActions);
    all.put("fence", body -> move(body.getLong("token")));
    all.put("used", body -> used(body.getLong("token")));
    this.questions = new PeerQuestions(project, name, all);
    this.moved = moved;
  }

  /** Begins to listen to the lock; completes when it hears. */
  public Future<Void> start(Vertx vertx) {
    return questions.start(vertx);
  }

  /** Stops listening; never fails. */
  public Future<Void> stop() {
    return questions.stop();
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

  private Future<JsonObject> used(long token) {
    return Future.succeededFuture(new JsonObject().put("used", used == token));
  }

  private Future<JsonObject> move(long token) {
    holder = token;
    moved.run();
    return mailbox.settled().map(new JsonObject());
  }
}
