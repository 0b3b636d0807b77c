package org.dreamkeeper.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.dreamkeeper.ManualTime;
import org.dreamkeeper.Quiet;
import org.dreamkeeper.Requests;
import org.dreamkeeper.bus.DreamkeeperException;
import org.dreamkeeper.bus.FailureCode;
import org.dreamkeeper.bus.impl.Budget;
import org.dreamkeeper.bus.impl.Events;
import org.dreamkeeper.bus.impl.Project;
import org.dreamkeeper.bus.impl.ProjectThreads;
import org.dreamkeeper.file.FaultyDisk;
import org.dreamkeeper.file.FileOptions;
import org.dreamkeeper.file.FileProjectStore;

/** A log actor on a real directory, driven from a test's thread through the event bus. */
final class LogHost {
  static final int MAX_MESSAGE_BYTES = 1 << 20;

  /** What the state says; null where it does not. */
  volatile String lastDreamLogId = "";

  final Vertx vertx;
  final ManualTime time;
  final Project project;
  final FileProjectStore store;
  final LogVerticle verticle;
  private final MessageConsumer<JsonObject> listener;
  private final MessageConsumer<JsonObject> state;
  private final List<JsonObject> events = new ArrayList<>();
  private final String deployment;
  private final Quiet quiet;
  private final Runnable timeGoesOn;

  LogHost(Vertx vertx, Path directory, ManualTime time, FaultyDisk disk, LogOptions options) {
    this.vertx = vertx;
    this.time = time;
    Budget budget = new Budget(1 << 28, MAX_MESSAGE_BYTES);
    ProjectThreads threads = new ProjectThreads(vertx, "dream");
    store =
        await(
            FileProjectStore.open(
                vertx,
                time,
                threads,
                disk.machine(),
                new FileOptions(directory.toString(), true, "test", budget)));
    project =
        new Project(
            "dream",
            false,
            "test",
            "secret",
            store.epoch(),
            10_000,
            budget,
            threads,
            time,
            new Events(vertx.eventBus(), "dream", "test", false, time),
            () -> null);
    listener = vertx.eventBus().localConsumer("dream.events", message -> note(message.body()));
    await(listener.completion());
    state = vertx.eventBus().localConsumer("dream.state", message -> answer(message));
    await(state.completion());
    verticle = new LogVerticle(project, store, options);
    deployment = await(vertx.deployVerticle(verticle));
    quiet = new Quiet(vertx, "dream", "log");
    timeGoesOn = time.waitFor(quiet::await);
  }

  void stop() {
    timeGoesOn.run();
    quiet.close();
    await(vertx.undeploy(deployment));
    await(store.close());
    await(listener.unregister());
    await(state.unregister());
  }

  /** In the place of the state actor. */
  private void answer(Message<JsonObject> read) {
    if (lastDreamLogId == null) {
      read.fail(507, "STORAGE_FAILED: no answer from the disk");
    } else {
      read.reply(new JsonObject().put("lastDreamLogId", lastDreamLogId));
    }
  }

  static <T> T await(Future<T> future) {
    return Requests.await(future);
  }

  Future<Message<JsonObject>> send(String action, JsonObject body, String... headers) {
    return Requests.send(vertx, "dream.log", action, body, headers);
  }

  JsonObject ask(String action, JsonObject body, String... headers) {
    return await(send(action, body, headers)).body();
  }

  void save(JsonObject entry, String... headers) {
    assertEquals(entry.getString("id"), ask("save", entry, headers).getString("id"));
  }

  JsonObject get(String id) {
    return ask("getById", new JsonObject().put("id", id));
  }

  JsonObject list(JsonObject query) {
    return ask("list", query);
  }

  /** Gives the ids of all entries, newest first. */
  List<String> ids() {
    return ids(list(null));
  }

  static List<String> ids(JsonObject page) {
    return page.getJsonArray("entries").stream()
        .map(each -> ((JsonObject) each).getString("id"))
        .toList();
  }

  String nextId() {
    return ask("nextId", null).getString("id");
  }

  String refused(FailureCode code, String action, JsonObject body, String... headers) {
    return refused(code, send(action, body, headers));
  }

  static String refused(FailureCode code, Future<?> future) {
    DreamkeeperException refusal = assertThrows(DreamkeeperException.class, () -> await(future));
    assertEquals(code, refusal.code(), refusal.getMessage());
    return refusal.getMessage();
  }

  JsonObject peer(String action, JsonObject body) {
    return await(sendPeer(action, body));
  }

  private Future<JsonObject> sendPeer(String action, JsonObject body) {
    DeliveryOptions options = new DeliveryOptions().addHeader("action", action);
    return vertx
        .eventBus()
        .<JsonObject>request(project.peer("log"), body, options)
        .map(Message::body)
        .recover(failure -> Future.failedFuture(DreamkeeperException.of(failure)));
  }

  /** Asks how a dream ended, as the lock does. */
  JsonObject outcome(long token) {
    return await(outcome(token, 0));
  }

  /** Asks how a dream ended that had the lock granted at that time. */
  Future<JsonObject> outcome(long token, long since) {
    return sendPeer("outcome", new JsonObject().put("token", token).put("since", since));
  }

  /** Moves the fence, as the lock does. */
  void fence(long token) {
    peer("fence", new JsonObject().put("token", token));
  }

  /** A token of this epoch. */
  long token(int n) {
    return (project.epoch() << 20) + n;
  }

  /** Lets everything that was begun before reach its end. */
  void settle() {
    quiet.await();
  }

  private void note(JsonObject event) {
    synchronized (events) {
      events.add(event);
      events.notifyAll();
    }
  }

  /** Gives the events of a type so far, without those of earlier calls. */
  List<JsonObject> events(String type) throws InterruptedException {
    project.events().publish("test.marker", new JsonObject());
    synchronized (events) {
      while (events.isEmpty() || !type(events.get(events.size() - 1)).equals("test.marker")) {
        events.wait();
      }
      List<JsonObject> seen = events.stream().filter(each -> type(each).equals(type)).toList();
      events.clear();
      return seen;
    }
  }

  private static String type(JsonObject event) {
    return event.getString("type");
  }
}
