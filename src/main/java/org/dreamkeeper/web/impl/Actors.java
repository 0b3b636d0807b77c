package org.dreamkeeper.web.impl;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Set;
import org.dreamkeeper.bus.DreamkeeperException;
import org.dreamkeeper.bus.FailureCode;
import org.dreamkeeper.bus.impl.text.Log;
import org.slf4j.Logger;

/**
 * Speaks the bus's contract over HTTP: {@code POST /api/<prefix>/<actor>/<action>}, with the body
 * as on the bus. The codes of failures are the statuses.
 *
 * <p>Whoever is gone before the lock that he was granted could be told of does not hold it.
 */
public final class Actors {
  private static final Set<String> NAMES = Set.of("state", "lock", "log", "admin");
  private static final Logger LOG = Log.of(Actors.class);

  /** What changes nothing, whatever its body says. */
  private static final Set<String> LOOKS =
      Set.of(
          "state.read",
          "lock.status",
          "log.getById",
          "log.list",
          "admin.overview",
          "admin.events",
          "admin.inspect",
          "admin.diff");

  /** How long a request may take beyond what it says itself, ms. */
  private static final long PATIENCE_MS = 30_000;

  /** Longer than that, no connection may be silent. */
  private static final long MAX_WAIT_MS = 540_000;

  private static final List<String> WAITS = List.of("waitMs", "timeoutMs");

  private final Vertx vertx;
  private final Reach reach;

  /** Makes it for the projects that are reached. */
  public Actors(Vertx vertx, Reach reach) {
    this.vertx = vertx;
    this.reach = reach;
  }

  /** A request, as its path names it. */
  private record Call(RoutingContext request, String prefix, String actor, String action) {
    String address() {
      return prefix + "." + actor;
    }
  }

  /** Adds what can be asked of them. */
  public void mount(Routes routes) {
    routes.add("/api/projects", reach::list, HttpMethod.GET, HttpMethod.HEAD);
    routes.add("/api/:prefix/:actor/:action", this::ask, HttpMethod.POST);
  }

  private void ask(RoutingContext request) {
    Call call =
        new Call(
            request,
            request.pathParam("prefix"),
            request.pathParam("actor"),
            request.pathParam("action"));
    Integer most = reach.projects().get(call.prefix());
    if (most == null || !NAMES.contains(call.actor())) {
      Routes.unknown(request);
    } else {
      Bodies.read(request, most, body -> send(call, body));
    }
  }

  private void send(Call call, Buffer text) {
    JsonObject body = Bodies.json(call.request(), text);
    if (call.request().response().ended()) {
      return;
    }
    long waitMs = waits(body);
    String operation = call.actor() + "." + call.action();
    if (waitMs > MAX_WAIT_MS) {
      String why = waitMs + " ms to wait, over HTTP expected at most " + MAX_WAIT_MS;
      Answers.refuse(call.request(), FailureCode.INVALID_REQUEST, why);
    } else if (reach.readOnly() && changes(operation, body)) {
      String why = operation + " changes something, and this is read-only";
      Answers.refuse(call.request(), 403, "FORBIDDEN", why);
    } else {
      request(call, body, PATIENCE_MS + waitMs);
    }
  }

  private void request(Call call, JsonObject body, long timeoutMs) {
    DeliveryOptions options = new DeliveryOptions().addHeader("action", call.action());
    BusHeaders.ASKED.forEach(
        (bus, http) -> {
          String value = call.request().request().getHeader(http);
          if (value != null) {
            options.addHeader(bus, value);
          }
        });
    options.setSendTimeout(timeoutMs);
    vertx
        .eventBus()
        .<JsonObject>request(call.address(), body, options)
        .onSuccess(reply -> answer(call, reply))
        .onFailure(failure -> Answers.refuse(call.request(), DreamkeeperException.of(failure)));
  }

  /** Tells whether a request may change something; what is not known may. */
  private static boolean changes(String operation, JsonObject body) {
    return switch (operation) {
      case "admin.undo" -> body == null || !Boolean.TRUE.equals(body.getValue("dryRun"));
      // That a worker has asked is remembered.
      case "state.gates" -> body == null || !Boolean.TRUE.equals(body.getValue("quiet"));
      default -> !LOOKS.contains(operation);
    };
  }

  /** Gives how long a request asks the actor to wait, ms. */
  private static long waits(JsonObject body) {
    long most = 0;
    for (String key : WAITS) {
      Object wait = body == null ? null : body.getValue(key);
      most = Math.max(most, wait instanceof Number ms ? ms.longValue() : 0);
    }
    return most;
  }

  private void answer(Call call, Message<JsonObject> reply) {
    HttpServerResponse response = call.request().response();
    if (!response.headWritten()) {
      BusHeaders.ANSWERED.forEach(
          (bus, http) -> {
            if (reply.headers().contains(bus)) {
              response.putHeader(http, reply.headers().get(bus));
            }
          });
    }
    JsonObject body = reply.body();
    Answers.send(call.request(), 200, body == null ? "null" : body.encode())
        .onFailure(gone -> unheard(call, body));
  }

  /** Gives back a lock of which its holder has not heard. */
  private void unheard(Call call, JsonObject body) {
    if (call.actor().equals("lock") && body != null && body.getBoolean("acquired", false)) {
      DeliveryOptions rollback =
          new DeliveryOptions()
              .addHeader("action", "rollback")
              .addHeader("token", String.valueOf(body.getValue("token")));
      vertx
          .eventBus()
          .request(call.address(), null, rollback)
          .onFailure(no -> LOG.warn("{}: a grant that nobody heard of stays", call.address(), no));
    }
  }
}
