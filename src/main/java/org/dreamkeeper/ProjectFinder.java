package org.dreamkeeper;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.util.Optional;
import org.dreamkeeper.Projects.Found;
import org.dreamkeeper.node.impl.Whereabouts;
import org.dreamkeeper.postgres.NodeLook.Node;
import org.dreamkeeper.postgres.NodeTable;
import org.dreamkeeper.postgres.ProjectLook;

/**
 * Looks who serves a project of a database. A process of this machine is alive or dead; of another
 * one its beats tell.
 */
record ProjectFinder(Vertx vertx, DreamkeeperOptions options, NodeTable table) {
  private static final long LOOK_MS = 250;

  /** A living node beats each second, and twice as fast where a beat was lost. */
  private static final int LOOKS = 20;

  ProjectFinder(Vertx vertx, DreamkeeperOptions options) {
    this(vertx, options, new NodeTable(vertx, options.getPostgres()));
  }

  Future<Optional<Found>> find() {
    return look()
        .compose(
            look ->
                look.isEmpty()
                    ? Future.succeededFuture(Optional.<Found>empty())
                    : found(look.get()).map(Optional::of))
        .recover(failure -> Future.failedFuture(IdleProject.told(options.place(), failure)))
        .eventually(table::close);
  }

  private Future<Optional<ProjectLook>> look() {
    return table.find(options.getAddress());
  }

  private Future<Found> found(ProjectLook look) {
    JsonObject json = options.toJson();
    if (look.settings() != null) {
      json.mergeIn(look.settings());
    }
    DreamkeeperOptions its = new DreamkeeperOptions(json);
    return look.server()
        .map(node -> serving(node).map(serving -> new Found(serving, its)))
        .orElse(Future.succeededFuture(new Found(Optional.empty(), its)));
  }

  private Future<Optional<Serving>> serving(Node node) {
    Whereabouts at = Whereabouts.of(node.about());
    return vertx
        .executeBlocking(() -> at.lives() ? Boolean.TRUE : at.dead() ? Boolean.FALSE : null)
        .compose(lives -> lives == null ? beats(node, LOOKS) : Future.succeededFuture(lives))
        .map(lives -> lives ? Optional.of(serving(at)) : Optional.empty());
  }

  private Serving serving(Whereabouts at) {
    String socket = at.socket() == null ? "" : at.socket();
    return new Serving(at.process().pid(), at.process().host(), true, options.getAddress(), socket);
  }

  /** Tells whether a node gives a sign of life while it has the project. */
  private Future<Boolean> beats(Node before, int looks) {
    if (looks == 0) {
      return Future.succeededFuture(false);
    }
    return vertx
        .timer(LOOK_MS)
        .compose(over -> look())
        .compose(
            look -> {
              Optional<Node> now = look.flatMap(ProjectLook::server);
              if (now.isEmpty()) {
                return Future.succeededFuture(false);
              }
              boolean moved =
                  !now.get().id().equals(before.id()) || now.get().beat() > before.beat();
              return moved ? Future.succeededFuture(true) : beats(before, looks - 1);
            });
  }
}
