package org.dreamkeeper.admin;

import static org.dreamkeeper.Served.await;
import static org.dreamkeeper.Served.until;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import org.dreamkeeper.DreamEvent;
import org.dreamkeeper.Dreamkeeper;
import org.dreamkeeper.EventFollower;
import org.dreamkeeper.EventPage;
import org.dreamkeeper.Keepers;
import org.dreamkeeper.Kept;
import org.dreamkeeper.Place;
import org.dreamkeeper.Served;
import org.dreamkeeper.bus.DreamkeeperException;
import org.dreamkeeper.bus.FailureCode;
import org.dreamkeeper.junit5.ManualTime;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Events that are read again: none is missing that was heard, and none comes twice. */
@ParameterizedClass
@EnumSource(Place.class)
final class EventsTest {
  private final Vertx vertx = Vertx.vertx();
  private final ManualTime time = new ManualTime(System.currentTimeMillis());
  private final List<EventPage> pages = new CopyOnWriteArrayList<>();
  private Kept kept;
  private Served served;
  private Dreamkeeper keeper;

  @Parameter Place place;
  @TempDir Path dir;

  @BeforeEach
  void start() {
    kept = place.at(vertx, dir);
    keeper = Keepers.client(vertx, "dream", 30_000, time);
    serve();
  }

  private void serve() {
    served = kept.served(vertx, time, new JsonObject());
  }

  @AfterEach
  void stop() {
    served.close();
    await(vertx.close());
  }

  private JsonObject page(String after) {
    JsonObject body = new JsonObject();
    return served.ask("admin", "events", after == null ? body : body.put("after", after));
  }

  private static List<JsonObject> events(JsonObject page) {
    return page.getJsonArray("events").stream().map(JsonObject.class::cast).toList();
  }

  private List<String> types(JsonObject page) {
    return events(page).stream().map(event -> event.getString("type")).toList();
  }

  private void dream() {
    JsonObject grant = served.ask("lock", "tryAcquire", new JsonObject().put("owner", "me"));
    served.ask("state", "incrementCurationCount", null);
    served.ask("lock", "release", null, "token", grant.getLong("token").toString());
  }

  @Test
  void whatWasHeardIsThereWithoutNumbers() {
    dream();
    JsonObject page = page(null);
    List<JsonObject> heard = new ArrayList<>();
    until(() -> served.events("lock.released").size() == 1);
    for (JsonObject event : served.events()) {
      if (!event.getString("type").equals("state.changed")) {
        JsonObject copy = event.copy();
        copy.remove("seq");
        heard.add(copy);
      }
    }
    assertEquals(heard, events(page));
    assertFalse(page.containsKey("gap"));
    JsonObject nothing = page(page.getString("cursor"));
    assertEquals(new JsonArray(), nothing.getJsonArray("events"));
    dream();
    assertEquals(
        List.of("lock.acquired", "lock.released"), types(page(nothing.getString("cursor"))));
  }

  @Test
  void aCleanStopIsNoGap() {
    dream();
    String cursor = page(null).getString("cursor");
    served.close();
    serve();
    JsonObject page = page(cursor);
    assertEquals(List.of(), events(page));
    assertFalse(page.containsKey("gap"));
    dream();
    assertEquals(2, events(page(cursor)).size());
  }

  @Test
  void whoWaitsHearsOfTheNextAtOnce() {
    String cursor = page(null).getString("cursor");
    JsonObject body = new JsonObject().put("after", cursor).put("waitMs", 60_000);
    Future<Message<JsonObject>> waits = served.send("admin", "events", body);
    served.ask("state", "incrementCurationCount", null);
    assertFalse(waits.isComplete(), "a change of the state is none that is kept");
    dream();
    JsonObject page = await(waits).body();
    assertEquals("lock.acquired", types(page).get(0));
  }

  @Test
  void orOfNoneWhenTheTimeIsOver() {
    String cursor = page(null).getString("cursor");
    JsonObject body = new JsonObject().put("after", cursor).put("waitMs", 5_000);
    Future<Message<JsonObject>> waits = served.send("admin", "events", body);
    served.arrived();
    assertFalse(waits.isComplete());
    // Less than what a store may be silent for, which may be reading just now.
    time.advance(5_001);
    assertEquals(cursor, await(waits).body().getString("cursor"));
    assertEquals(List.of(), events(await(waits).body()));
  }

  @Test
  void aWaiterIsAnsweredAtHisDeadlineAndAtAStop() {
    String cursor = page(null).getString("cursor");
    JsonObject body = new JsonObject().put("after", cursor).put("waitMs", 60_000);
    String soon = Long.toString(time.millis() + 5_000);
    Future<?> late = served.send("admin", "events", body, "deadline", soon);
    Future<?> stays = served.send("admin", "events", body);
    served.arrived();
    time.advance(5_001);
    assertEquals(FailureCode.DEADLINE_PASSED, code(late));
    assertFalse(stays.isComplete());
    served.close();
    assertEquals(FailureCode.NOT_SERVING, code(stays));
    serve();
  }

  private static FailureCode code(Future<?> future) {
    Served.Failed failed = assertThrows(Served.Failed.class, () -> await(future));
    return DreamkeeperException.of(failed.getCause()).code();
  }

  @Test
  void whoFollowsGetsAllOfThemOnceOverStopsAndStarts() {
    EventFollower follower = keeper.follow(Optional.empty(), pages::add);
    for (int round = 1; round <= 3; round++) {
      dream();
      int told = 2 * round;
      pump(() -> followed().size() >= told);
      served.close();
      serve();
    }
    assertEquals(6, followed().size());
    assertTrue(pages.stream().noneMatch(EventPage::gap));
    assertEquals(
        3, followed().stream().filter(event -> event instanceof DreamEvent.Acquired).count());
    assertEquals(0, followed().get(0).frame().seq());
    await(follower.stop());
    dream();
    time.settle();
    assertEquals(6, followed().size());
    assertTrue(follower.ended().succeeded());
    // And goes on later, where he was.
    String cursor = pages.get(pages.size() - 1).cursor();
    pages.clear();
    EventFollower again = keeper.follow(Optional.of(cursor), pages::add);
    pump(() -> followed().size() >= 2);
    assertInstanceOf(DreamEvent.Acquired.class, followed().get(0));
    await(again.stop());
  }

  private List<DreamEvent> followed() {
    return pages.stream().flatMap(page -> page.events().stream()).toList();
  }

  /** Lets time pass until something holds: whoever follows tries again after half a second. */
  private void pump(BooleanSupplier holds) {
    until(
        () -> {
          if (!holds.getAsBoolean()) {
            time.advance(100);
          }
          return holds.getAsBoolean();
        });
  }

  @Test
  void aCursorThatIsNoneEndsIt() {
    EventFollower follower = keeper.follow(Optional.of("none"), pages::add);
    assertEquals(FailureCode.INVALID_REQUEST, code(follower.ended()));
    assertEquals(List.of(), pages);
  }

  @Test
  void soDoesAHandlerThatThrows() {
    EventFollower follower =
        keeper.follow(
            Optional.empty(),
            page -> {
              throw new IllegalStateException("no room");
            });
    dream();
    Served.Failed failed = assertThrows(Served.Failed.class, () -> await(follower.ended()));
    assertEquals("no room", failed.getCause().getMessage());
  }

  @Test
  void itEndsWithItsVerticle() {
    EventFollower[] follower = new EventFollower[1];
    String id =
        await(
            vertx.deployVerticle(
                new VerticleBase() {
                  @Override
                  public Future<?> start() {
                    follower[0] = keeper.follow(Optional.empty(), pages::add);
                    return Future.succeededFuture();
                  }
                }));
    dream();
    until(() -> followed().size() == 2);
    await(vertx.undeploy(id));
    await(follower[0].ended());
    assertNull(follower[0].ended().cause());
  }
}
