package org.dreamkeeper.node.impl;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.dreamkeeper.bus.impl.ClusterNodes;
import org.dreamkeeper.bus.impl.Log;
import org.dreamkeeper.bus.impl.ProjectThreads;
import org.dreamkeeper.bus.impl.Time;
import org.dreamkeeper.postgres.NodeLook;
import org.dreamkeeper.postgres.NodeTable;
import org.slf4j.Logger;

/** A node: its membership, the projects that it serves, and its gateway to all of them. */
public final class NodeService implements Hosting.Listener {
  /** Where a process asks that is on the cluster, and is no node. */
  public static final String PUBLIC = "dreamkeeper";

  private static final Logger LOG = Log.of(NodeService.class);
  private static final String ROUTES = "dreamkeeper-routes";
  private static final long ROUTES_MS = 5_000;

  private final Vertx vertx;
  private final Time time;
  private final NodeTable table;
  private final String self;
  private final ProjectThreads threads;
  private final Membership membership;
  private final Hosting hosting;
  private final Reception reception;
  private final Routes routes = new Routes(this::changed);
  private final Gateway gateway;
  private final NodeBus bus;
  private final Set<String> awaited = new HashSet<>();
  private final Promise<Void> served = Promise.promise();
  private final Set<String> everNodes = ConcurrentHashMap.newKeySet();
  private volatile Set<String> nodes = Set.of();
  private Set<String> leaving = Set.of();
  private boolean looked;
  private MessageConsumer<Object> publicly;
  private Runnable next = () -> {};

  /**
   * Makes a node.
   *
   * @param table null for one that serves nothing, and asks the others
   * @param opener opens what it is to serve
   */
  public NodeService(Vertx vertx, Time time, NodeTable table, Hosting.Opener opener) {
    this.vertx = vertx;
    this.time = time;
    this.table = table;
    this.threads = new ProjectThreads(vertx, "node");
    String onCluster = ClusterNodes.own(vertx);
    this.self = onCluster == null ? UUID.randomUUID().toString() : onCluster;
    this.everNodes.add(self);
    this.nodes = Set.of(self);
    this.membership = table == null ? null : new Membership(table, time, true, self);
    this.hosting = table == null ? null : new Hosting(table, membership, time, opener, this);
    this.reception = table == null ? null : new Reception(vertx, time, hosting);
    this.gateway = new Gateway(vertx, time, routes, reception, self);
    this.bus = new NodeBus(vertx, self, this::heard);
  }

  /** How it is called on the bus. */
  public String self() {
    return self;
  }

  /** Says why it must not serve now, or null. Safe from any thread. */
  public String obstacle() {
    return membership.obstacle();
  }

  /**
   * Names the nodes on which holders of a lock may live: of those that ever were nodes of this
   * database its rows decide, of all others the cluster. May block; safe from any thread.
   */
  public Set<String> living() {
    Set<String> living = new HashSet<>(ClusterNodes.all(vertx));
    living.removeAll(everNodes);
    living.addAll(nodes);
    return living;
  }

  private void there(NodeLook look) {
    Set<String> there = new HashSet<>();
    look.nodes().forEach(node -> there.add(node.about().getString("bus")));
    there.remove(null);
    everNodes.addAll(there);
    there.removeAll(leaving);
    nodes = Set.copyOf(there);
  }

  /** Enters a project that any node may serve; gives the settings that stand. */
  public Future<JsonObject> enter(String project, JsonObject settings) {
    awaited.add(project);
    return table.enterProject(project, true, settings);
  }

  /** Becomes a node. {@link #enter} is to follow, then {@link #serve}. */
  public Future<Void> join() {
    return bus.start()
        .compose(
            heard ->
                table == null
                    ? Future.succeededFuture()
                    : reception.start(self).compose(listening -> membership.enter()));
  }

  /** Begins to serve; completes when all that was entered is served somewhere. */
  public Future<Void> serve(Set<String> asked) {
    awaited.addAll(asked);
    gateway.start();
    if (table == null) {
      askForRoutes();
    } else {
      publicly = vertx.eventBus().consumer(PUBLIC, this::receive);
      membership.watch(new Looked(), null);
    }
    allServed();
    return served.future().compose(all -> listening());
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

  /** What is done at each look. */
  private final class Looked implements Membership.Looked {
    @Override
    public Future<Void> see(NodeLook look) {
      there(look);
      routes.looked(look);
      looked = true;
      allServed();
      return threads
          .executor()
          .run(() -> Set.copyOf(ClusterNodes.all(vertx)))
          .compose(
              members -> {
                hosting.reaches(
                    node -> members.isEmpty() || members.contains(node.about().getString("bus")));
                return hosting.see(look);
              });
    }

    @Override
    public Future<Void> expelled() {
      return hosting.expelled();
    }
  }

  private void changed(String project) {
    gateway.changed(project);
    bus.relay(project);
    allServed();
  }

  private void allServed() {
    if ((table == null || looked) && awaited.stream().allMatch(each -> routes.of(each) != null)) {
      served.tryComplete();
    }
  }

  @Override
  public void serving(String project, long term) {
    bus.tell(JsonObject.of("serving", project, "node", self, "term", term));
    routes.serving(project, new Route(self, term));
  }

  @Override
  public void passed(String project, String to) {
    bus.tell(JsonObject.of("passed", project, "to", to));
  }

  private void heard(JsonObject what) {
    if (what.containsKey("serving")) {
      Route now = new Route(what.getString("node"), what.getLong("term"));
      routes.serving(what.getString("serving"), now);
    } else if (hosting != null && membership.id().equals(what.getString("to"))) {
      hosting.open(what.getString("passed"));
    }
  }

  private void receive(Message<Object> message) {
    if (ROUTES.equals(message.headers().get("action"))) {
      message.reply(routes.toJson());
    } else {
      String project = message.headers().get("project");
      gateway.receive(project, message.headers().get("actor"), message, null);
    }
  }

  private void askForRoutes() {
    vertx
        .eventBus()
        .<JsonObject>request(
            PUBLIC,
            null,
            new DeliveryOptions().addHeader("action", ROUTES).setSendTimeout(ROUTES_MS))
        .onSuccess(known -> routes.learn(known.body()))
        .onFailure(failure -> LOG.debug("no node says who serves what", failure))
        .onComplete(end -> next = time.schedule(ROUTES_MS, this::askForRoutes));
  }

  /** Hands all over, and leaves; never fails. */
  public Future<Void> stop() {
    next.run();
    // Who lives here does not outlive it.
    leaving = Set.of(self);
    Set<String> others = new HashSet<>(nodes);
    others.remove(self);
    nodes = Set.copyOf(others);
    Future<?> handed =
        table == null || membership.id() == null
            ? Future.succeededFuture()
            : membership
                .drain()
                .compose(end -> hosting.drain())
                .transform(end -> membership.leave());
    return handed
        .transform(end -> gateway.stop())
        .transform(end -> reception == null ? Future.succeededFuture() : reception.stop())
        .transform(end -> publicly == null ? Future.<Void>succeededFuture() : publicly.unregister())
        .transform(end -> bus.stop())
        .transform(end -> threads.finish(() -> null).otherwiseEmpty())
        .transform(end -> table == null ? Future.<Void>succeededFuture() : table.close());
  }
}
