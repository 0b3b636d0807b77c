package org.dreamkeeper.state.impl;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import org.dreamkeeper.bus.DreamkeeperException;
import org.dreamkeeper.bus.FailureCode;
import org.dreamkeeper.bus.impl.Mailbox;
import org.dreamkeeper.bus.impl.Peers;
import org.dreamkeeper.bus.impl.Project;
import org.dreamkeeper.bus.impl.Request;
import org.dreamkeeper.bus.impl.async.AsyncLoop;
import org.dreamkeeper.bus.impl.text.Log;
import org.dreamkeeper.state.GateOptions;
import org.slf4j.Logger;

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
  private static final Logger LOG = Log.of(Gatekeeper.class);

  private final Project project;
  private final Peers peers;
  private final GateOptions options;
  private final Mailbox mailbox;
  private final StateEngine engine;
  private final List<Request> waiting = new ArrayList<>();
  private Future<Void> recorded = Future.succeededFuture();
  private Future<Void> asking = Future.succeededFuture();
  private long lastAskedAt;

  Gatekeeper(
      Project project, Peers peers, GateOptions options, Mailbox mailbox, StateEngine engine) {
    this.project = project;
    this.peers = peers;
    this.options = options;
    this.mailbox = mailbox;
    this.engine = engine;
  }

  /** Answers a request, later. */
  void receive(Request request) {
    if (waiting.size() >= project.maxPending()) {
      request.fail(FailureCode.BUSY, waiting.size() + " ask for the gates; try later");
      return;
    }
    request.park();
    waiting.add(request);
    if (asking.isComplete()) {
      asking = AsyncLoop.whileTrue(this::ask);
    }
  }

  /** Records a dream that only the log knows, before anybody holds the lock; does not fail. */
  Future<Void> recordMissed() {
    String address = project.address("state");
    recorded =
        judge(List.of(), new JsonObject(), lastAskedAt)
            .onFailure(
                no ->
                    LOG.warn(
                        "{}: the last dream is looked for later: {}", address, no.getMessage()))
            .otherwiseEmpty();
    return recorded;
  }

  /** Completes when nobody waits. */
  Future<Void> idle() {
    return recorded.transform(end -> asking);
  }

  /** Answers all who have come; gives whether there was anybody. */
  private Future<Boolean> ask() {
    if (waiting.isEmpty()) {
      return Future.succeededFuture(false);
    }
    List<Request> group = List.copyOf(waiting);
    waiting.clear();
    long before = lastAskedAt;
    Future<Void> judged =
        peers.request("lock", "status", null).compose(lock -> judge(group, lock, before));
    if (group.stream().anyMatch(request -> !request.body().getBoolean("quiet", false))) {
      lastAskedAt = project.time().millis();
    }
    return judged
        .map(true)
        .otherwise(
            failure -> {
              group.forEach(request -> request.fail(DreamkeeperException.of(failure)));
              return true;
            });
  }

  /** Gives the facts that somebody knows already. */
  GateFacts facts(JsonObject lock, JsonObject dreams, long undos) {
    return new GateFacts(options, lock, dreams, lastAskedAt, undos);
  }

  private Future<Void> judge(List<Request> group, JsonObject lock, long before) {
    long undos = engine.undos();
    JsonObject now = new JsonObject().put("now", project.time().millis());
    return peers
        .ask("log", "lastDreams", now)
        .map(log -> new GateFacts(options, lock, log, before, undos))
        .compose(facts -> mailbox.run(() -> engine.run(group, facts)));
  }
}
