package org.dreamkeeper.web.impl;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.dreamkeeper.bus.DreamkeeperException;
import org.dreamkeeper.bus.FailureCode;
import org.dreamkeeper.bus.impl.Log;
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

  /** How long a request may take beyond what it says itself, ms. */
  private static final long PATIENCE_MS = 30_000;

  private static final long MAX_WAIT_MS = 86_400_000;

  /** The headers of a request, and what they are called on the bus. */
  private static final Map<String, String> HEADERS =
      Map.of(
          "Dreamkeeper-Token", "token",
          "Dreamkeeper-Deadline", "deadline",
          "Dreamkeeper-Revision", "revision",
          "Idempotency-Key", "requestId");

  private static final List<String> REPLY_HEADERS = List.of("revision", "degraded");

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
    DeliveryOptions options = new DeliveryOptions().addHeader("action", call.action());
    HEADERS.forEach(
        (http, bus) -> {
          String value = call.request().request().getHeader(http);
          if (value != null) {
            options.addHeader(bus, value);
          }
        });
    options.setSendTimeout(PATIENCE_MS + waits(body));
    vertx
        .eventBus()
        .<JsonObject>request(call.address(), body, options)
        .onSuccess(reply -> answer(call, reply))
        .onFailure(failure -> refuse(call, DreamkeeperException.of(failure)));
  }

  /** Gives how long a request asks the actor to wait, ms. */
  private static long waits(JsonObject body) {
    long most = 0;
    for (String key : List.of("waitMs", "timeoutMs")) {
      Object wait = body == null ? null : body.getValue(key);
      most = Math.max(most, wait instanceof Number ms ? ms.longValue() : 0);
    }
    return Math.min(most, MAX_WAIT_MS);
  }

  private void answer(Call call, Message<JsonObject> reply) {
    for (String header : REPLY_HEADERS) {
      String value = reply.headers().get(header);
      if (value != null && !call.request().response().headWritten()) {
        String name = header.substring(0, 1).toUpperCase(Locale.ROOT) + header.substring(1);
        call.request().response().putHeader("Dreamkeeper-" + name, value);
      }
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

  private static void refuse(Call call, DreamkeeperException failure) {
    FailureCode code = failure.code();
    switch (failure.failureType()) {
      case NO_HANDLERS -> code = FailureCode.NOT_SERVING;
      case TIMEOUT -> code = FailureCode.INTERNAL;
      default -> code = code == null ? FailureCode.INTERNAL : code;
    }
    Answers.refuse(call.request(), code, failure.reason());
  }
}
