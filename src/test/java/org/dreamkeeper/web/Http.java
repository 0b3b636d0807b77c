package org.dreamkeeper.web;

import static org.dreamkeeper.Served.await;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** A server with the router, and a client that sends whatever a test wants. */
final class Http {
  static final String TOKEN = "0123456789abcdef0123456789abcdef";

  final Vertx vertx;
  final HttpServer server;
  private final HttpClient client;

  private Http(Vertx vertx, HttpServer server) {
    this.vertx = vertx;
    this.server = server;
    this.client = vertx.createHttpClient();
  }

  /** Guarded as the host's is. */
  static WebOptions guarded() {
    return new WebOptions().setToken(TOKEN).setHosts(Set.of("localhost", "127.0.0.1"));
  }

  static Http serve(Vertx vertx, WebOptions options) {
    return serve(vertx, DreamkeeperRouter.create(vertx, options), 0);
  }

  static Http serve(Vertx vertx, Router router, int idleSeconds) {
    HttpServerOptions local =
        new HttpServerOptions().setHost("0.0.0.0").setPort(0).setIdleTimeout(idleSeconds);
    // However much the machine would hold for a client that does not read.
    local.setSendBufferSize(1 << 16);
    return new Http(vertx, await(vertx.createHttpServer(local).requestHandler(router).listen()));
  }

  int port() {
    return server.actualPort();
  }

  String origin() {
    return "http://127.0.0.1:" + port();
  }

  record Answer(int status, Map<String, String> headers, Buffer body) {
    JsonObject json() {
      return new JsonObject(body);
    }

    String name() {
      return json().getString("name");
    }
  }

  /** Asks; headers are names and values in turn. */
  Answer ask(HttpMethod method, String path, String body, String... headers) {
    RequestOptions options =
        new RequestOptions().setHost("127.0.0.1").setPort(port()).setMethod(method).setURI(path);
    for (int i = 0; i < headers.length; i += 2) {
      options.putHeader(headers[i], headers[i + 1]);
    }
    // What reads the answer is in place before there can be one: it is put there on the loop.
    return await(
        client
            .request(options)
            .compose(
                request ->
                    (body == null ? request.send() : request.send(body)).compose(Http::read)));
  }

  private static Future<Answer> read(HttpClientResponse response) {
    Map<String, String> told = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    response.headers().forEach((name, value) -> told.put(name, value));
    return response.body().map(all -> new Answer(response.statusCode(), told, all));
  }

  /** Sends just that, on a connection of its own. */
  Socket send(String text) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), port());
    socket.setSoTimeout(20_000);
    socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
    return socket;
  }

  /** Posts JSON with the token. */
  Answer post(String path, String body, String... headers) {
    String[] all = new String[headers.length + 4];
    all[0] = "Content-Type";
    all[1] = "application/json";
    all[2] = "Authorization";
    all[3] = "Bearer " + TOKEN;
    System.arraycopy(headers, 0, all, 4, headers.length);
    return ask(HttpMethod.POST, path, body, all);
  }

  /** Logs in, and gives the cookie as a browser sends it. */
  String cookie() {
    Answer login =
        ask(
            HttpMethod.POST,
            "/login",
            JsonObject.of("token", TOKEN).encode(),
            "Content-Type",
            "application/json",
            "Origin",
            origin());
    return login.headers().get("Set-Cookie").split(";", -1)[0];
  }
}
