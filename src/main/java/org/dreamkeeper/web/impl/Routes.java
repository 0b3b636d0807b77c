package org.dreamkeeper.web.impl;

import io.vertx.core.Handler;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.dreamkeeper.bus.FailureCode;
import org.dreamkeeper.bus.impl.text.Log;
import org.dreamkeeper.bus.impl.text.OneLine;
import org.slf4j.Logger;

/** A router's paths, in order; what is not there, and what goes wrong, is answered as JSON. */
public final class Routes {
  private static final Logger LOG = Log.of(Routes.class);
  private static final int CLIENT_ERROR = 400;
  private static final int SERVER_ERROR = 500;

  private final Router router;

  /** Makes none yet. */
  public Routes(Router router) {
    this.router = router;
    router.route().failureHandler(Routes::failed);
    // A path that cannot be decoded comes to no route.
    router.errorHandler(
        CLIENT_ERROR,
        request ->
            Answers.refuse(request, FailureCode.INVALID_REQUEST, "the path cannot be decoded"));
  }

  /** Lets all requests that come so far pass a handler. */
  public void all(Handler<RoutingContext> handler) {
    router.route().handler(handler);
  }

  /** Adds a path; with another method it is answered 405. */
  public void add(String path, Handler<RoutingContext> handler, HttpMethod... methods) {
    Route route = router.route(path);
    Arrays.stream(methods).forEach(route::method);
    route.handler(handler);
    String allowed = Arrays.stream(methods).map(HttpMethod::name).collect(Collectors.joining(", "));
    router
        .route(path)
        .handler(
            other -> {
              other.response().putHeader("Allow", allowed);
              String method = OneLine.of(other.request().method().name());
              Answers.refuse(other, 405, "METHOD_NOT_ALLOWED", method + ", expected " + allowed);
            });
  }

  /** Ends it: what comes so far is nothing that is here. */
  public void end() {
    all(Routes::unknown);
  }

  /** Says that a path is nothing that is here. */
  static void unknown(RoutingContext request) {
    String path = OneLine.of(request.request().path());
    Answers.refuse(request, FailureCode.UNKNOWN_ACTION, path + " is nothing that is served here");
  }

  private static void failed(RoutingContext request) {
    int status = request.statusCode();
    if (status >= CLIENT_ERROR && status < SERVER_ERROR) {
      Answers.refuse(request, status, "INVALID_REQUEST", "this is no request");
    } else {
      Log.failure(LOG, "an HTTP request failed", request.failure());
      Answers.refuse(request, SERVER_ERROR, "INTERNAL", String.valueOf(request.failure()));
    }
  }
}
