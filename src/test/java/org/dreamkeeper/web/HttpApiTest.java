package org.dreamkeeper.web;

import static org.dreamkeeper.Served.await;
import static org.dreamkeeper.Served.until;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.SocketAddress;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.dreamkeeper.Dreamkeeper;
import org.dreamkeeper.Serving;
import org.dreamkeeper.host.HostVerticle;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A host is asked over HTTP, by the socket that its directories' claims name. */
final class HttpApiTest {
  @TempDir Path dir;
  private final Vertx vertx = Vertx.vertx();
  private Path socket;

  @BeforeEach
  void serve() throws IOException {
    JsonObject project =
        JsonObject.of(
            "address", "a b/c", "baseDir", dir.resolve("base").toString(), "maxMessageBytes", 2048);
    JsonObject config = JsonObject.of("projects", List.of(project));
    await(vertx.deployVerticle(new HostVerticle(), new DeploymentOptions().setConfig(config)));
    Serving serving = Serving.of(dir.resolve("base")).orElseThrow();
    assertEquals("a b/c", serving.address());
    assertEquals(ProcessHandle.current().pid(), serving.pid());
    assertTrue(serving.alive());
    socket = Path.of(serving.socket());
  }

  @AfterEach
  void stop() {
    await(vertx.close());
    assertFalse(Files.exists(socket.getParent()), "what the host made, it takes away");
  }

  private record Answer(int status, JsonObject body, HttpClientResponse response) {}

  private Answer ask(HttpMethod method, String path, String body, String... headers) {
    RequestOptions options =
        new RequestOptions()
            .setServer(SocketAddress.domainSocketAddress(socket.toString()))
            .setHost("localhost")
            .setPort(80)
            .setMethod(method)
            .setURI(path);
    for (int i = 0; i < headers.length; i += 2) {
      options.putHeader(headers[i], headers[i + 1]);
    }
    return await(
        vertx
            .createHttpClient()
            .request(options)
            // On the loop: what reads the answer is in place before there can be one.
            .compose(request -> request.send(Buffer.buffer(body)).compose(HttpApiTest::read)));
  }

  private static Future<Answer> read(HttpClientResponse response) {
    return response
        .body()
        .map(
            text ->
                new Answer(
                    response.statusCode(),
                    text.toString().equals("null") ? null : new JsonObject(text),
                    response));
  }

  private Answer post(String action, String body, String... headers) {
    String[] all = new String[headers.length + 2];
    all[0] = "Content-Type";
    all[1] = "application/json";
    System.arraycopy(headers, 0, all, 2, headers.length);
    return ask(HttpMethod.POST, "/api/a%20b%2Fc/" + action, body, all);
  }

  @Test
  void actionsAreCarriedOutAndTheirHeadersTravel() {
    Answer first = post("state/incrementCurationCount", "{\"by\": 3}", "Idempotency-Key", "x");
    assertEquals(200, first.status());
    assertEquals(3, first.body().getInteger("curationsSinceDream"));
    post("state/incrementCurationCount", "{\"by\": 3}", "Idempotency-Key", "x");
    Answer read = post("state/read", "");
    assertEquals(3, read.body().getInteger("curationsSinceDream"), "done once");
    String revision = read.response().getHeader("Dreamkeeper-Revision");
    assertEquals(200, post("state/update", "{}", "Dreamkeeper-Revision", revision).status());
    Answer moved = post("state/update", "{}", "Dreamkeeper-Revision", "older");
    assertEquals(412, moved.status());
    assertEquals("REVISION_MISMATCH", moved.body().getString("name"));
    Answer lock = post("lock/tryAcquire", "{}");
    String token = lock.body().getValue("token").toString();
    assertEquals(409, post("lock/release", "{}", "Dreamkeeper-Token", "1").status());
    assertEquals(200, post("lock/release", "{}", "Dreamkeeper-Token", token).status());
    assertEquals(null, post("log/getById", "{\"id\": \"drm-1\"}").body());
    assertEquals(408, post("state/read", "", "Dreamkeeper-Deadline", "1").status());
    assertEquals("a b/c", Dreamkeeper.client(vertx, "a b/c").prefix());
  }

  @Test
  void whatIsNoRequestIsRefusedWithItsCode() {
    assertEquals(405, ask(HttpMethod.POST, "/", "").status());
    assertEquals(404, ask(HttpMethod.POST, "/nothing", "").status());
    assertEquals(404, ask(HttpMethod.POST, "/api/dream/state/read", "").status());
    assertEquals(404, ask(HttpMethod.POST, "/api/a%20b%2Fc/events/read", "").status());
    assertEquals(400, ask(HttpMethod.POST, "/api/%zz/state/read", "").status());
    assertEquals(404, post("state/nothing", "").status());
    assertEquals(405, ask(HttpMethod.GET, "/api/a%20b%2Fc/state/read", "").status());
    assertEquals(415, ask(HttpMethod.POST, "/api/a%20b%2Fc/state/read", "{}").status());
    assertEquals(400, post("state/read", "[1]").status());
    assertEquals(400, post("state/read", "{").status());
    assertEquals(400, post("state/incrementCurationCount", "{\"by\": 0}").status());
    Answer large = post("state/update", " ".repeat(3000));
    assertEquals(413, large.status());
    assertEquals("TOO_LARGE", large.body().getString("name"));
    assertNotEquals("", large.body().getString("message"));
  }

  @Test
  void onlyItsUserReachesIt() throws IOException {
    assertEquals(
        "rwx------",
        PosixFilePermissions.toString(Files.getPosixFilePermissions(socket.getParent())));
  }

  @Test
  void whoIsGoneDoesNotHoldTheLockHeWasGranted() throws IOException {
    String token = post("lock/tryAcquire", "{}").body().getValue("token").toString();
    String body = "{\"waitMs\": 60000, \"owner\": \"gone\"}";
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      channel.connect(UnixDomainSocketAddress.of(socket));
      channel.write(
          ByteBuffer.wrap(
              ("POST /api/a%20b%2Fc/lock/tryAcquire HTTP/1.1\r\nHost: x\r\nContent-Type:"
                      + " application/json\r\nContent-Length: "
                      + body.length()
                      + "\r\n\r\n"
                      + body)
                  .getBytes(StandardCharsets.UTF_8)));
      until(() -> post("lock/status", "").body().getInteger("waiting") == 1);
    }
    // The server hears of it in its own time: before, the grant would reach a living connection.
    post("lock/status", "");
    post("lock/release", "{}", "Dreamkeeper-Token", token);
    until(() -> !post("lock/status", "").body().getBoolean("held"));
  }
}
