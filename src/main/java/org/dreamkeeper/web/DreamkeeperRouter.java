package org.dreamkeeper.web;

import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import java.util.Objects;
import org.dreamkeeper.web.impl.Actors;
import org.dreamkeeper.web.impl.EventStreams;
import org.dreamkeeper.web.impl.Guard;
import org.dreamkeeper.web.impl.HealthRoutes;
import org.dreamkeeper.web.impl.MetricsRoute;
import org.dreamkeeper.web.impl.PageFiles;
import org.dreamkeeper.web.impl.Reach;
import org.dreamkeeper.web.impl.Routes;

/**
 * The page, and the projects over HTTP, as a router that any server can have. It reaches actors by
 * message alone. Needs vertx-web on the class path; {@code /health/*} needs vertx-health-check,
 * too, and {@code /metrics} micrometer-registry-prometheus.
 *
 * <pre>{@code
 * Router own = Router.router(vertx);
 * own.route("/dreams/*").handler(myLogin).subRouter(DreamkeeperRouter.create(vertx, new WebOptions()));
 * }</pre>
 */
public final class DreamkeeperRouter {
  private DreamkeeperRouter() {}

  /**
   * Makes one. It reads the page's files from the class path, which may block for some
   * milliseconds. What it makes may be used by any number of servers of the same Vert.x, and need
   * not be closed: its streams end with their connections, and the metrics, which it keeps from the
   * first scrape on, with the verticle on whose context it is made; made on none, with the Vert.x.
   *
   * @param vertx whose projects, not null
   * @param options how; copied, not null
   * @return a new router
   */
  public static Router create(Vertx vertx, WebOptions options) {
    Objects.requireNonNull(vertx, "vertx is null");
    WebOptions own = new WebOptions(options);
    Router router = Router.router(vertx);
    Routes routes = new Routes(router);
    Guard guard = new Guard(vertx, own.getToken(), own.getHosts());
    Reach reach = new Reach(vertx, own.getProjects(), own.isReadOnly());
    routes.all(guard::checkPlace);
    PageFiles.mount(routes);
    guard.mount(routes);
    ifThere(() -> HealthRoutes.mount(vertx, own.getProjects(), routes));
    // What follows needs a login.
    routes.all(guard::checkLogin);
    new Actors(vertx, reach).mount(routes);
    new EventStreams(vertx, reach).mount(routes);
    ifThere(() -> new MetricsRoute(vertx).mount(routes));
    routes.end();
    return router;
  }

  /** Adds what needs a library that is optional, where it is there. */
  private static void ifThere(Runnable mount) {
    try {
      mount.run();
    } catch (LinkageError optional) {
      // Then that path is not served.
    }
  }
}
