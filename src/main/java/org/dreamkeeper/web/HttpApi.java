package org.dreamkeeper.web;

import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.dreamkeeper.bus.DreamkeeperException;
import org.dreamkeeper.bus.FailureCode;
import org.dreamkeeper.bus.impl.Log;
import org.dreamkeeper.bus.impl.OneLine;
import org.slf4j.Logger;

/**
 * Speaks the bus's contract over HTTP: {@code POST /api/<prefix>/<actor>/<action>}, with the body
 * as on the bus. The codes of failures are the statuses; their body is {@code {code, name,
 * message}}. Only the projects that it was made for are reached.
 *
 * <p>Whoever is gone before the lock that he was granted could be told of does not hold it.
 */
public final class HttpApi implements Handler<HttpServerRequest> {
  /** What all paths begin with. */
  public static final String ROOT = "/api/";

  private static final Set<String> ACTORS = Set.of("state", "lock", "log", "admin");
  private static final Logger LOG = Log.of(HttpApi.class);

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
  private final Map<String, Integer> projects;

  /**
   * Makes one.
   *
   * @param vertx whose bus
   * @param projects the prefixes that it may reach, and how large a body each takes, bytes
   */
  public HttpApi(Vertx vertx, Map<String, Integer> projects) {
    this.vertx = vertx;
    this.projects = Map.copyOf(projects);
  }

  /** A request, as its path names it. */
  private record Call(String prefix, String actor, String action) {
    String address() {
      return prefix + "." + actor;
    }
  }

  @Override
  public void handle(HttpServerRequest request) {
    Call call = call(request.path());
    if (call == null) {
      refuse(request, FailureCode.UNKNOWN_ACTION.code(), "UNKNOWN_ACTION", unknown(request));
    } else if (!HttpMethod.POST.equals(request.method())) {
      request.response().putHeader("Allow", "POST");
      refuse(request, 405, "METHOD_NOT_ALLOWED", request.method() + ", expected POST");
    } else {
      read(request, call);
    }
  }

  private static String unknown(HttpServerRequest request) {
    return OneLine.of(String.valueOf(request.path()))
        + " is nothing that is served here, expected "
        + ROOT
        + "<prefix>/<actor>/<action>";
  }

  /** Gives what a path names; null if that is nothing that is served here. */
  private Call call(String path) {
    if (path == null || !path.startsWith(ROOT)) {
      return null;
    }
    try {
      List<String> parts =
          Arrays.stream(path.substring(ROOT.length()).split("/", -1))
              .map(part -> URLDecoder.decode(part.replace("+", "%2B"), StandardCharsets.UTF_8))
              .toList();
      return parts.size() == 3
              && projects.containsKey(parts.get(0))
              && ACTORS.contains(parts.get(1))
          ? new Call(parts.get(0), parts.get(1), parts.get(2))
          : null;
    } catch (IllegalArgumentException malformed) {
      return null;
    }
  }

  private void read(HttpServerRequest request, Call call) {
    int most = projects.get(call.prefix());
    Buffer body = Buffer.buffer();
    request.handler(
        part -> {
          if (body.length() + part.length() > most) {
            request.handler(rest -> {});
            request.endHandler(end -> {});
            FailureCode code = FailureCode.TOO_LARGE;
            refuse(request, code.code(), code.name(), "the body has more than " + most + " bytes");
            request.connection().close();
          } else {
            body.appendBuffer(part);
          }
        });
    request.endHandler(end -> send(request, call, body));
  }

  private void send(HttpServerRequest request, Call call, Buffer text) {
    String type = String.valueOf(request.getHeader("Content-Type")).toLowerCase(Locale.ROOT);
    if (text.length() > 0 && !type.split(";", 2)[0].strip().equals("application/json")) {
      refuse(request, 415, "UNSUPPORTED_MEDIA_TYPE", type + ", expected application/json");
      return;
    }
    JsonObject body;
    try {
      body = text.length() == 0 ? null : new JsonObject(text);
    } catch (DecodeException | ClassCastException malformed) {
      FailureCode code = FailureCode.INVALID_REQUEST;
      refuse(request, code.code(), code.name(), "the body is no JSON object");
      return;
    }
    DeliveryOptions options = new DeliveryOptions().addHeader("action", call.action());
    HEADERS.forEach(
        (http, bus) -> {
          String value = request.getHeader(http);
          if (value != null) {
            options.addHeader(bus, value);
          }
        });
    options.setSendTimeout(PATIENCE_MS + waits(body));
    vertx
        .eventBus()
        .<JsonObject>request(call.address(), body, options)
        .onSuccess(reply -> answer(request, call, reply))
        .onFailure(failure -> refuse(request, DreamkeeperException.of(failure)));
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

  private void answer(HttpServerRequest request, Call call, Message<JsonObject> reply) {
    HttpServerResponse response = request.response();
    for (String header : REPLY_HEADERS) {
      String value = reply.headers().get(header);
      if (value != null) {
        response.putHeader(
            "Dreamkeeper-" + header.substring(0, 1).toUpperCase(Locale.ROOT) + header.substring(1),
            value);
      }
    }
    JsonObject body = reply.body();
    end(response, 200, body == null ? "null" : body.encode(), () -> unheard(call, body));
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

  private static void refuse(HttpServerRequest request, DreamkeeperException failure) {
    FailureCode code = failure.code();
    switch (failure.failureType()) {
      case NO_HANDLERS -> code = FailureCode.NOT_SERVING;
      case TIMEOUT -> code = FailureCode.INTERNAL;
      default -> code = code == null ? FailureCode.INTERNAL : code;
    }
    refuse(request, code.code(), code.name(), failure.reason());
  }

  private static void refuse(HttpServerRequest request, int status, String name, String message) {
    JsonObject body = JsonObject.of("code", status, "name", name, "message", OneLine.of(message));
    end(request.response(), status, body.encode(), () -> {});
  }

  private static void end(
      HttpServerResponse response, int status, String body, Runnable ifUnheard) {
    if (response.closed() || response.ended()) {
      ifUnheard.run();
      return;
    }
    response
        .setStatusCode(status)
        .putHeader("Content-Type", "application/json; charset=utf-8")
        .putHeader("Cache-Control", "no-store")
        .end(body)
        .onFailure(gone -> ifUnheard.run());
  }
}
