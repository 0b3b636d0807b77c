package org.dreamkeeper.host;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.dreamkeeper.Dreamkeeper;
import org.dreamkeeper.DreamkeeperOptions;
import org.dreamkeeper.lock.LockHolder;
import org.dreamkeeper.lock.LockStatus;
import org.dreamkeeper.log.DreamLogEntry;
import org.dreamkeeper.log.DreamStatus;
import org.dreamkeeper.log.LogQuery;
import org.dreamkeeper.state.DreamState;

/**
 * Tells in plain lines what becomes of a project: what was put in order at its start, where it
 * stands, and later what a person should know of. Lines are held back until {@link #tell} so that a
 * start that fails says nothing but why.
 */
final class ProjectStory {
  private final DreamkeeperOptions options;
  private final Dreamkeeper project;
  private final Consumer<String> console;
  private List<String> heldBack = new ArrayList<>();

  ProjectStory(DreamkeeperOptions options, Dreamkeeper project, Consumer<String> console) {
    this.options = options;
    this.project = project;
    this.console = console;
  }

  /** Listens from now on. */
  Future<Void> listen() {
    return project.events(this::event).completion();
  }

  /** Asks the three actors where they stand, tells what was held back, and then tells at once. */
  Future<Void> tell() {
    Future<DreamState> state = project.state().read();
    // Its file may be out of order for now: that keeps nobody from being served.
    Future<String> lock =
        project.lock().status().map(ProjectStory::sum).otherwise(Throwable::getMessage);
    Future<List<DreamLogEntry>> newest =
        project.log().list(LogQuery.all().withoutOperations().limit(1)).map(page -> page.entries());
    return Future.all(state, lock, newest)
        .map(
            all -> {
              String prefix = project.prefix();
              String base = options.baseDir();
              heldBack.forEach(console);
              heldBack = null;
              String served =
                  "%s serves %s: %1$s.state, %1$s.lock and %1$s.log answer, %1$s.events tells what"
                      + " happens";
              console.accept(served.formatted(prefix, base));
              console.accept("  " + base + "/dream-state.json: " + sum(state.result()));
              console.accept("  " + base + "/dream.lock: " + lock.result());
              console.accept("  " + base + "/dream-log: " + sum(newest.result()));
              return null;
            });
  }

  private void event(JsonObject event) {
    String told = line(event);
    if (told == null) {
      return;
    }
    String line = project.prefix() + ": " + told;
    if (heldBack == null) {
      console.accept(line);
    } else {
      heldBack.add(line);
    }
  }

  /** What a person should know of an event, or null. */
  static String line(JsonObject event) {
    return switch (event.getString("type", "")) {
      case "log.interrupted" ->
          event.getString("id")
              + " was left \"processing\" by a dream that nobody runs any more; it is an \"error\""
              + " entry now";
      case "lock.takenOver" -> takenOver(event);
      case "lock.lost" -> "the lock was lost: another program overwrote dream.lock";
      default -> null;
    };
  }

  private static String takenOver(JsonObject event) {
    JsonObject from = event.getJsonObject("from", new JsonObject());
    String owner = from.getString("owner");
    String why =
        switch (event.getString("why", "")) {
          case "dead" -> "which is dead";
          case "expired" -> "whose lease ran out";
          default -> "which gave no sign of life";
        };
    String end =
        event.getBoolean("completed", false)
            ? ": it is free again, and its dream, which had completed, is recorded"
            : ": it is free again, and the time of the last dream is what it was before";
    return "the lock was left by PID %s%s, %s%s"
        .formatted(
            from.getValue("pid"),
            owner == null ? "" : " (\"" + owner + "\")",
            why,
            event.containsKey("completed") ? end : "");
  }

  private static String sum(DreamState state) {
    String degraded =
        state.degraded() == null
            ? ""
            : " (what could be read of it: it is " + state.degraded() + ")";
    return "%s since the last dream, %s so far, %s pending%s"
        .formatted(
            count(state.curationsSinceDream(), "curation"),
            count(state.totalDreams(), "dream"),
            count(state.pendingMerges().size(), "merge"),
            degraded);
  }

  private static String sum(LockStatus lock) {
    if (lock.held()) {
      return "held by " + who(lock.holder());
    }
    return lock.lastCompletedAt() == 0
        ? "free, no dream completed yet"
        : "free, the last dream completed at " + Instant.ofEpochMilli(lock.lastCompletedAt());
  }

  static String who(LockHolder holder) {
    String owner = holder.owner() == null ? "" : "\"" + holder.owner() + "\", ";
    return owner + "PID " + holder.pid() + ", until " + holder.expiresAt() + " at the latest";
  }

  /** Such as {@code 1 dream}, {@code 2 dreams}. */
  static String count(long number, String what) {
    return number + " " + what + (number == 1 ? "" : "s");
  }

  private static String sum(List<DreamLogEntry> newest) {
    if (newest.isEmpty()) {
      return "no entries yet";
    }
    DreamLogEntry entry = newest.get(0);
    String error = entry.status() == DreamStatus.ERROR ? ", " + entry.error() : "";
    return "the newest entry is " + entry.id() + " (" + entry.status().json() + error + ")";
  }
}
