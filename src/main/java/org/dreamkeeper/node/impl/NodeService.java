package org.dreamkeeper.node.impl;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.json.JsonObject;
import java.util.Set;
import org.dreamkeeper.bus.impl.ClusterNodes;
import org.dreamkeeper.bus.impl.async.ProjectThreads;
import org.dreamkeeper.bus.impl.async.Time;
import org.dreamkeeper.postgres.NodeLook;
import org.dreamkeeper.postgres.NodeTable;

/** A node: its membership, the projects that it serves, and its way to all of them. */
public final class NodeService implements OpenProjects.Listener, Heirs.Listener {
  /** Where a process asks that is on the cluster, and is no node. */
  public static final String PUBLIC = "dreamkeeper";

  static final String ROUTES = "dreamkeeper-routes";

  private final Vertx vertx;
  private final NodeTable table;
  private final String self;
  private final ProjectThreads threads;
  private final Membership membership;
  private final OpenProjects projects;
  private final Heirs heirs;
  private final Hosting hosting;
  private final Reception reception;
  private final NodeFront front;
  private final NamedNodes named = new NamedNodes();
  private final Promise<Void> looked = Promise.promise();
  private volatile boolean leaving;
  private MessageConsumer<Object> publicly;

  /**
   * Makes a node.
   *
   * @param opener opens what it is to serve
   * @param socket the path of the Unix socket by which it is asked; null if it has none
   */
  public NodeService(
      Vertx vertx, Time time, NodeTable table, OpenProjects.Opener opener, String socket) {
    this.vertx = vertx;
    this.table = table;
    this.threads = new ProjectThreads(vertx, "node");
    this.self = NodeFront.name(vertx);
    this.membership = new Membership(table, time, true, Whereabouts.own(self, socket));
    this.projects = new OpenProjects(table, membership, time, opener, this);
    this.heirs = new Heirs(table, time, this);
    this.hosting = new Hosting(table, membership, time, projects, heirs);
    this.reception = new Reception(vertx, time, projects, membership);
    this.front = new NodeFront(vertx, time, self, reception, this::heard);
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
   * Tells whether holders of a lock may live there: of those that ever were nodes of this database
   * its rows decide, of all others the cluster. May block; safe from any thread.
   */
  public boolean lives(String node) {
    return node.equals(self)
        ? !leaving
        : named.stands(node).orElseGet(() -> ClusterNodes.all(vertx).contains(node));
  }

  /** Enters a project that any node may serve; gives the settings that stand. */
  public Future<JsonObject> enter(String project, JsonObject settings) {
    return table.enterProject(project, true, settings);
  }

  /** Becomes a node. {@link #enter} is to follow, then {@link #serve}. */
  public Future<Void> join() {
    return front
        .bus()
        .start()
        .compose(heard -> reception.start(self))
        .compose(listening -> membership.enter());
  }

  /** Begins to serve; completes when all of these are served somewhere. */
  public Future<Void> serve(Set<String> projects) {
    publicly = vertx.eventBus().consumer(PUBLIC, this::receive);
    membership.watch(new Looked(), null);
    return looked.future().compose(seen -> front.reach(projects));
  }

  /** What is done at each look. */
  private final class Looked implements Membership.Looked {
    @Override
    public Future<Void> see(NodeLook look) {
      named.looked(look);
      front.routes().looked(look);
      looked.tryComplete();
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

  @Override
  public void serving(String project, long term) {
    front.bus().tell(JsonObject.of("serving", project, "node", self, "term", term));
    front.routes().serving(project, new Route(self, term));
  }

  @Override
  public void passed(String project, String to) {
    front.bus().tell(JsonObject.of("passed", project, "to", to));
  }

  private void heard(JsonObject what) {
    if (what.containsKey("serving")) {
      heirs.serving(what.getString("serving"));
    } else if (what.getString("to", "").equals(membership.id())) {
      projects.open(what.getString("passed"));
    }
  }

  private void receive(Message<Object> message) {
    if (ROUTES.equals(message.headers().get("action"))) {
      message.reply(front.routes().toJson());
    } else {
      String project = message.headers().get("project");
      front.gateway().receive(project, message.headers().get("actor"), message, null);
    }
  }

  /** Hands all over, and leaves; never fails. */
  public Future<Void> stop() {
    // Who lives here does not outlive it.
    leaving = true;
    Future<?> handed =
        membership.id() == null
            ? Future.succeededFuture()
            : membership
                .drain()
                .compose(end -> hosting.drain())
                .transform(end -> membership.leave());
    return handed
        .transform(end -> front.stop())
        .transform(end -> reception.stop())
        .transform(end -> publicly == null ? Future.<Void>succeededFuture() : publicly.unregister())
        .transform(end -> threads.finish(() -> null).otherwiseEmpty())
        .transform(end -> table.close());
  }
}
