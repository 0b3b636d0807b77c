package org.dreamkeeper.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.dreamkeeper.Served;
import org.dreamkeeper.StartException;
import org.dreamkeeper.bus.DreamkeeperException;
import org.dreamkeeper.bus.FailureCode;
import org.dreamkeeper.junit5.ManualTime;

/** A service on a shadowed disk: {@code <root>/base} is its directory. */
final class Host {
  static final String NOTHING = "drm-none";

  /** Passes before anything looks at the disk of its own accord. */
  static final long SOON_MS = 5_000;

  private static final long WAIT_MS = 60_000;
  private static final long LONG_MS = 1_800_000;

  private static final AtomicLong COUNT = new AtomicLong();

  /** More than any chain of tasks that an actor sets itself is long. */
  private static final int SETTLED = 3;

  final Path base;
  final ManualTime time;
  final Plan plan = new Plan();
  final Durable durable;
  private final Vertx vertx;
  private final JsonObject config;
  private final ShadowDisk disk;
  private final List<Outcome> outcomes = new ArrayList<>();
  private final List<Sent> sent = new ArrayList<>();
  private Served served;
  private long token;
  private Sent waiting;

  /** What was sent: which files a reply acknowledges, and which a refusal leaves as they were. */
  private record Sent(Set<String> files, Set<String> kept, Future<JsonObject> reply) {}

  Host(Vertx vertx, Path root, long now, JsonObject options) throws IOException {
    this.vertx = vertx;
    this.base = root.resolve("base");
    this.time = new ManualTime(now);
    this.durable = new Durable(root);
    this.disk = new ShadowDisk(plan, durable);
    this.config =
        options
            .copy()
            .put("baseDir", base.toString())
            .put("address", "faults" + COUNT.incrementAndGet());
  }

  /** Deploys it; it must succeed. */
  Host start() {
    served = Served.at(vertx, time, disk.machine(), config);
    return this;
  }

  boolean serves() {
    return served != null;
  }

  /** Undeploys it. */
  void stop() {
    if (served != null) {
      Served before = served;
      served = null;
      before.close();
    }
  }

  /** Deploys it, as an action; the files are those that a success acknowledges. */
  void starts(String... files) {
    try {
      start();
      outcomes.add(Outcome.done(new JsonObject(), Set.of(files)));
    } catch (Served.Failed failed) {
      StartException refusal = (StartException) failed.getCause();
      FailureCode code =
          refusal.reason() == StartException.Reason.STORAGE_FAILED
              ? FailureCode.STORAGE_FAILED
              : FailureCode.INTERNAL;
      outcomes.add(Outcome.refused(code, refusal.getMessage(), Set.of(files)));
    }
  }

  /** Undeploys it, as an action. */
  void stops(String... files) {
    stop();
    outcomes.add(Outcome.done(new JsonObject(), Set.of(files)));
  }

  /** Sends a request; the files are those that a reply acknowledges. */
  void sends(Set<String> files, String actor, String action, JsonObject body, String... headers) {
    Set<String> kept =
        actor.equals("lock") && files.contains(Fixtures.LOCK) ? Set.of(Fixtures.LOCK) : files;
    sent.add(new Sent(files, kept, served.send(actor, action, body, headers).map(Message::body)));
  }

  /** Sends a request whose refusal leaves nothing as it was. */
  void takesOver(Set<String> files, String actor, String action, JsonObject body) {
    sent.add(new Sent(files, Set.of(), served.send(actor, action, body).map(Message::body)));
  }

  /** Sends requests that wait behind a reading one, and so are carried out together. */
  void together(String actor, String reading, JsonObject body, Runnable requests) {
    plan.hold();
    sends(Set.of(), actor, reading, body);
    requests.run();
    // What was sent before has arrived when this is answered.
    served.refused(actor, "no such action", null);
    plan.letGo();
  }

  /** Waits for all that was sent, and for what the service does behind it. */
  List<Outcome> settle() {
    quiesce();
    if (waiting != null) {
      sent.add(waiting);
      if (!waiting.reply().isComplete()) {
        time.advance(WAIT_MS);
      }
    }
    for (Sent each : sent) {
      Served.await(each.reply().transform(end -> Future.succeededFuture()));
      Throwable failure = each.reply().cause();
      if (failure == null && each.reply().result() != null) {
        token = each.reply().result().getLong("token", token);
      }
      outcomes.add(
          failure == null
              ? Outcome.done(each.reply().result(), each.files())
              : Outcome.refused(
                  DreamkeeperException.of(failure).code(), failure.getMessage(), each.kept()));
    }
    sent.clear();
    quiesce();
    List<Outcome> all = List.copyOf(outcomes);
    outcomes.clear();
    return all;
  }

  /** Waits for what the service does of its own accord. */
  void quiesce() {
    for (int i = 0; served != null && i < SETTLED; i++) {
      // These do not touch the disk.
      Future<?> lock = served.send("lock", "renew", null, "token", "1");
      ask("log", "getById", new JsonObject().put("id", NOTHING));
      Served.await(lock.transform(end -> Future.succeededFuture()));
    }
    if (served != null) {
      // It has its turn when what follows the one before has been done, and nothing follows it.
      JsonObject nothing = new JsonObject().put("id", NOTHING);
      served.refused("log", "getById", nothing, "deadline", "1");
    }
  }

  JsonObject ask(String actor, String action, JsonObject body, String... headers) {
    return served.ask(actor, action, body, headers);
  }

  Served served() {
    return served;
  }

  /** Takes the lock, and remembers the token. */
  String acquire() {
    return acquire(LONG_MS);
  }

  String acquire(long leaseMs) {
    JsonObject body = new JsonObject().put("owner", "me").put("leaseMs", leaseMs);
    token = ask("lock", "tryAcquire", body).getLong("token");
    return Long.toString(token);
  }

  /** Lets somebody wait for the lock; the answer is among the outcomes of what is done next. */
  void waits() {
    JsonObject body = new JsonObject().put("owner", "next").put("waitMs", WAIT_MS);
    sends(Set.of(), "lock", "tryAcquire", body);
    waiting = sent.remove(0);
  }

  /** Writes a file as a foreign process does, which syncs it. */
  void edit(String name, String text) throws IOException {
    Path file = base.resolve(name);
    Tree.write(file, text, 0);
    durable.synced(file);
  }

  /** The token taken last. */
  String token() {
    return Long.toString(token);
  }

  /** Everything that the service says. */
  View view() {
    // First, for what it notices may change what the others say.
    JsonObject lock = ask("lock", "status", null);
    quiesce();
    Future<Message<JsonObject>> read = served.send("state", "read", null);
    JsonObject log = ask("log", "list", new JsonObject());
    Message<JsonObject> state = Served.await(read);
    List<JsonObject> entries =
        log.getJsonArray("entries").stream().map(JsonObject.class::cast).toList();
    if (!entries.isEmpty()) {
      // The one that the action may have changed.
      JsonObject newest = entries.get(0);
      JsonObject id = new JsonObject().put("id", newest.getString("id"));
      assertEquals(newest, ask("log", "getById", id));
    }
    return new View(
        state.body(),
        state.headers().get("degraded"),
        entries,
        log.getInteger("unreadable"),
        lock.getBoolean("held"),
        lock.getBoolean("held") && lock.getJsonObject("holder").getBoolean("foreign"),
        lock.getLong("lastCompletedAt"));
  }
}
