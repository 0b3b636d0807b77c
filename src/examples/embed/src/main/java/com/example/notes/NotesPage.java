package com.example.notes;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Set;
import org.dreamkeeper.web.DreamkeeperRouter;
import org.dreamkeeper.web.WebOptions;

public class NotesPage extends VerticleBase {
  private static final String HOST = "127.0.0.1";
  private static final int PORT = 7333;

  @Override
  public Future<?> start() {
    var options = new WebOptions().setHosts(Set.of(HOST));
    Router own = Router.router(vertx);
    own.route("/dreams/*")
        .handler(NotesPage::login)
        .subRouter(DreamkeeperRouter.create(vertx, options));
    // Connections that do not read end after ten minutes.
    var server = new HttpServerOptions().setHost(HOST).setPort(PORT).setIdleTimeout(600);
    return vertx
        .createHttpServer(server)
        .requestHandler(own)
        .listen()
        .onSuccess(
            open -> System.out.println("The page: http://" + HOST + ":" + PORT + "/dreams/"));
  }

  /** Your own login. This one lets everybody pass who is on this machine. */
  private static void login(RoutingContext request) {
    request.next();
  }
}
