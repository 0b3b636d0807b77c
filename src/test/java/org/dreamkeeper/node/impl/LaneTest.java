package org.dreamkeeper.node.impl;

import static org.dreamkeeper.Served.await;
import static org.dreamkeeper.Served.until;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.dreamkeeper.Requests;
import org.dreamkeeper.bus.FailureCode;
import org.dreamkeeper.bus.impl.Project;
import org.dreamkeeper.junit5.ManualTime;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What a gateway sends to whom, and in which order, where nodes answer as a test says. */
@ExtendWith(VertxExtension.class)
final class LaneTest {
  private final ManualTime time = new ManualTime(0);
  private final Routes routes = new Routes(project -> this.gateway.changed(project));
  private Vertx vertx;
  private Context context;
  private Gateway gateway;

  /** A node that answers when it is told to. */
  private final class Answering {
    final List<Message<Object>> asked = new CopyOnWriteArrayList<>();

    Answering(String name) {
      await(vertx.eventBus().consumer(Reception.address(name), asked::add).completion());
    }

    String order() {
      StringBuilder order = new StringBuilder();
      asked.forEach(each -> order.append(each.headers().get("requestId")).append(' '));
      return order.toString().trim();
    }

    void awaits(String order) {
      until(() -> asked.size() >= order.split(" ", -1).length);
      assertEquals(order, order());
    }

    void answers(int index) {
      asked.get(index).reply(new JsonObject().put("n", index));
    }
  }

  private Answering a;
  private Answering b;

  @BeforeEach
  void open(Vertx with) {
    vertx = with;
    context = vertx.getOrCreateContext();
    a = new Answering("a");
    b = new Answering("b");
    onContext(() -> gateway = new Gateway(vertx, time, routes, null, "me"));
    serves("a", 1);
    await(gateway.listening("p"));
  }

  @AfterEach
  void close() {
    Promise<Void> stopped = Promise.promise();
    context.runOnContext(on -> gateway.stop().onComplete(stopped));
    await(stopped.future());
  }

  private void onContext(Runnable task) {
    Promise<Void> done = Promise.promise();
    context.runOnContext(
        on -> {
          task.run();
          done.complete();
        });
    await(done.future());
  }

  private void serves(String node, long term) {
    onContext(() -> routes.serving("p", new Route(node, term)));
  }

  private Future<Message<Object>> ask(String id, String action, JsonObject body, String... more) {
    DeliveryOptions options = Requests.options(action, more).addHeader("requestId", id);
    return vertx.eventBus().request("p.state", body, options.setSendTimeout(60_000));
  }

  private Future<Message<Object>> count(String id) {
    return ask(id, "incrementCurationCount", new JsonObject().put("of", id));
  }

  @Test
  void whatIsNotAnsweredGoesToWhoServesNextInItsOrderAndBeforeNewcomers() {
    count("1");
    Future<Message<Object>> second = count("2");
    count("3");
    a.awaits("1 2 3");
    a.answers(1);
    await(second);
    serves("b", 2);
    b.awaits("1 3");
    count("4");
    b.awaits("1 3 4");
    assertEquals(JsonObject.of("of", "3"), b.asked.get(1).body());
  }

  @Test
  void whereSomebodyDoesNotServeAllIsHeldAndSentAgainInItsOrder() {
    Future<Message<Object>> first = count("1");
    count("2");
    a.awaits("1 2");
    a.asked.get(1).fail(FailureCode.NOT_SERVING.code(), "NOT_SERVING: it is closing");
    until(() -> time.pending() > 0);
    count("3");
    // The first answer of all that were asked counts, but not one that was taken back.
    a.answers(0);
    time.advance(20);
    a.awaits("1 2 1 2 3");
    assertFalse(first.isComplete());
    a.answers(2);
    assertEquals(JsonObject.of("n", 2), await(first).body());
  }

  @Test
  void noMoreAreUnderWayThanAnActorRemembers() {
    List<Future<?>> all = new ArrayList<>();
    for (int i = 0; i < Lane.WINDOW + 10; i++) {
      all.add(count("" + i));
    }
    until(() -> a.asked.size() == Lane.WINDOW);
    a.answers(0);
    await(all.get(0));
    until(() -> a.asked.size() == Lane.WINDOW + 1);
  }

  @Test
  void withEachItIsSaidWhichAreDoneWithOnce() {
    Future<Message<Object>> first = count("1");
    Future<Message<Object>> second = count("2");
    a.awaits("1 2");
    a.answers(0);
    a.answers(1);
    await(Future.all(first, second));
    count("3");
    a.awaits("1 2 3");
    assertEquals(JsonArray.of("1", "2").encode(), a.asked.get(2).headers().get(Project.DONE));
    count("4");
    a.awaits("1 2 3 4");
    assertFalse(a.asked.get(3).headers().contains(Project.DONE));
    // Whoever serves next may not have heard it.
    serves("b", 2);
    b.awaits("3 4");
    assertEquals(JsonArray.of("1", "2").encode(), b.asked.get(0).headers().get(Project.DONE));
  }

  @Test
  void moreThanItMayHoldIsBusy() {
    JsonObject large = new JsonObject().put("a", "x".repeat((int) (Gateway.LANE_BYTES / 2)));
    Future<Message<Object>> first = ask("1", "update", large);
    a.awaits("1");
    Future<Message<Object>> second = ask("2", "update", large);
    until(second::isComplete);
    assertTrue(second.cause().getMessage().startsWith("BUSY: p.state: requests of "));
    a.answers(0);
    await(first);
    Future<Message<Object>> third = ask("3", "update", large);
    a.awaits("1 3");
    a.answers(1);
    await(third);
  }

  @Test
  void aRequestIsHeldForFifteenSecondsWhereNobodyServes() {
    vertx
        .eventBus()
        .consumer(
            Reception.address("c"),
            asked -> asked.fail(FailureCode.NOT_SERVING.code(), "NOT_SERVING: it cannot beat"));
    serves("c", 2);
    onContext(gateway::start);
    Future<Message<Object>> first = count("1");
    Future<Message<Object>> waits =
        ask("2", "read", null, "deadline", Long.toString(time.millis() + 30_000));
    for (int ms = 0; ms < 14_000; ms += 250) {
      time.advance(250);
      until(() -> time.firesWithin(500));
      assertFalse(first.isComplete());
    }
    until(
        () -> {
          time.advance(250);
          return first.isComplete();
        });
    assertTrue(first.cause().getMessage().startsWith("STORAGE_FAILED: p.state: in doubt"));
    assertFalse(waits.isComplete());
    serves("a", 3);
    until(() -> a.asked.size() == 1);
    a.answers(0);
    await(waits);
  }

  @Test
  void itIsHeldLongerWhereTheBusDoesNotReachWhoeverServes() {
    onContext(gateway::start);
    serves("nobody's", 2);
    Future<Message<Object>> first = count("1");
    for (int ms = 0; ms < 29_000; ms += 250) {
      time.advance(250);
      until(() -> time.firesWithin(500));
      assertFalse(first.isComplete());
    }
    Future<Message<Object>> second = count("2");
    until(
        () -> {
          time.advance(250);
          return first.isComplete();
        });
    assertTrue(first.cause().getMessage().startsWith("STORAGE_FAILED: p.state: in doubt"));
    serves("a", 3);
    until(() -> a.asked.size() == 1);
    a.answers(0);
    await(second);
  }

  @Test
  void whoHasWaitedLongForTheLockIsHeldAsLongAsAnybodyElse() {
    Future<Message<Object>> waits = ask("1", "tryAcquire", new JsonObject().put("waitMs", 600_000));
    a.awaits("1");
    onContext(gateway::start);
    serves("b", 2);
    b.awaits("1");
    time.advance(60_000);
    serves("a", 3);
    a.awaits("1 1");
    a.asked.get(1).fail(FailureCode.NOT_SERVING.code(), "NOT_SERVING: it is closing");
    until(() -> time.firesWithin(20));
    time.advance(1_000);
    until(() -> a.asked.size() == 3);
    assertFalse(waits.isComplete());
    a.answers(2);
    await(waits);
  }

  @Test
  void whatMayHaveBeenForgottenIsNotAskedAgain() {
    Future<Message<Object>> first = count("1");
    a.awaits("1");
    time.leap(600_000);
    serves("b", 2);
    until(first::isComplete);
    assertTrue(first.cause().getMessage().startsWith("STORAGE_FAILED: p.state: in doubt"));
    count("2");
    b.awaits("2");
  }
}
