package org.dreamkeeper.web;

import static org.dreamkeeper.Served.await;
import static org.dreamkeeper.Served.until;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.dreamkeeper.Served;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Clients that are slow, that vanish, or send what is no request: they cost nobody anything. */
@Timeout(60)
final class OddClientsTest {
  private static final String COUNT = "/api/dream/state/incrementCurationCount";

  @TempDir Path dir;
  private final Vertx vertx = Vertx.vertx();
  private Served served;
  private Http http;

  @BeforeEach
  void serve() {
    served = Served.at(vertx, dir);
    http = Http.serve(vertx, DreamkeeperRouter.create(vertx, Http.guarded()), 1);
  }

  @AfterEach
  void stop() {
    served.close();
    await(vertx.close());
  }

  private static String post(String path, int length, String body) {
    return "POST "
        + path
        + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "
        + Http.TOKEN
        + "\r\nContent-Type: application/json\r\nContent-Length: "
        + length
        + "\r\n\r\n"
        + body;
  }

  private static String all(Socket socket) throws IOException {
    try (InputStream in = socket.getInputStream()) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private int curations() {
    return served.ask("state", "read", null).getInteger("curationsSinceDream");
  }

  @Test
  void halfABodyIsNoRequest() throws IOException {
    try (Socket slow = http.send(post(COUNT, 100, "{"))) {
      assertEquals("", all(slow), "the server ends it");
    }
    http.send(post(COUNT, 100, "{\"by\": 1}")).close();
    http.send("POST " + COUNT + " HTTP/1.1\r\nHost: loc").close();
    assertEquals(200, http.post(COUNT, "{\"by\": 3}").status());
    assertEquals(3, curations());
  }

  /** The answer is on its way while he still sends: he is not cut off before he has seen it. */
  @Test
  void whoSendsTooMuchIsToldSoAndCutOffOnlyIfHeGoesOn() throws IOException {
    byte[] part = " ".repeat(10_000).getBytes(StandardCharsets.UTF_8);
    String begin = post("/login", 500_000, new String(part, StandardCharsets.UTF_8));
    try (Socket socket = http.send(begin)) {
      answered(socket);
      for (int sent = part.length; sent < 500_000; sent += part.length) {
        socket.getOutputStream().write(part);
        // The server has had its turn: would it cut him off, it would be done.
        assertEquals(200, http.ask(HttpMethod.HEAD, "/", null).status());
      }
      String answer = all(socket);
      assertTrue(answer.startsWith("HTTP/1.1 413 "), answer);
      assertTrue(answer.contains("the body has more than 4096 bytes"), answer);
    }
    try (Socket socket = http.send(begin.replace("500000", "100000000"))) {
      answered(socket);
      assertThrows(
          IOException.class,
          () -> {
            for (int sent = part.length; sent < 100_000_000; sent += part.length) {
              socket.getOutputStream().write(part);
            }
          });
    }
  }

  private static void answered(Socket socket) {
    until(
        () -> {
          try {
            return socket.getInputStream().available() > 0;
          } catch (IOException gone) {
            throw new AssertionError(gone);
          }
        });
  }

  @Test
  void whoDoesNotWaitForTheAnswerHasAskedNevertheless() throws IOException {
    http.send(post(COUNT, 2, "{}")).close();
    until(() -> curations() == 1);
  }

  @Test
  void whoIsGoneBeforeHisGrantDoesNotHoldTheLock() throws IOException {
    String token = served.ask("lock", "tryAcquire", null).getLong("token").toString();
    String body = "{\"waitMs\": 60000}";
    Socket gone = http.send(post("/api/dream/lock/tryAcquire", body.length(), body));
    until(() -> served.ask("lock", "status", null).getInteger("waiting") == 1);
    gone.close();
    served.ask("lock", "release", null, "token", token);
    until(() -> !served.ask("lock", "status", null).getBoolean("held"));
  }

  @Test
  void aWaitIsNoLongerThanAConnectionMayBeSilent() {
    Http.Answer no = http.post("/api/dream/lock/tryAcquire", "{\"waitMs\": 600000}");
    assertEquals(400, no.status());
    assertTrue(no.json().getString("message").contains("at most 540000"), no.json().encode());
  }

  @Test
  void whatIsNoHttpIsRefused() throws IOException {
    for (String odd :
        new String[] {
          "NONSENSE\r\n\r\n",
          "GET / HTTP/1.1\r\n\r\n",
          "GET /" + "a".repeat(10_000) + " HTTP/1.1\r\nHost: localhost\r\n\r\n",
          "GET / HTTP/1.1\r\nHost: localhost\r\nX: " + "a".repeat(100_000) + "\r\n\r\n",
          "GET http://evil.example/ HTTP/1.1\r\nHost: evil.example\r\n\r\n",
          post(COUNT, -1, "{}")
        }) {
      try (Socket socket = http.send(odd)) {
        String answer = all(socket);
        assertTrue(answer.startsWith("HTTP/1.") && answer.charAt(9) == '4', odd + " -> " + answer);
      }
    }
    assertEquals(0, curations());
  }

  @Test
  void streamsEndWithTheServer() throws IOException {
    try (Socket stream =
        http.send(
            "GET /api/dream/events HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "
                + Http.TOKEN
                + "\r\n\r\n")) {
      assertTrue(stream.getInputStream().read() > 0);
      await(http.server.close());
      assertFalse(all(stream).contains("data:"));
    }
  }
}
