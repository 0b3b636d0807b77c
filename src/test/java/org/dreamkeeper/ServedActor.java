package org.dreamkeeper;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.vertx.core.Deployable;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.dreamkeeper.bus.DreamkeeperException;
import org.dreamkeeper.bus.FailureCode;
import org.dreamkeeper.bus.impl.Budget;
import org.dreamkeeper.bus.impl.Events;
import org.dreamkeeper.bus.impl.Project;
import org.dreamkeeper.bus.impl.Residents;
import org.dreamkeeper.bus.impl.async.ProjectThreads;
import org.dreamkeeper.file.Contact;
import org.dreamkeeper.file.FaultyDisk;
import org.dreamkeeper.file.FileOptions;
import org.dreamkeeper.file.FileProjectStore;
import org.dreamkeeper.file.LockSharing;
import org.dreamkeeper.junit5.ManualTime;
import org.dreamkeeper.junit5.impl.Quiet;
import org.dreamkeeper.store.ProjectStore;

/**
 * One actor alone, on a real directory or another store, driven from a test's thread through the
 * event bus. ({@link Served} is a whole project.)
 */
public abstract class ServedActor {
  public final Vertx vertx;
  public final ManualTime time;
  public final FaultyDisk disk;
  public final Project project;
  public final ProjectStore store;
  private final String actor;
  private final List<JsonObject> events = new ArrayList<>();
  private final MessageConsumer<JsonObject> listener;
  private String deployment;
  protected Quiet quiet;
  private Runnable timeGoesOn;

  /** Opens a store; the actor is then to be deployed. */
  protected interface Opening {
    Future<? extends ProjectStore> on(ProjectThreads threads);
  }

  /** Opens a directory; the actor is then to be deployed. */
  protected ServedActor(
      Vertx vertx, String actor, Path directory, ManualTime time, FaultyDisk disk, Budget budget) {
    this(
        vertx,
        actor,
        threads -> {
          LockSharing sharing = new LockSharing(1_800_000, true, 0);
          FileOptions options =
              new FileOptions(
                  directory.toString(), true, sharing, "test", Contact.of("dream", null), budget);
          return FileProjectStore.open(vertx, time, threads, disk.machine(), options);
        },
        time,
        disk,
        budget);
  }

  protected ServedActor(
      Vertx vertx, String actor, Opening opening, ManualTime time, FaultyDisk disk, Budget budget) {
    this.vertx = vertx;
    this.actor = actor;
    this.time = time;
    this.disk = disk;
    ProjectThreads threads = new ProjectThreads(vertx, "dream");
    store = await(opening.on(threads));
    Events publisher =
        new Events(vertx.eventBus(), "dream", "test", false, time, store.journal()::record);
    project =
        new Project(
            "dream",
            "dream",
            false,
            "test",
            "secret",
            store.epoch(),
            10_000,
            budget,
            threads,
            time,
            publisher,
            () -> null,
            new Residents());
    listener = vertx.eventBus().localConsumer("dream.events", event -> note(event.body()));
    await(listener.completion());
  }

  protected void deploy(Deployable verticle) {
    deployment = await(vertx.deployVerticle(verticle));
    quiet = new Quiet(vertx, "dream", actor);
    timeGoesOn = time.waitFor(quiet::await);
  }

  /** Undeploys the actor, if it still is deployed, and gives the directory back. */
  public void stop() {
    timeGoesOn.run();
    quiet.close();
    if (vertx.deploymentIDs().contains(deployment)) {
      await(vertx.undeploy(deployment));
    }
    await(store.close());
    await(listener.unregister());
  }

  public static <T> T await(Future<T> future) {
    return Requests.await(future);
  }

  public Future<Message<JsonObject>> send(String action, JsonObject body, String... headers) {
    return Requests.send(vertx, project.address(actor), action, body, headers);
  }

  /** Asserts that a request is refused with a code, and gives the message. */
  public String refused(FailureCode code, String action, JsonObject body, String... headers) {
    return refused(code, send(action, body, headers));
  }

  public static String refused(FailureCode code, Future<?> future) {
    DreamkeeperException refusal = assertThrows(DreamkeeperException.class, () -> await(future));
    assertEquals(code, refusal.code(), refusal.getMessage());
    return refusal.getMessage();
  }

  /** Asks as the project's other actors do. */
  public JsonObject peer(String action, JsonObject body) {
    return await(sendPeer(action, body));
  }

  protected Future<JsonObject> sendPeer(String action, JsonObject body) {
    return Requests.send(vertx, project.peer(actor), action, body).map(Message::body);
  }

  /** Moves the fence, as the lock does. */
  public void fence(long token) {
    peer("fence", new JsonObject().put("token", token));
  }

  private void note(JsonObject event) {
    synchronized (events) {
      events.add(event);
      events.notifyAll();
    }
  }

  /** Gives the events so far, without those of earlier calls. */
  public List<JsonObject> events() throws InterruptedException {
    project.events().publish("test.marker", new JsonObject());
    synchronized (events) {
      while (events.isEmpty() || !type(events.get(events.size() - 1)).equals("test.marker")) {
        events.wait();
      }
      List<JsonObject> seen = new ArrayList<>(events.subList(0, events.size() - 1));
      events.clear();
      return seen;
    }
  }

  public List<JsonObject> events(String type) throws InterruptedException {
    return events().stream().filter(event -> type(event).equals(type)).toList();
  }

  public static String type(JsonObject event) {
    return event.getString("type");
  }
}
