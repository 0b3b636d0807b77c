package org.dreamkeeper.state.impl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
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
import org.dreamkeeper.state.GateOptions;

/** A state actor on a real directory, driven from a test's thread through the event bus. */
final class StateHost {
  static final long NOW = 1_795_392_000_000L;

  final Vertx vertx;
  final Path directory;
  final Path file;
  final ManualTime time = new ManualTime(NOW);
  final FaultyDisk disk;
  final Project project;
  final StateVerticle verticle;
  private final List<JsonObject> events = new ArrayList<>();
  private final FileProjectStore store;
  private final String deployment;
  private final Quiet quiet;

  /** Of it, the state may have a fifth. */
  static final long MAX_BYTES = 80 << 20;

  StateHost(Vertx vertx, Path directory) {
    this(vertx, directory, new FaultyDisk());
  }

  StateHost(Vertx vertx, Path directory, FaultyDisk disk) {
    this.vertx = vertx;
    this.disk = disk;
    this.directory = directory;
    this.file = directory.resolve("dream-state.json");
    Budget budget = new Budget(MAX_BYTES, 1 << 24);
    ProjectThreads threads = new ProjectThreads(vertx, "dream");
    store =
        await(
            FileProjectStore.open(
                vertx,
                time,
                threads,
                disk.machine(),
                new FileOptions(directory.toString(), true, "test", budget)));
    Events publisher = new Events(vertx.eventBus(), "dream", "test", false, time);
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
            publisher,
            () -> null);
    await(
        vertx
            .eventBus()
            .<JsonObject>localConsumer("dream.events", message -> note(message.body()))
            .completion());
    verticle = new StateVerticle(project, store, GateOptions.of(null));
    deployment = await(vertx.deployVerticle(verticle));
    quiet = new Quiet(vertx, "dream", "state");
    time.waitFor(quiet::await);
  }

  void stop() {
    quiet.close();
    if (vertx.deploymentIDs().contains(deployment)) {
      await(vertx.undeploy(deployment));
    }
    await(store.close());
  }

  static <T> T await(Future<T> future) {
    return Requests.await(future);
  }

  Future<Message<JsonObject>> send(String action, JsonObject body, String... headers) {
    return Requests.send(vertx, "dream.state", action, body, headers);
  }

  Message<JsonObject> ask(String action, JsonObject body, String... headers) {
    return await(send(action, body, headers));
  }

  JsonObject get(String action, JsonObject body, String... headers) {
    return ask(action, body, headers).body();
  }

  JsonObject read() {
    return get("read", null);
  }

  String revision() {
    return ask("read", null).headers().get("revision");
  }

  String degraded() {
    return ask("read", null).headers().get("degraded");
  }

  String refused(FailureCode code, String action, JsonObject body, String... headers) {
    return refused(code, send(action, body, headers));
  }

  static String refused(FailureCode code, Future<?> future) {
    DreamkeeperException refusal = assertThrows(DreamkeeperException.class, () -> await(future));
    assertEquals(code, refusal.code(), refusal.getMessage());
    return refusal.getMessage();
  }

  void fence(long token) {
    await(
        vertx
            .eventBus()
            .request(
                project.peer("state"),
                new JsonObject().put("token", token),
                new DeliveryOptions().addHeader("action", "fence")));
  }

  /** Waits until everything that was sent before is in the mailbox: messages stay in order. */
  void settle() {
    probe();
  }

  /** Waits until the actor has heard that it is to stop. */
  void awaitStopping() {
    while (probe() != FailureCode.NOT_SERVING) {
      Thread.onSpinWait();
    }
  }

  /** Asks for what there is not, which is refused at once, however long the queue is. */
  private FailureCode probe() {
    return assertThrows(DreamkeeperException.class, () -> await(send("none", null))).code();
  }

  private void note(JsonObject event) {
    synchronized (events) {
      events.add(event);
      events.notifyAll();
    }
  }

  /** Gives the events so far, without those of earlier calls. */
  List<JsonObject> events() throws InterruptedException {
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

  static String type(JsonObject event) {
    return event.getString("type");
  }

  String text() throws IOException {
    return Files.readString(file);
  }

  /** Writes the file as a foreign process does, long enough ago for its stamp to count. */
  void put(String text) throws IOException {
    put(text.getBytes(StandardCharsets.UTF_8));
  }

  void put(byte[] bytes) throws IOException {
    Files.write(file, bytes);
    age();
  }

  void age() throws IOException {
    Files.setLastModifiedTime(file, FileTime.from(Instant.now().minusSeconds(10)));
  }

  /** What changes when the file is touched at all. */
  String stamp() throws IOException {
    return Files.readAttributes(file, "unix:ino,lastModifiedTime,ctime", LinkOption.NOFOLLOW_LINKS)
        .toString();
  }

  List<String> names() throws IOException {
    try (Stream<Path> all = Files.list(directory)) {
      return all.map(each -> each.getFileName().toString())
          .filter(name -> !name.equals(".dreamkeeper.claim"))
          .sorted()
          .toList();
    }
  }

  static JsonObject merge(String source, String target, String dream) {
    return new JsonObject()
        .put("sourceFile", source)
        .put("mergeTarget", target)
        .put("reason", "overlap")
        .put("suggestedByDreamId", dream);
  }

  static JsonObject merges(JsonObject... merges) {
    return new JsonObject().put("merges", new JsonArray(List.of(merges)));
  }

  static JsonObject paths(String... paths) {
    return new JsonObject().put("paths", new JsonArray(List.of(paths)));
  }

  static JsonObject by(Object by) {
    return new JsonObject().put("by", by);
  }

  /** The empty state, as replies show it. */
  static JsonObject empty() {
    return new JsonObject()
        .put("version", 1)
        .put("curationsSinceDream", 0)
        .put("lastDreamAt", null)
        .put("lastDreamLogId", null)
        .put("totalDreams", 0)
        .put("pendingMerges", new JsonArray())
        .put("staleSummaryPaths", new JsonArray());
  }
}
