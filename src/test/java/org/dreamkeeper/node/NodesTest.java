package org.dreamkeeper.node;

import static org.dreamkeeper.Served.await;
import static org.dreamkeeper.Served.until;
import static org.dreamkeeper.node.Nodes.ask;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.Message;
import io.vertx.core.http.HttpServer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.dreamkeeper.Calls;
import org.dreamkeeper.DreamEvent;
import org.dreamkeeper.Dreamkeeper;
import org.dreamkeeper.Locks;
import org.dreamkeeper.Requests;
import org.dreamkeeper.lock.DreamLock;
import org.dreamkeeper.log.DreamStatus;
import org.dreamkeeper.web.DreamkeeperRouter;
import org.dreamkeeper.web.WebOptions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Several nodes serve the projects of one database. */
final class NodesTest {
  private static final int MOST_UNDER_WAY = 2_000;
  private static final int ANSWERED = 1_000;

  private final Nodes nodes = new Nodes();

  @AfterEach
  void close() {
    nodes.close();
  }

  private static int curations(Vertx from, String project) {
    return ask(from, project + ".state", "read", null).getInteger("curationsSinceDream");
  }

  @Test
  void eachNodeReachesAndShowsEachProjectAndTheyAreSharedOut()
      throws IOException, InterruptedException {
    Vertx one = nodes.node("a", "b", "c", "d");
    Vertx two = nodes.node();
    until(() -> "2 2".equals(nodes.counts()));
    for (String project : List.of("a", "b", "c", "d")) {
      ask(one, project + ".state", "incrementCurationCount", new JsonObject());
      ask(two, project + ".state", "incrementCurationCount", new JsonObject());
      assertEquals(2, curations(one, project));
      assertEquals(2, curations(two, project));
    }
    assertEquals("{\"projects\":[\"a\",\"b\",\"c\",\"d\"],\"readOnly\":false}", shown(two));
    // As if what told the database had been lost.
    nodes.sql("UPDATE dreamkeeper.project SET term = 0");
    until(() -> "4".equals(nodes.sql("SELECT count(*) FROM dreamkeeper.project WHERE term > 0")));
  }

  /** What the page of a node is told of. */
  private static String shown(Vertx node) throws IOException, InterruptedException {
    HttpServer server =
        await(
            node.createHttpServer()
                .requestHandler(DreamkeeperRouter.create(node, new WebOptions()))
                .listen(0, "127.0.0.1"));
    URI all = URI.create("http://127.0.0.1:" + server.actualPort() + "/api/projects");
    return HttpClient.newHttpClient()
        .send(HttpRequest.newBuilder(all).build(), HttpResponse.BodyHandlers.ofString())
        .body();
  }

  @Test
  void whatIsUnderWayWhileProjectsMoveIsDoneOnce() {
    Vertx one = nodes.node("a", "b", "c", "d");
    List<Future<?>> asked = new ArrayList<>();
    Vertx two = nodes.member();
    Future<String> joining = nodes.deploy(two, Nodes.config(nodes.uri));
    while (!"2 2".equals(nodes.counts())) {
      if (asked.size() > MOST_UNDER_WAY) {
        await(asked.get(asked.size() - MOST_UNDER_WAY));
      }
      for (String project : List.of("a", "b", "c", "d")) {
        asked.add(Nodes.send(one, project + ".state", "incrementCurationCount", new JsonObject()));
      }
    }
    await(joining);
    await(Future.all(asked));
    nodes.close(one);
    int counted = 0;
    for (String project : List.of("a", "b", "c", "d")) {
      counted += curations(two, project);
    }
    assertEquals(asked.size(), counted);
    until(() -> "4".equals(nodes.counts()));
  }

  @Test
  void littleIsKeptOfWhatIsAnsweredForOthersToRead() {
    Vertx one = nodes.node("a");
    for (int n = 0; n < ANSWERED; n++) {
      ask(one, "a.state", "incrementCurationCount", new JsonObject());
    }
    String kept =
        "SELECT sum(json_array_length(replies)) FROM dreamkeeper.journal WHERE actor = 'state'";
    assertTrue(Integer.parseInt(nodes.sql(kept)) < ANSWERED / 2, () -> nodes.sql(kept));
  }

  @Test
  void aHolderKeepsTheLockWhenItsProjectMoves() {
    Vertx one = nodes.node("a");
    Vertx two = nodes.node();
    Dreamkeeper keeper = Dreamkeeper.client(two, "a");
    List<DreamEvent> events = new CopyOnWriteArrayList<>();
    await(keeper.events(events::add).completion());
    DreamLock lock = Locks.take(keeper, "a worker");
    await(lock.state().incrementCurationCount(1));
    String id = await(lock.log().nextId());
    await(
        Nodes.send(
            two,
            "a.log",
            "save",
            Calls.bareEntry(id, 1_000, "processing"),
            "token",
            Long.toString(lock.token())));
    nodes.close(one);
    await(lock.renew());
    await(lock.state().incrementCurationCount(1));
    assertEquals(DreamStatus.PROCESSING, await(keeper.log().getById(id)).orElseThrow().status());
    until(() -> events.stream().anyMatch(DreamEvent.Kept.class::isInstance));
    until(() -> events.stream().anyMatch(DreamEvent.Serving.class::isInstance));
    assertFalse(lock.lost().isComplete());
    await(lock.release());
    assertFalse(await(keeper.lock().status()).held());
    assertEquals(DreamStatus.ERROR, await(keeper.log().getById(id)).orElseThrow().status());
  }

  @Test
  void aCancelledDreamHearsOfItThoughItsProjectMoves() {
    Vertx serving = nodes.node("a");
    Vertx worker = nodes.member();
    JsonObject asks = Nodes.config(nodes.uri, "a").put("serve", false);
    asks.remove("postgres");
    await(nodes.deploy(worker, asks));
    DreamLock lock = Locks.take(Dreamkeeper.client(worker, "a"), "a worker");
    await(Dreamkeeper.client(worker, "a").admin().cancel(lock.token(), "enough"));
    String token = Long.toString(lock.token());
    for (int move = 0; move < 2; move++) {
      Vertx next = nodes.node();
      nodes.close(serving);
      JsonObject renewed = ask(worker, "a.lock", "renew", null, "token", token);
      assertEquals("enough", renewed.getString("cancel"), "a renewal keeps it");
      serving = next;
    }
    await(lock.release());
  }

  @Test
  void aHolderWhoseNodeIsStoppedLosesTheLock() {
    Vertx one = nodes.node("a");
    Vertx two = nodes.node();
    Locks.take(Dreamkeeper.client(one, "a"), "a worker");
    Future<Message<JsonObject>> waiting =
        two.eventBus()
            .request(
                "a.lock", new JsonObject().put("waitMs", 20_000), Requests.options("tryAcquire"));
    nodes.close(one);
    assertTrue(await(waiting).body().getBoolean("acquired"));
  }
}
