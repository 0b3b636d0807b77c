package org.dreamkeeper.state;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import org.dreamkeeper.bus.DreamkeeperException;
import org.dreamkeeper.bus.FailureCode;
import org.dreamkeeper.bus.impl.Mailbox;
import org.dreamkeeper.bus.impl.Peers;
import org.dreamkeeper.bus.impl.Project;
import org.dreamkeeper.bus.impl.Request;

/**
 * Receives those who ask whether they may dream.
 *
 * <p>Lock and log are asked first, once for all who have come by then; only then do the requests
 * take their place in the actor's order. For the lock itself waits for the state: who waited for
 * the lock within that order would wait for ever.
 *
 * <p>Confined to the actor's event loop.
 */
final class Gatekeeper {
  private final Project project;
  private final Peers peers;
  private final GateOptions options;
  private final Mailbox mailbox;
  private final StateEngine engine;
  private final BiFunction<List<Request>, GateFacts, Future<Void>> judge;
  private final List<Request> waiting = new ArrayList<>();
  private final List<Promise<Void>> idle = new ArrayList<>();
  private boolean asking;
  private long lastAskedAt;

  /**
   * Makes it.
   *
   * @param judge answers requests by what lock and log say, in its turn
   */
  Gatekeeper(
      Project project,
      Peers peers,
      GateOptions options,
      Mailbox mailbox,
      StateEngine engine,
      BiFunction<List<Request>, GateFacts, Future<Void>> judge) {
    this.project = project;
    this.peers = peers;
    this.options = options;
    this.mailbox = mailbox;
    this.engine = engine;
    this.judge = judge;
  }

  /** Answers a request, later. */
  void receive(Request request) {
    if (waiting.size() >= project.maxPending()) {
      request.fail(FailureCode.BUSY, waiting.size() + " ask for the gates; try later");
      return;
    }
    request.park();
    waiting.add(request);
    ask();
  }

  /** Records a dream that only the log knows, before anybody holds the lock. */
  Future<Void> recordMissed() {
    if (asking) {
      return Future.succeededFuture();
    }
    asking = true;
    return lastDreams(new JsonObject(), lastAskedAt)
        .compose(facts -> mailbox.run(() -> judge.apply(List.of(), facts)))
        .onComplete(end -> next());
  }

  /** Completes when nobody waits. */
  Future<Void> idle() {
    Promise<Void> end = Promise.promise();
    idle.add(end);
    ask();
    return end.future();
  }

  private void ask() {
    if (asking) {
      return;
    }
    if (waiting.isEmpty()) {
      idle.forEach(Promise::complete);
      idle.clear();
      return;
    }
    asking = true;
    long before = lastAskedAt;
    List<Request> group = List.copyOf(waiting);
    waiting.clear();
    peers
        .request("lock", "status", null)
        .compose(lock -> lastDreams(lock, before))
        .compose(facts -> mailbox.run(() -> judge.apply(group, facts)))
        .onFailure(failure -> refuse(group, DreamkeeperException.of(failure)))
        .onComplete(end -> next());
    if (group.stream().anyMatch(request -> !request.body().getBoolean("quiet", false))) {
      lastAskedAt = project.time().millis();
    }
  }

  private void next() {
    asking = false;
    ask();
  }

  private Future<GateFacts> lastDreams(JsonObject lock, long before) {
    long undos = engine.undos();
    return peers
        .ask("log", "lastDreams", new JsonObject().put("now", project.time().millis()))
        .map(log -> new GateFacts(options, lock, log, before, undos));
  }

  private static void refuse(List<Request> group, DreamkeeperException failure) {
    group.forEach(request -> request.fail(failure));
  }
}
