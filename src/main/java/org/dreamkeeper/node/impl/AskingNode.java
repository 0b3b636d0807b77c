package org.dreamkeeper.node.impl;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.json.JsonObject;
import java.util.Set;
import org.dreamkeeper.bus.impl.async.Time;
import org.dreamkeeper.bus.impl.text.Log;
import org.slf4j.Logger;

/** A node without a database: it serves nothing, and asks the others who serves what. */
public final class AskingNode {
  private static final Logger LOG = Log.of(AskingNode.class);
  private static final long ROUTES_MS = 5_000;

  private final Vertx vertx;
  private final Time time;
  private final NodeFront front;
  private Runnable next = () -> {};

  /** Makes one. */
  public AskingNode(Vertx vertx, Time time) {
    this.vertx = vertx;
    this.time = time;
    this.front = new NodeFront(vertx, time, NodeFront.name(vertx), null, what -> {});
  }

  /** Completes when these projects are reached. */
  public Future<Void> start(Set<String> projects) {
    return front
        .bus()
        .start()
        .compose(
            heard -> {
              askForRoutes();
              return front.reach(projects);
            });
  }

  private void askForRoutes() {
    vertx
        .eventBus()
        .<JsonObject>request(
            NodeService.PUBLIC,
            null,
            new DeliveryOptions().addHeader("action", NodeService.ROUTES).setSendTimeout(ROUTES_MS))
        .onSuccess(known -> front.routes().learn(known.body()))
        .onFailure(failure -> LOG.debug("no node says who serves what", failure))
        .onComplete(end -> next = time.schedule(ROUTES_MS, this::askForRoutes));
  }

  /** Leaves; never fails. */
  public Future<Void> stop() {
    next.run();
    return front.stop();
  }
}
