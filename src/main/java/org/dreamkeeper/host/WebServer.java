package org.dreamkeeper.host;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import org.dreamkeeper.bus.impl.text.FailureText;
import org.dreamkeeper.web.DreamkeeperRouter;
import org.dreamkeeper.web.WebOptions;

/** Where a browser, and programs of other languages, ask the host. */
final class WebServer {
  /** Longer than anything that is asked for may wait; it ends who takes nothing that he is sent. */
  private static final int IDLE_S = 600;

  private final HttpServer server;
  private final String link;

  private WebServer(HttpServer server, String link) {
    this.server = server;
    this.link = link;
  }

  /** Listens; fails with a {@link HostException} where that cannot be. */
  static Future<WebServer> open(Vertx vertx, WebConfig config) {
    return vertx
        .executeBlocking(() -> AccessToken.of(config.tokenFile()))
        .compose(
            token -> {
              WebOptions options =
                  new WebOptions()
                      .setToken(token)
                      .setReadOnly(config.readOnly())
                      .setHosts(config.hosts());
              return vertx
                  .executeBlocking(() -> DreamkeeperRouter.create(vertx, options))
                  .compose(
                      router ->
                          vertx
                              .createHttpServer(
                                  new HttpServerOptions()
                                      .setPort(config.port())
                                      .setHost(config.host())
                                      .setIdleTimeout(IDLE_S)
                                      .setHttp2ClearTextEnabled(false))
                              .requestHandler(router)
                              .listen())
                  .recover(failure -> Future.failedFuture(refused(config, failure)))
                  .map(server -> new WebServer(server, config.link(server.actualPort(), token)));
            });
  }

  private static HostException refused(WebConfig config, Throwable failure) {
    return new HostException(
        "web.port %d of %s: %s. Stop who listens there, or set another \"port\" under \"web\"."
            .formatted(config.port(), config.host(), FailureText.of(failure)),
        failure);
  }

  /** Gives the link that logs a browser in: for the person who started it, and nobody else. */
  String link() {
    return link;
  }

  /** Stops listening, and ends what is open; never fails. */
  Future<Void> close() {
    return server.close().otherwiseEmpty();
  }
}
