package org.dreamkeeper.torture;

import static org.dreamkeeper.Served.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Vertx;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.dreamkeeper.Calls;
import org.dreamkeeper.Served;
import org.dreamkeeper.bus.FailureCode;
import org.dreamkeeper.junit5.ManualTime;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/** A project on a file system of its own that says no, and what must hold then. */
abstract class RealDisk {
  static final String NO_ROOM = "No space left on device";
  private static final String ID = "drm-7";
  private static final JsonObject GET = new JsonObject().put("id", ID);

  private final Vertx vertx = Vertx.vertx();
  @TempDir Path disk;
  Path dir;

  @AfterEach
  void stop() {
    await(vertx.close());
  }

  Served serve() {
    return Served.at(vertx, dir, new ManualTime(System.currentTimeMillis()));
  }

  /** Serves a directory on the disk, with something of each kind in it. */
  Served serveFilled() {
    dir = disk.resolve("base");
    Served served = serve();
    served.ask("state", "write", Calls.state());
    served.ask("log", "save", Calls.entry("completed", Calls.consolidate()));
    served.ask("lock", "release", null, "token", acquire(served));
    return served;
  }

  static String acquire(Served served) {
    return served.ask("lock", "tryAcquire", new JsonObject()).getLong("token").toString();
  }

  /** Each write that needs the disk is refused, nothing is changed, and all is still read. */
  void refusesAll(Served served, String why) throws IOException {
    Map<String, String> before = files();
    int refused = 0;
    for (Calls.Call call : writes()) {
      if (why.equals(NO_ROOM) && call.actor().equals("lock")) {
        // The lock needs no room: a dream can be begun, and fails at its first entry.
        continue;
      }
      ReplyException refusal = served.refused(call.actor(), call.action(), call.body());
      assertEquals(FailureCode.STORAGE_FAILED.code(), refusal.failureCode(), call::toString);
      assertTrue(refusal.getMessage().contains(why), refusal.getMessage());
      assertEquals(before, files(), call::toString);
      readsAll(served);
      refused++;
    }
    Rounds.report(refused + " writes refused, each whole: " + why);
  }

  /** A write of each kind; none of them leaves things as they are. */
  private static List<Calls.Call> writes() {
    JsonObject merge = Calls.state().getJsonArray("pendingMerges").getJsonObject(0);
    return List.of(
        write("state", "write", Calls.state().put("totalDreams", 99)),
        write("state", "update", new JsonObject().put("totalDreams", 100)),
        write("state", "incrementCurationCount", null),
        write("state", "addPendingMerges", listing("merges", merge.copy().put("sourceFile", "c"))),
        write("state", "removePendingMerges", listing("merges", merge)),
        write("state", "enqueueStaleSummaryPaths", listing("paths", "new.md")),
        write("state", "drainStaleSummaryPaths", null),
        write("state", "recordDream", new JsonObject().put("logId", ID)),
        write("log", "save", Calls.entry("error", Calls.prune())),
        write("log", "save", Calls.entry("completed", Calls.prune()).put("id", "drm-8")),
        write("lock", "tryAcquire", null));
  }

  private static Calls.Call write(String actor, String action, JsonObject body) {
    return new Calls.Call(actor, action, body, false);
  }

  private static JsonObject listing(String key, Object value) {
    return new JsonObject().put(key, new JsonArray().add(value));
  }

  static void readsAll(Served served) {
    assertEquals(Calls.state(), served.ask("state", "read", null));
    assertEquals(ID, served.ask("log", "getById", GET).getString("id"));
    assertEquals(1, served.ask("log", "list", null).getJsonArray("entries").size());
    assertEquals(false, served.ask("lock", "status", null).getBoolean("held"));
  }

  /** Each write works. */
  void doesAll(Served served) throws IOException {
    for (Calls.Call call : writes()) {
      JsonObject reply = served.ask(call.actor(), call.action(), call.body());
      if (call.actor().equals("lock")) {
        served.ask("lock", "rollback", null, "token", reply.getLong("token").toString());
      }
    }
    assertEquals(2, served.ask("log", "list", null).getJsonArray("entries").size());
    assertTrue(files().keySet().stream().noneMatch(name -> name.endsWith(".tmp")));
  }

  /** All names in the base directory, but for the service's own, and what is in them. */
  Map<String, String> files() throws IOException {
    Map<String, String> files = new TreeMap<>();
    try (Stream<Path> all = Files.walk(dir)) {
      for (Path each : all.filter(Files::isRegularFile).toList()) {
        String name = dir.relativize(each).toString();
        if (!name.startsWith(".dreamkeeper.")) {
          files.put(name, Files.readString(each, StandardCharsets.ISO_8859_1));
        }
      }
    }
    return files;
  }
}
