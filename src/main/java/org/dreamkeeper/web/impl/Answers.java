package org.dreamkeeper.web.impl;

import io.vertx.core.Future;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import org.dreamkeeper.bus.DreamkeeperException;
import org.dreamkeeper.bus.FailureCode;
import org.dreamkeeper.bus.impl.text.OneLine;

/** How a request is answered: JSON, and an error as {@code {code, name, message}}. */
final class Answers {
  private Answers() {}

  /** Refuses a request by a code of the bus's contract. */
  static void refuse(RoutingContext request, FailureCode code, String message) {
    refuse(request, code.code(), code.name(), message);
  }

  /** Refuses a request as the bus did. */
  static void refuse(RoutingContext request, DreamkeeperException failure) {
    FailureCode code = failure.code();
    switch (failure.failureType()) {
      case NO_HANDLERS -> code = FailureCode.NOT_SERVING;
      case TIMEOUT -> code = FailureCode.INTERNAL;
      default -> code = code == null ? FailureCode.INTERNAL : code;
    }
    refuse(request, code, failure.reason());
  }

  static void refuse(RoutingContext request, int status, String name, String message) {
    JsonObject body = JsonObject.of("code", status, "name", name, "message", OneLine.of(message));
    send(request, status, body.encode()).otherwiseEmpty();
  }

  /** Answers; fails where the one who asked is gone. */
  static Future<Void> send(RoutingContext request, int status, String body) {
    return send(request, status, "application/json", body);
  }

  /** Answers with a text of another type. */
  static Future<Void> send(RoutingContext request, int status, String type, String body) {
    HttpServerResponse response = request.response();
    if (response.closed() || response.ended()) {
      return Future.failedFuture("nobody hears it");
    }
    return response
        .setStatusCode(status)
        .putHeader("Content-Type", type + "; charset=utf-8")
        .putHeader("Cache-Control", "no-store")
        .end(body);
  }
}
