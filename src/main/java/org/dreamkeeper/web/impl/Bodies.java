package org.dreamkeeper.web.impl;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.Locale;
import java.util.function.Consumer;
import org.dreamkeeper.bus.FailureCode;

/** What requests carry: so much of it, and JSON. */
final class Bodies {
  private static final long LINGER_BYTES = 1 << 20;

  private Bodies() {}

  /** Reads a body, unless it is larger: then it is refused, and the connection ends. */
  static void read(RoutingContext request, int most, Consumer<Buffer> then) {
    if (request.body().available()) {
      // Whoever mounted the router has read it.
      Buffer body = request.body().buffer();
      then.accept(body == null ? Buffer.buffer() : body);
      return;
    }
    HttpServerRequest asked = request.request();
    Buffer body = Buffer.buffer();
    asked.handler(
        part -> {
          if (body.length() + part.length() > most) {
            refuse(request, most);
          } else {
            body.appendBuffer(part);
          }
        });
    asked.endHandler(end -> then.accept(body));
  }

  /** Whoever still sends hears the answer only where it is read on, for a while. */
  private static void refuse(RoutingContext request, int most) {
    HttpServerRequest asked = request.request();
    if (asked.version() != HttpVersion.HTTP_2) {
      request.response().putHeader("Connection", "close");
    }
    String why = "the body has more than " + most + " bytes";
    Answers.refuse(request, FailureCode.TOO_LARGE, why);
    long[] passedOver = {0};
    asked.handler(
        part -> {
          passedOver[0] += part.length();
          if (passedOver[0] > LINGER_BYTES) {
            asked.connection().close();
          }
        });
    asked.endHandler(end -> asked.connection().close());
  }

  /** Gives the object that a body is, null for none; what is something else is refused. */
  static JsonObject json(RoutingContext request, Buffer text) {
    String type = String.valueOf(request.request().getHeader("Content-Type"));
    String bare = type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    if (text.length() > 0 && !bare.equals("application/json")) {
      Answers.refuse(request, 415, "UNSUPPORTED_MEDIA_TYPE", type + ", expected application/json");
      return null;
    }
    try {
      return text.length() == 0 ? null : new JsonObject(text);
    } catch (DecodeException | ClassCastException malformed) {
      Answers.refuse(request, FailureCode.INVALID_REQUEST, "the body is no JSON object");
      return null;
    }
  }
}
