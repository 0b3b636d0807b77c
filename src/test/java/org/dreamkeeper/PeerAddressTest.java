package org.dreamkeeper;

import static org.dreamkeeper.Served.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import org.dreamkeeper.junit5.ManualTime;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the actors of a project say to each other, nobody else can say. */
final class PeerAddressTest {
  @TempDir Path dir;
  private final Vertx vertx = Vertx.vertx();
  private final Set<String> addresses = new ConcurrentSkipListSet<>();
  private Served served;
  private String token;

  @BeforeEach
  void serve() {
    vertx
        .eventBus()
        .addOutboundInterceptor(
            delivery -> {
              addresses.add(delivery.message().address());
              delivery.next();
            });
    served = Served.at(vertx, dir, new ManualTime(1_000_000));
    token = served.ask("lock", "tryAcquire", null).getLong("token").toString();
    count();
  }

  @AfterEach
  void close() {
    served.close();
    await(vertx.close());
  }

  /** Fenced: works as long as nobody else has moved the fence. */
  private void count() {
    served.ask("state", "incrementCurationCount", null, "token", token);
    served.ask("log", "nextId", null, "token", token);
  }

  private ReplyException refused(String address, Object body, String action) {
    DeliveryOptions options = new DeliveryOptions();
    if (action != null) {
      options.addHeader("action", action);
    }
    Served.Failed failed =
        assertThrows(
            Served.Failed.class,
            () -> await(vertx.eventBus().request(address, body, options)),
            () -> action + " " + body);
    return (ReplyException) failed.getCause();
  }

  private List<String> peers() {
    return addresses.stream().filter(address -> address.startsWith("dreamkeeper.")).toList();
  }

  @Test
  void itIsNotToldByAnyEvent() {
    List<String> peers = peers();
    assertEquals(2, peers.size());
    String instance = served.events("lock.acquired").get(0).getString("instance");
    for (String actor : List.of("state", "log")) {
      ReplyException failure =
          refused(
              "dreamkeeper." + instance + "." + actor, new JsonObject().put("token", 7), "fence");
      assertEquals(ReplyFailure.NO_HANDLERS, failure.failureType());
    }
    count();
    for (String peer : peers) {
      String secret = peer.substring(peer.indexOf('.') + 1, peer.lastIndexOf('.'));
      assertFalse(served.events().toString().contains(secret));
      assertFalse(served.ask("lock", "status", null).encode().contains(secret));
    }
  }

  @Test
  void nonsenseIsAnswered() {
    List<Object> bodies = new ArrayList<>();
    bodies.add(null);
    bodies.add("text");
    bodies.add(7);
    bodies.add(new JsonObject());
    bodies.add(new JsonObject().put("token", "7"));
    bodies.add(new JsonObject().putNull("token"));
    for (String peer : peers()) {
      for (Object body : bodies) {
        for (String action : new String[] {null, "", "nonsense", "fence", "outcome"}) {
          assertEquals(ReplyFailure.RECIPIENT_FAILURE, refused(peer, body, action).failureType());
        }
      }
    }
    count();
  }
}
