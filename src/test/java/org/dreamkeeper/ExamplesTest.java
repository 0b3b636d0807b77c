package org.dreamkeeper;

import static org.dreamkeeper.Served.await;
import static org.dreamkeeper.Served.until;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.dreamkeeper.file.Machine;
import org.dreamkeeper.file.Processes;
import org.dreamkeeper.junit5.ManualTime;
import org.dreamkeeper.store.Keeping.Fault;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The document's examples, sent and compared: one story on one project, with a clock that moves by
 * hand. Only what no clock can fix is not compared: an event's instance and seq, and where the
 * project is.
 */
@ParameterizedClass(name = "{0}")
@EnumSource(Place.class)
final class ExamplesTest {
  private static final long EPOCH = 42;

  /** What every revision ends in, as documented. */
  private static final String BITS = "229704d6";

  /** The instance, as documented. */
  private static final String INSTANCE = BITS + "-b048-44d0-9908-bf90b8e49b5f";

  private static final String CLAIM_GONE = "/project/.dreamkeeper.claim was deleted";
  private static final String SET_ASIDE = "dream-state.json.corrupt-1775822412000";

  /** There are no foreign processes in a database. */
  private static final Set<String> OF_FILES_ALONE =
      Set.of("left by a dead process", "overwritten", "a foreign process that hangs");

  private static final Set<String> EVENTS_OF_FILES_ALONE = Set.of("lock.lost", "lock.takenOver");

  private static final long HOST = 4_000;
  private static final long FOREIGN = 5_150;

  private final Vertx vertx = Vertx.vertx();
  private final ManualTime time =
      new ManualTime(Instant.parse("2026-04-10T12:00:00Z").toEpochMilli());
  private final Set<String> told = new TreeSet<>();
  private final List<String> wrong = new ArrayList<>();
  private volatile boolean foreignLives;
  private Served served;

  /** What every revision ends in here, and the instance. */
  private String bits;

  private String instance;

  @Parameter Place place;
  @TempDir Path dir;
  @TempDir Path texts;
  private Kept kept;

  @AfterEach
  void stop() {
    await(vertx.close());
  }

  @Test
  void eachExampleIsWhatHappens() throws IOException {
    kept = place.at(vertx, dir);
    kept.claimedBefore(EPOCH - 1);
    JsonObject config =
        kept.config()
            .put("maxPending", 2)
            .put("log", new JsonObject().put("maxEntries", 1))
            .put("texts", texts.toString());
    Files.writeString(texts.resolve("a.md"), "same\nas b.md\n");
    served = Served.at(vertx, time, machine(), config);
    MultiMap headers = await(served.send("state", "read", null)).headers();
    instance = headers.get("instance");
    String first = headers.get("revision");
    bits = first.substring(first.lastIndexOf('-') + 1);

    aDream();
    whatComesTooLate();
    theStateByItself();
    aDreamThatFails();
    if (place == Place.FILES) {
      foreignProcesses();
    } else {
      aLineThatIsFull();
    }
    filesThatAreNone();
    whatTheHostCannotDo();

    Set<String> all = new TreeSet<>();
    for (String operation : Contract.operations()) {
      examples(operation + ".request").forEach(each -> all.add(each.getString("name")));
    }
    all.add("no such action");
    theEvents();
    assertEquals(all, told, "told by this story, and by the document");
    assertEquals(List.of(), wrong);
  }

  private void aDream() {
    send("state.read", "an empty project");
    send("state.incrementCurationCount", "three curations");
    send("state.incrementCurationCount", "three curations");
    send("state.incrementCurationCount", "a count out of range");
    send("state.enqueueStaleSummaryPaths", "two paths");
    send("state.gates", "a dream may begin");
    send("lock.status", "free");
    send("lock.tryAcquire", "granted");
    send("lock.tryAcquire", "held by another");
    send("log.nextId", "an id");
    send("log.save", "a dream begins");
    send("admin.overview", "how it is");
    sendOfFiles("admin.events", "the first events");
    send("log.append", "what an undo will need");
    send("state.drainStaleSummaryPaths", "the queue is taken");
    send("state.addPendingMerges", "a suggestion");
    time.advance(10_000);
    send("lock.renew", "another minute");
    send("log.save", "a dream completes");
    send("state.recordDream", "the dream counts");
    send("lock.release", "the dream is done");
    send("log.getById", "the dream's entry");
    send("log.getById", "no such entry");
    send("log.list", "the newest");
    send("state.gates", "too soon");
    send("admin.diff", "what it changed");
    send("admin.undo", "a plan");
    send("admin.undo", "no plan");
  }

  private void whatComesTooLate() {
    send("lock.renew", "too late to renew");
    send("log.save", "an old token");
    send("state.read", "too late");
    unknownAction();
  }

  private void theStateByItself() {
    send("state.update", "a field of one's own");
    send("state.write", "the state has moved on");
    send("state.write", "the whole state");
    send("state.removePendingMerges", "decided");
    send("log.save", "a dream is undone");
    send("state.forgetDream", "the dream is undone");
  }

  private void aDreamThatFails() {
    send("lock.tryAcquire", "a second dream");
    send("log.save", "a second dream begins");
    send("admin.cancel", "please stop");
    send("lock.renew", "asked to stop");
    send("lock.rollback", "the dream failed");
    send("admin.evict", "nobody to push out");
    heard("log.interrupted");
    time.advance(1_000);
    send("log.save", "without a lock");
    heard("log.pruned");
  }

  private void foreignProcesses() throws IOException {
    write("dream.lock", Long.toString(FOREIGN));
    send("lock.tryAcquire", "left by a dead process");
    whoStandInLine();
    foreignLives = true;
    write("dream.lock", Long.toString(FOREIGN));
    send("lock.renew", "overwritten");
    heard("lock.lost");
    send("admin.evict", "a foreign process that hangs");
  }

  private void aLineThatIsFull() {
    told.addAll(OF_FILES_ALONE);
    String token = served.ask("lock", "tryAcquire", null).getLong("token").toString();
    whoStandInLine();
    served.ask("lock", "rollback", null, "token", token);
  }

  private void whoStandInLine() {
    Future<?> first = stand(1);
    Future<?> second = stand(2);
    send("lock.tryAcquire", "the line is full");
    time.advance(1_000);
    await(Future.join(first, second));
  }

  /** Puts one more into the lock's line. */
  private Future<?> stand(int place) {
    Future<?> answer = served.send("lock", "tryAcquire", new JsonObject().put("waitMs", 1_000));
    until(() -> waiting() == place);
    return answer;
  }

  /** With so little room, a request may find the one before it not quite over. */
  private int waiting() {
    return await(
        served
            .send("lock", "status", null)
            .map(reply -> reply.body().getInteger("waiting"))
            .otherwise(-1));
  }

  private void filesThatAreNone() throws IOException {
    kept.putEntry("drm-5", "torn");
    if (place == Place.FILES) {
      // What it is called when it is set aside comes from that.
      Path entry = dir.resolve("dream-log/drm-5.json");
      Files.setLastModifiedTime(entry, FileTime.fromMillis(time.millis()));
    }
    send("log.list", "a file that is no entry");
    sendOfFiles("admin.inspect", "what is not as it should be");
    sendOfFiles("admin.setAside", "out of the way");
    kept.putState("{\"version\": 2}");
    send("state.read", "a newer file");
    send("state.incrementCurationCount", "a newer file is not overwritten");
    kept.putState("{\"version\": 1, \"totalDreams\": 1, \"curationsSinceDream\": -1}");
    send("state.incrementCurationCount", "a corrupt file is set aside");
    sendOfFiles("admin.putBack", "the count of dreams");
  }

  private void whatTheHostCannotDo() throws IOException {
    kept.changesAre(Fault.REFUSED);
    send("state.incrementCurationCount", "the disk is full");
    heard("storage.failed");
    kept.changesAre(Fault.NONE);
    served.ask("state", "incrementCurationCount", null);
    heard("storage.recovered");
    kept.takeClaim();
    send("lock.tryAcquire", "the claim is gone");
  }

  /** What names files, or places in them. */
  private void sendOfFiles(String operation, String name) {
    if (place == Place.FILES) {
      send(operation, name);
    } else {
      told.add(name);
    }
  }

  private void send(String operation, String name) {
    JsonObject request = example(operation + ".request", name);
    String actor = operation.substring(0, operation.indexOf('.'));
    DeliveryOptions options = new DeliveryOptions();
    MultiMap headers = MultiMap.caseInsensitiveMultiMap();
    request
        .getJsonObject("headers")
        .forEach(each -> headers.add(each.getKey(), text(each).replace(BITS, bits)));
    options.setHeaders(headers);
    if (!name.equals("a count out of range")) {
      wrong.addAll(Contract.wrongRequest(operation, headers, request.getValue("payload")));
    }
    Object body = request.getValue("payload");
    Future<Message<JsonObject>> answer = vertx.eventBus().request("dream." + actor, body, options);
    JsonObject actual = new JsonObject();
    JsonObject documented;
    try {
      Message<JsonObject> reply = await(answer);
      wrong.addAll(Contract.wrongReply(operation, reply));
      JsonObject replyHeaders = new JsonObject();
      reply.headers().forEach((header, value) -> replyHeaders.put(header, value));
      if (!replyHeaders.isEmpty()) {
        actual.put("headers", replyHeaders);
      }
      actual.put("payload", reply.body() == null ? null : placed(reply.body()));
      documented = example(operation + ".reply", name);
    } catch (Served.Failed failed) {
      ReplyException failure = (ReplyException) failed.getCause();
      wrong.addAll(Contract.wrongFailure(operation, failure));
      actual.put("payload", placed(Contract.json(failure)));
      documented = example(failure.getMessage().replaceFirst(":.*", ""), name);
    }
    compare(name, documented, actual);
  }

  private void unknownAction() {
    ReplyException failure = served.refused("state", "wake", null);
    JsonObject actual = new JsonObject().put("payload", Contract.json(failure));
    compare("no such action", example("UNKNOWN_ACTION", "no such action"), actual);
  }

  private JsonObject asDocumented(JsonObject actual) {
    String ownPid = "\"pid\":" + ProcessHandle.current().pid() + ",";
    return new JsonObject(
        placed(actual)
            .encode()
            .replace(instance, INSTANCE)
            .replace(bits, BITS)
            .replace(ownPid, "\"pid\":" + HOST + ",")
            .replace("PID " + ProcessHandle.current().pid() + ",", "PID " + HOST + ","));
  }

  private void compare(String name, JsonObject documented, JsonObject run) {
    JsonObject actual = asDocumented(run);
    told.add(name);
    JsonObject bare = documented.copy();
    bare.remove("name");
    bare.remove("summary");
    if (!bare.equals(actual)) {
      wrong.add("example \"" + name + "\": " + bare + ", but was " + actual);
    }
  }

  private void theEvents() {
    Set<String> types = new TreeSet<>(Contract.events().keySet());
    if (place != Place.FILES) {
      types.removeAll(EVENTS_OF_FILES_ALONE);
    }
    types.removeAll(Contract.OF_NODES);
    for (String type : types) {
      List<JsonObject> examples = examples(type);
      List<JsonObject> heard =
          served.events(type).stream()
              .map(this::asDocumented)
              .map(ExamplesTest::comparable)
              .toList();
      assertEquals(1, examples.size(), type);
      JsonObject example = examples.get(0).getJsonObject("payload");
      wrong.addAll(
          Contract.wrong(type, MultiMap.caseInsensitiveMultiMap().add("type", type), example));
      if (!heard.contains(comparable(example))) {
        wrong.add("event " + example + ", but heard " + heard);
      }
    }
  }

  private static JsonObject comparable(JsonObject event) {
    JsonObject copy = event.copy();
    copy.remove("instance");
    copy.remove("seq");
    return copy;
  }

  private JsonObject placed(JsonObject told) {
    String text = told.encode().replace(dir.toString(), "/project");
    return new JsonObject(place == Place.FILES ? text : asOfFiles(text));
  }

  /** The document's names are those of files. */
  private static String asOfFiles(String text) {
    return text.replaceAll("project dream in [^ ]* was claimed by another host", CLAIM_GONE)
        .replaceAll("127.0.0.1:[0-9]+/[a-z0-9_]+", "/project")
        .replaceAll("(?<!\\.)\\bstate: ", "dream-state.json: ")
        .replaceAll("state.corrupt-[-0-9]+", SET_ASIDE);
  }

  private static String text(Map.Entry<String, Object> header) {
    return (String) header.getValue();
  }

  private static JsonObject example(String message, String name) {
    return examples(message).stream()
        .filter(each -> each.getString("name").equals(name))
        .findFirst()
        .orElse(new JsonObject());
  }

  private static List<JsonObject> examples(String message) {
    JsonArray examples =
        Contract.at("components", "messages", message).getJsonArray("examples", new JsonArray());
    return examples.stream().map(each -> (JsonObject) each).toList();
  }

  private void heard(String type) {
    until(() -> !served.events(type).isEmpty());
  }

  private void write(String name, String content) throws IOException {
    Path file = Files.writeString(dir.resolve(name), content);
    Files.setLastModifiedTime(file, FileTime.fromMillis(time.millis()));
  }

  private Machine machine() {
    Processes processes =
        new Processes() {
          @Override
          public Identity self() {
            return new Identity(HOST, "1", "pid:[1]", "user", "host");
          }

          @Override
          public boolean alive(long pid) {
            return pid == FOREIGN && foreignLives;
          }

          @Override
          public boolean alive(Identity other) {
            return false;
          }
        };
    return new Machine(kept.machine().disk(), Machine.REAL.writer(), processes);
  }
}
