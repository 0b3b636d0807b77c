package org.dreamkeeper.web;

import static org.dreamkeeper.Served.await;
import static org.dreamkeeper.Served.until;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.dreamkeeper.Served;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Events are streamed: to who comes again, from where he was; to who does not read, not for ever.
 */
@Timeout(60)
final class EventStreamTest {
  private static final String EVENTS = "/api/dream/events";

  @TempDir Path dir;
  private final Vertx vertx = Vertx.vertx();
  private Served served;
  private Http http;

  @BeforeEach
  void serve() {
    served = Served.at(vertx, dir);
    http = Http.serve(vertx, Http.guarded());
  }

  @AfterEach
  void stop() {
    served.close();
    await(vertx.close());
  }

  /** A client of its own connection. */
  private final class Client implements AutoCloseable {
    private final Socket socket;
    private final BufferedReader lines;
    String id;
    int status;

    Client(String path, String... headers) throws IOException {
      StringBuilder head = new StringBuilder("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n");
      head.append("Authorization: Bearer " + Http.TOKEN + "\r\n");
      for (int i = 0; i < headers.length; i += 2) {
        head.append(headers[i] + ": " + headers[i + 1] + "\r\n");
      }
      socket = http.send(head + "\r\n");
      lines =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
      status = Integer.parseInt(lines.readLine().split(" ", -1)[1]);
      while (!line().isEmpty()) {
        // The headers.
      }
    }

    private String line() {
      try {
        String line = lines.readLine();
        // A stream that ends has an empty last chunk.
        return line == null || line.equals("0") ? "gone" : line;
      } catch (IOException gone) {
        return "gone";
      }
    }

    /** Waits for the next message; an id alone is none. Gives its data, or its name. */
    String next() {
      String name = null;
      while (true) {
        String line = line();
        if (line.startsWith("id: ")) {
          id = line.substring(4);
        } else if (line.startsWith("event: ")) {
          name = line.substring(7);
        } else if (line.startsWith("data: ")) {
          return name == null ? new JsonObject(line.substring(6)).getString("type") : name;
        } else if (line.equals("gone")) {
          return line;
        }
      }
    }

    /** Waits until it is told where it stands. */
    Client began() {
      while (id == null) {
        String line = line();
        id = line.startsWith("id: ") ? line.substring(4) : null;
        assertFalse(line.equals("gone"));
      }
      return this;
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }

  private void dream() {
    String token = served.ask("lock", "tryAcquire", null).getLong("token").toString();
    served.ask("lock", "rollback", null, "token", token);
  }

  @Test
  void eachEventComesOnceAndWhoComesAgainGoesOnFromThere() throws IOException {
    dream();
    String last;
    try (Client client = new Client(EVENTS).began()) {
      String before = client.id;
      dream();
      assertEquals("lock.acquired", client.next());
      assertEquals("lock.rolledBack", client.next());
      last = client.id;
      assertNotEquals(before, last, "the last one has the place behind it");
    }
    dream();
    try (Client again = new Client(EVENTS, "Last-Event-ID", last)) {
      assertEquals("lock.acquired", again.next());
      assertEquals("lock.rolledBack", again.next());
      dream();
      assertEquals("lock.acquired", again.next());
    }
    try (Client after = new Client(EVENTS + "?after=" + last)) {
      assertEquals("lock.acquired", after.next());
    }
    try (Client all = new Client(EVENTS + "?after=")) {
      for (int i = 0; i < 4; i++) {
        assertEquals("lock.acquired", all.next());
        assertEquals("lock.rolledBack", all.next());
      }
    }
  }

  @Test
  void whatIsNoPlaceOrNoProjectIsRefusedBeforeTheStreamBegins() throws IOException {
    try (Client odd = new Client(EVENTS + "?after=odd")) {
      assertEquals(400, odd.status);
    }
    try (Client unknown = new Client("/api/other/events")) {
      assertEquals(404, unknown.status);
    }
    assertEquals(405, http.post(EVENTS, "{}").status());
  }

  @Test
  void aGapIsToldAsSuch() throws IOException {
    dream();
    String place = served.ask("admin", "events", null).getString("cursor");
    String gone = "1" + place;
    try (Client client = new Client(EVENTS + "?after=" + gone)) {
      assertEquals("gap", client.next());
    }
  }

  @Test
  void aProjectThatIsRestartedGoesOnTellingAndOneThatIsGoneEndsIt() throws IOException {
    try (Client client = new Client(EVENTS).began()) {
      served.close();
      assertEquals("gone", client.next());
    }
    served = Served.at(vertx, dir);
  }

  @Test
  void streamsAreCountedAndTheirPlacesGivenBack() throws IOException {
    List<Client> clients = new ArrayList<>();
    for (int i = 0; i < 128; i++) {
      clients.add(new Client(EVENTS));
    }
    try (Client much = new Client(EVENTS)) {
      assertEquals(429, much.status);
    }
    clients.get(0).close();
    until(
        () -> {
          try (Client next = new Client(EVENTS)) {
            return next.status == 200;
          } catch (IOException failed) {
            throw new AssertionError(failed);
          }
        });
    for (Client client : clients) {
      client.close();
    }
  }

  /** Asked for as fast as they are taken; here, by one who takes none. */
  @Test
  void whoDoesNotReadIsDroppedAndNothingIsKeptForHim() throws IOException {
    AtomicInteger pages = new AtomicInteger();
    String text = "x".repeat(900);
    var bus = vertx.eventBus();
    await(
        bus.<JsonObject>localConsumer(
                "flood.admin",
                asked -> {
                  JsonArray events = new JsonArray();
                  int n = pages.incrementAndGet();
                  for (int i = 0; i < 100; i++) {
                    events.add(JsonObject.of("type", "log.saved", "n", n, "text", text));
                  }
                  asked.reply(JsonObject.of("events", events, "cursor", "c" + n));
                })
            .completion());
    WebOptions options = Http.guarded().setProjects(Set.of("flood"));
    http = Http.serve(vertx, DreamkeeperRouter.create(vertx, options), 2);
    try (Client sleeps = new Client("/api/flood/events?after=")) {
      try (Client reads = new Client("/api/flood/events?after=")) {
        for (int i = 0; i < 20_000; i++) {
          assertEquals("log.saved", reads.next());
        }
      }
      int before = pages.get();
      // It has asked for what the sockets hold, and for no more; then it is silent, and ends.
      assertTrue(before < 600, before + " pages for 200 that were read");
      until(() -> gone(sleeps));
      assertTrue(pages.get() <= before + 100, before + ", then " + pages.get());
    }
  }

  private static boolean gone(Client client) {
    try {
      // What the server's close leaves: a write is refused, sooner or later.
      client.socket.getOutputStream().write('x');
      TimeUnit.MILLISECONDS.sleep(50);
      return false;
    } catch (IOException gone) {
      return true;
    } catch (InterruptedException stop) {
      throw new AssertionError(stop);
    }
  }
}
