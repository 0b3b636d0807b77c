package org.dreamkeeper.host;

import io.vertx.core.Future;
import java.util.List;
import java.util.function.Consumer;
import org.dreamkeeper.Dreamkeeper;
import org.dreamkeeper.DreamkeeperOptions;
import org.dreamkeeper.bus.impl.config.Words;
import org.dreamkeeper.bus.impl.text.OneLine;
import org.dreamkeeper.lock.LockHolder;
import org.dreamkeeper.lock.LockStatus;
import org.dreamkeeper.log.DreamLogEntry;
import org.dreamkeeper.log.LogQuery;
import org.dreamkeeper.state.DreamState;

/** Tells in plain lines where a project stands when it is served. */
final class ProjectStory {
  private final DreamkeeperOptions options;
  private final Dreamkeeper project;
  private final Consumer<String> console;

  ProjectStory(DreamkeeperOptions options, Dreamkeeper project, Consumer<String> console) {
    this.options = options;
    this.project = project;
    this.console = console;
  }

  /** Asks the three actors where they stand, and tells it. */
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
              String base = options.place();
              boolean files = options.getBaseDir() != null;
              String served =
                  "%s serves %s: %1$s.state, %1$s.lock and %1$s.log answer, %1$s.events tells what"
                      + " happens";
              console.accept(served.formatted(prefix, base));
              console.accept(
                  "  " + base + (files ? "/dream-state.json: " : " state: ") + sum(state.result()));
              console.accept("  " + base + (files ? "/dream.lock: " : " lock: ") + lock.result());
              console.accept(
                  "  " + base + (files ? "/dream-log: " : " log: ") + sum(newest.result()));
              return null;
            });
  }

  private static String sum(DreamState state) {
    String degraded =
        state
            .degraded()
            .map(why -> " (what could be read of it: it is " + Words.of(why) + ")")
            .orElse("");
    return "%s since the last dream, %s so far, %s pending%s"
        .formatted(
            count(state.curationsSinceDream(), "curation"),
            count(state.totalDreams(), "dream"),
            count(state.pendingMerges().size(), "merge"),
            degraded);
  }

  private static String sum(LockStatus lock) {
    return lock.holder()
        .map(holder -> "held by " + who(holder))
        .or(() -> lock.lastCompletedAt().map(at -> "free, the last dream completed at " + at))
        .orElse("free, no dream completed yet");
  }

  static String who(LockHolder holder) {
    String owner = holder.owner().map(name -> "\"" + OneLine.of(name) + "\", ").orElse("");
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
    String error = entry.error().map(what -> ", " + what).orElse("");
    return "the newest entry is " + entry.id() + " (" + entry.status().json() + error + ")";
  }
}
