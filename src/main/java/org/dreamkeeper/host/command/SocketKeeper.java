package org.dreamkeeper.host.command;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.StandardProtocolFamily;
import java.net.URLEncoder;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.dreamkeeper.Serving;

/**
 * Asks a host by its Unix socket: one connection a request, in HTTP/1.0, whose answer ends where
 * the connection does. So a command needs no Vert.x to ask.
 */
record SocketKeeper(Serving host) implements Keeper {
  @Override
  public JsonObject ask(String actor, String action, JsonObject body, Long token) {
    long patienceMs = Patience.LONG_MS + Keeper.waits(body);
    String text = body == null ? "" : body.encode();
    StringBuilder head = new StringBuilder("POST /api/" + part(host.address()));
    head.append('/').append(part(actor)).append('/').append(part(action)).append(" HTTP/1.0\r\n");
    head.append("Host: localhost\r\nContent-Type: application/json\r\n");
    if (token != null) {
      head.append("Dreamkeeper-Token: ").append(token).append("\r\n");
    }
    head.append("Content-Length: ").append(text.getBytes(StandardCharsets.UTF_8).length);
    return answer(exchange(head + "\r\n\r\n" + text, patienceMs));
  }

  private static String part(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  /** Sends a request and gives all that comes back. */
  private String exchange(String request, long patienceMs) {
    try {
      return Patience.with(patienceMs, () -> exchange(request));
    } catch (TimeoutException silent) {
      throw gone("has not answered for " + patienceMs / 1000 + " s");
    } catch (ExecutionException failure) {
      throw gone("does not answer at " + host.socket() + ": " + failure.getCause().getMessage());
    }
  }

  private String exchange(String request) throws IOException {
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      channel.connect(UnixDomainSocketAddress.of(host.socket()));
      ByteBuffer rest = ByteBuffer.wrap(request.getBytes(StandardCharsets.UTF_8));
      while (rest.hasRemaining()) {
        channel.write(rest);
      }
      ByteArrayOutputStream all = new ByteArrayOutputStream();
      try (InputStream in = Channels.newInputStream(channel)) {
        in.transferTo(all);
      }
      return all.toString(StandardCharsets.UTF_8);
    }
  }

  private JsonObject answer(String all) {
    int end = all.indexOf("\r\n\r\n");
    if (end < 0) {
      throw gone("stopped while it was asked");
    }
    boolean good = all.startsWith("200 ", all.indexOf(' ') + 1);
    String text = all.substring(end + 4);
    try {
      JsonObject body = good && text.equals("null") ? null : new JsonObject(text);
      if (good) {
        return body;
      }
      throw CommandException.of(
          body.getInteger("code"), body.getString("name"), body.getString("message"));
    } catch (DecodeException | ClassCastException | NullPointerException other) {
      throw gone("stopped while it was asked");
    }
  }

  private CommandException gone(String what) {
    return new CommandException(Exit.FAILED, "PID " + host.pid() + " serves it, but " + what);
  }
}
