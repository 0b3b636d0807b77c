package org.dreamkeeper.state.impl;

import static org.junit.jupiter.api.Assertions.assertThrows;

import io.vertx.core.Vertx;
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
import java.util.List;
import java.util.stream.Stream;
import org.dreamkeeper.ServedActor;
import org.dreamkeeper.bus.DreamkeeperException;
import org.dreamkeeper.bus.FailureCode;
import org.dreamkeeper.bus.impl.Budget;
import org.dreamkeeper.file.FaultyDisk;
import org.dreamkeeper.junit5.ManualTime;
import org.dreamkeeper.state.GateOptions;
import org.dreamkeeper.store.MemoryKeeping;

/** A state actor alone. */
final class StateHost extends ServedActor {
  static final long NOW = 1_795_392_000_000L;

  /** Of it, the state may have a fifth. */
  static final long MAX_BYTES = 80 << 20;

  final Path directory;
  final Path file;
  final StateVerticle verticle;

  StateHost(Vertx vertx, Path directory) {
    this(vertx, directory, new FaultyDisk());
  }

  StateHost(Vertx vertx, Path directory, FaultyDisk disk) {
    super(vertx, "state", directory, new ManualTime(NOW), disk, new Budget(MAX_BYTES, 1 << 24));
    this.directory = directory;
    this.file = directory.resolve("dream-state.json");
    verticle = new StateVerticle(project, store, new GateOptions());
    deploy(verticle);
  }

  /** Has no directory. */
  StateHost(Vertx vertx, MemoryKeeping memory) {
    super(
        vertx,
        "state",
        threads -> memory.open("test"),
        new ManualTime(NOW),
        new FaultyDisk(),
        new Budget(MAX_BYTES, 1 << 24));
    this.directory = null;
    this.file = null;
    verticle = new StateVerticle(project, store, new GateOptions());
    deploy(verticle);
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
          .filter(name -> !name.startsWith(".dreamkeeper."))
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
