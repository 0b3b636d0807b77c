package org.dreamkeeper.node.impl;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Optional;
import org.dreamkeeper.bus.impl.async.Time;
import org.dreamkeeper.bus.impl.text.Log;
import org.dreamkeeper.postgres.NodeLook;
import org.dreamkeeper.postgres.NodeLook.Node;
import org.dreamkeeper.postgres.NodeTable;
import org.dreamkeeper.store.InUseException;
import org.slf4j.Logger;

/**
 * A node that serves one project, and no other: it waits until nobody else serves it. Confined to
 * one context, but for {@link #obstacle} and {@link #mayLive}.
 */
public final class LoneNode implements Membership.Looked {
  private static final Logger LOG = Log.of(LoneNode.class);

  private final NodeTable table;
  private final Membership membership;
  private final String project;
  private final NamedNodes named = new NamedNodes();
  private final Promise<String> claimed = Promise.promise();
  private boolean waits = true;
  private Optional<Node> server = Optional.empty();
  private volatile boolean alone;

  /**
   * Makes it; nothing is connected yet.
   *
   * @param socket the path of the Unix socket by which it is asked; null if it has none
   * @throws IllegalArgumentException if that is not the URI of a database
   */
  public LoneNode(Vertx vertx, Time time, String uri, String project, String socket) {
    this.table = new NodeTable(vertx, uri);
    this.membership = new Membership(table, time, false, Whereabouts.own(null, socket));
    this.project = project;
  }

  /** What its store is opened on. */
  public NodeTable table() {
    return table;
  }

  /** Waits for the project, and gives the id of the node that is to serve it. */
  public Future<String> claim(JsonObject settings) {
    return membership
        .enter()
        .compose(entered -> table.enterProject(project, false, settings))
        .compose(
            entered -> {
              membership.watch(this, project);
              return claimed.future();
            });
  }

  /** Claims it as {@link #claim} does, but fails as soon as whoever serves it is seen to live. */
  public Future<String> claimUnlessServed(JsonObject settings) {
    waits = false;
    return claim(settings);
  }

  @Override
  public Future<Void> see(NodeLook look) {
    named.looked(look);
    alone = look.nodes().size() == 1;
    boolean mine =
        look.projects().stream()
            .anyMatch(each -> each.name().equals(project) && membership.id().equals(each.node()));
    if (mine) {
      return Future.succeededFuture();
    }
    // Also one that others took for dead, as long as nobody else has come.
    return table
        .claim(membership.id(), 1, List.of(project), List.of())
        .map(
            names -> {
              if (!names.isEmpty()) {
                claimed.tryComplete(membership.id());
              } else if (!claimed.future().isComplete()) {
                served(Membership.server(look, project));
              }
              return null;
            });
  }

  private void served(Optional<Node> now) {
    String by = project + " is served by " + now.map(Node::who).orElse("nobody");
    if (waits && server.isEmpty()) {
      LOG.info("{}: waiting", by);
    }
    boolean lives = now.isPresent() && server.isPresent() && now.get().beat() > server.get().beat();
    if (!waits && lives && now.get().id().equals(server.get().id())) {
      claimed.tryFail(new InUseException(by));
    }
    server = now;
  }

  /** The store's own row says who serves now, if anybody does. */
  @Override
  public Future<Void> expelled() {
    return Future.succeededFuture();
  }

  /**
   * Says why the node must not serve now, or null: where nobody is there to serve in its place, the
   * database says what it lets be done. Safe from any thread.
   */
  public String obstacle() {
    return alone ? null : membership.obstacle();
  }

  /**
   * Tells whether a holder of the lock may still live on a node: where it had a row, that decides;
   * of others nothing is known, so that their leases alone end them. Safe from any thread.
   */
  public boolean mayLive(String bus) {
    return named.stands(bus).orElse(true);
  }

  /** Waits no longer. */
  public void cancel() {
    claimed.tryFail("it was stopped before it served");
  }

  /** Leaves; never fails. The store must be closed. */
  public Future<Void> close() {
    cancel();
    return membership.leave().compose(left -> table.close());
  }
}
