package org.dreamkeeper.node.impl;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import org.dreamkeeper.bus.impl.ClusterNodes;
import org.dreamkeeper.bus.impl.async.Time;

/**
 * What each node has, whether it serves or only asks: the way to all projects, and an ear for what
 * the nodes tell each other. Confined to one context.
 */
final class NodeFront {
  private final Gateway gateway;
  private final NodeBus bus;
  private final Routes routes = new Routes(this::changed);
  private final Consumer<JsonObject> heard;
  private final Set<String> awaited = new HashSet<>();
  private final Promise<Void> reached = Promise.promise();
  private boolean asked;

  /**
   * Makes it.
   *
   * @param self how the node is called on the bus
   * @param reception what of it serves; null for a node that only asks
   * @param heard hears what the nodes tell, too
   */
  NodeFront(Vertx vertx, Time time, String self, Reception reception, Consumer<JsonObject> heard) {
    this.gateway = new Gateway(vertx, time, routes, reception, self);
    this.bus = new NodeBus(vertx, self, this::heard);
    this.heard = heard;
  }

  /** Names a node on the bus. */
  static String name(Vertx vertx) {
    String onCluster = ClusterNodes.own(vertx);
    return onCluster == null ? UUID.randomUUID().toString() : onCluster;
  }

  Gateway gateway() {
    return gateway;
  }

  Routes routes() {
    return routes;
  }

  NodeBus bus() {
    return bus;
  }

  /**
   * Completes when projects are served somewhere, all that are known, and are reached from here.
   */
  Future<Void> reach(Set<String> projects) {
    awaited.addAll(projects);
    asked = true;
    gateway.start();
    look();
    return reached.future().compose(all -> listening());
  }

  /** Waits for the public addresses of all projects that are known; one may be taken. */
  private Future<Void> listening() {
    List<Future<Void>> all = new ArrayList<>();
    for (String project : routes.projects()) {
      Future<Void> listening = gateway.listening(project);
      all.add(awaited.contains(project) ? listening : listening.otherwiseEmpty());
    }
    return Future.all(all).mapEmpty();
  }

  private void changed(String project) {
    gateway.changed(project);
    bus.relay(project);
    look();
  }

  private void look() {
    if (asked && awaited.stream().allMatch(each -> routes.of(each) != null)) {
      reached.tryComplete();
    }
  }

  private void heard(JsonObject what) {
    if (what.containsKey("serving")) {
      Route now = new Route(what.getString("node"), what.getLong("term"));
      routes.serving(what.getString("serving"), now);
    }
    heard.accept(what);
  }

  /** Answers all who wait, and hears nothing more; never fails. */
  Future<Void> stop() {
    return gateway.stop().transform(end -> bus.stop());
  }
}
