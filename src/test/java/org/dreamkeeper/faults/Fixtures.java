package org.dreamkeeper.faults;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import org.dreamkeeper.Calls;
import org.dreamkeeper.bus.impl.json.JsonText;
import org.dreamkeeper.faults.Scenario.Fixture;

/** The files that scenarios begin with. */
final class Fixtures {
  /** Now for all hosts: a while before the files are written, so that old stamps prove. */
  static final long NOW = System.currentTimeMillis() - 60_000;

  static final String STATE = "dream-state.json";
  static final String LOCK = Tree.LOCK;
  static final String JOURNAL = ".ops";
  static final String EVENTS = ".dreamkeeper.events-";

  /** The token of a dead host's grant. */
  static final long DEAD_TOKEN = 5;

  private static final long HOUR_MS = 3_600_000;

  /** A project that has been in use for a while. */
  static final Fixture LIVED =
      base -> {
        Tree.write(base.resolve(STATE), state(), HOUR_MS);
        Tree.write(base.resolve(LOCK), "", HOUR_MS);
        put(base, entry(2, "completed"));
      };

  private Fixtures() {}

  static Fixture lived(Fixture more) {
    return base -> {
      LIVED.make(base);
      more.make(base);
    };
  }

  private static String state() {
    return text(
        new JsonObject()
            .put("version", 1)
            .put("curationsSinceDream", 3)
            .put("lastDreamAt", "2026-04-10T12:00:00.000Z")
            .put("lastDreamLogId", "drm-1")
            .put("totalDreams", 1)
            .put("pendingMerges", new JsonArray().add(merge("a.md")))
            .put(
                "staleSummaryPaths",
                new JsonArray().add(new JsonObject().put("path", "s.md").put("enqueuedAt", 1)))
            .put("foreign", "stays"));
  }

  static String text(JsonObject json) {
    return new String(JsonText.print(json), StandardCharsets.UTF_8);
  }

  static JsonObject merge(String source) {
    return new JsonObject()
        .put("sourceFile", source)
        .put("mergeTarget", "b.md")
        .put("reason", "same")
        .put("suggestedByDreamId", "drm-1");
  }

  static void put(Path base, JsonObject entry) throws IOException {
    Tree.write(base.resolve(file(entry.getString("id"))), text(entry), HOUR_MS);
  }

  static String file(String id) {
    return "dream-log/" + id + ".json";
  }

  /** The n-th id of a fixture, from an hour ago on. */
  static String id(int n) {
    return "drm-" + startedAt(n);
  }

  private static long startedAt(int n) {
    return NOW - HOUR_MS + n;
  }

  static JsonObject entry(int n, String status) {
    JsonObject entry = Calls.bareEntry(id(n), startedAt(n), status);
    if (!status.equals("processing")) {
      entry.put("completedAt", startedAt(n) + 1_000);
    }
    return switch (status) {
      case "partial" -> entry.put("abortReason", "time is up");
      case "error" -> entry.put("error", "it broke");
      default -> entry;
    };
  }

  static JsonObject operation(int n) {
    return new JsonObject()
        .put("type", "PRUNE")
        .put("action", "KEEP")
        .put("file", n + ".md")
        .put("needsReview", false)
        .put("reason", "still true");
  }

  /** Writes the lock file that a dead host of this service left. */
  static void deadLock(Path base) throws IOException {
    JsonObject lock =
        new JsonObject()
            .put("token", DEAD_TOKEN)
            .put("instance", "gone")
            .put("acquiredAt", NOW - HOUR_MS)
            .put("expiresAt", NOW)
            .put("leaseMs", HOUR_MS)
            .put("priorMtime", NOW - 2 * HOUR_MS)
            .put("prior", Instant.ofEpochMilli(NOW - 2 * HOUR_MS).toString());
    Tree.write(base.resolve(LOCK), "999999999 " + lock.encode() + "\n", HOUR_MS);
  }
}
