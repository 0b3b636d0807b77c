package org.dreamkeeper.node;

import static org.dreamkeeper.Served.await;
import static org.dreamkeeper.Served.until;
import static org.dreamkeeper.node.Nodes.ask;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.dreamkeeper.DreamEvent;
import org.dreamkeeper.Dreamkeeper;
import org.dreamkeeper.EventFollower;
import org.dreamkeeper.EventPage;
import org.dreamkeeper.Locks;
import org.dreamkeeper.lock.DreamLock;
import org.dreamkeeper.torture.Rounds;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A project moves from node to node under who listens to its events, and who reads them later. */
final class MovedEventsTest {
  private final Nodes nodes = new Nodes();
  private final List<String> heard = new CopyOnWriteArrayList<>();
  private final List<EventPage> pages = new CopyOnWriteArrayList<>();

  @AfterEach
  void close() {
    nodes.close();
  }

  private static String key(JsonObject event) {
    return event.getString("type") + " " + event.getValue("token") + " " + event.getValue("at");
  }

  private void listen(JsonObject event) {
    if (event.getString("type").startsWith("lock.")) {
      heard.add(key(event));
    }
  }

  private static List<String> read(Vertx from) {
    List<String> all = new ArrayList<>();
    JsonObject body = new JsonObject().put("limit", 7);
    JsonObject page = ask(from, "a.admin", "events", body);
    while (!page.getJsonArray("events").isEmpty()) {
      assertFalse(page.containsKey("gap"));
      page.getJsonArray("events").stream()
          .map(event -> key((JsonObject) event))
          .filter(key -> key.startsWith("lock."))
          .forEach(all::add);
      page = ask(from, "a.admin", "events", body.put("after", page.getString("cursor")));
    }
    return all;
  }

  @Test
  void nothingThatWasHeardIsMissingAndNothingComesTwice() {
    int moves = Rounds.of(3, 30);
    Vertx serving = nodes.node("a");
    Vertx asker = nodes.member();
    JsonObject asks = Nodes.config(nodes.uri, "a").put("serve", false);
    asks.remove("postgres");
    await(nodes.deploy(asker, asks));
    Dreamkeeper keeper = Dreamkeeper.client(asker, "a");
    await(
        asker
            .eventBus()
            .<JsonObject>localConsumer("a.events", event -> listen(event.body()))
            .completion());
    EventFollower follower = keeper.follow(Optional.empty(), pages::add);
    for (int move = 1; move <= moves; move++) {
      Vertx next = nodes.node();
      DreamLock lock = Locks.take(keeper, "a worker");
      nodes.close(serving);
      await(lock.release());
      await(Locks.take(keeper, "another").rollback());
      serving = next;
    }
    // Each move: a grant, that it was kept, its end; and a grant and its end.
    until(() -> heard.size() == 5 * moves);
    List<String> read = read(asker);
    assertEquals(heard.stream().sorted().toList(), read.stream().sorted().toList());
    until(() -> followed() >= read.size());
    assertEquals(read.size(), followed());
    await(follower.stop());
    Rounds.report(moves + " moves: " + heard.size() + " events heard, all read again, each once");
  }

  private long followed() {
    return pages.stream()
        .flatMap(page -> page.events().stream())
        .filter(MovedEventsTest::ofTheLock)
        .count();
  }

  private static boolean ofTheLock(DreamEvent event) {
    return event instanceof DreamEvent.Acquired
        || event instanceof DreamEvent.Kept
        || event instanceof DreamEvent.Released
        || event instanceof DreamEvent.RolledBack;
  }
}
