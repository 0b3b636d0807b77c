package org.dreamkeeper.host;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import org.dreamkeeper.bus.impl.text.Log;
import org.dreamkeeper.web.DreamkeeperRouter;
import org.dreamkeeper.web.WebOptions;
import org.slf4j.Logger;

/** What the host is asked by: a Unix socket, by its own user's commands; and over HTTP. */
final class HostServers {
  private static final Logger LOG = Log.of(HostVerticle.class);

  private final Vertx vertx;
  private HostSocket socket;
  private WebServer web;

  HostServers(Vertx vertx) {
    this.vertx = vertx;
  }

  /** Opens the socket; what keeps it from that is told, and keeps nobody from being served. */
  Future<Void> openSocket() {
    return vertx
        .executeBlocking(() -> DreamkeeperRouter.create(vertx, new WebOptions()))
        .compose(router -> HostSocket.open(vertx, router))
        .onSuccess(opened -> socket = opened)
        .onFailure(
            no -> LOG.warn("commands cannot ask this host: no Unix socket: {}", no.getMessage()))
        .transform(end -> Future.succeededFuture());
  }

  /** Gives the path of the socket; null if there is none. */
  String socketPath() {
    return socket == null ? null : socket.path();
  }

  /** Listens for browsers; fails with a {@link HostException}. */
  Future<Void> openWeb(WebConfig config) {
    return WebServer.open(vertx, config).onSuccess(opened -> web = opened).mapEmpty();
  }

  /** Gives the link to the page; null if there is none. */
  String link() {
    return web == null ? null : web.link();
  }

  /** Closes what is open; never fails. */
  Future<Void> close() {
    Future<Void> closed = web == null ? Future.succeededFuture() : web.close();
    return closed.transform(end -> socket == null ? Future.succeededFuture() : socket.close());
  }
}
