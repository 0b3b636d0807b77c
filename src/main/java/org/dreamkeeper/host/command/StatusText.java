package org.dreamkeeper.host.command;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** An overview, for a person. */
record StatusText(Out out, JsonObject overview) {
  void show(boolean served, JsonArray found) {
    if (served) {
      out.fact("served", "since " + out.time(overview.getLong("startedAt")));
    }
    dreams();
    lock();
    gates();
    asked(served);
    log();
    queues();
    trouble();
    found.forEach(event -> found((JsonObject) event));
  }

  private void dreams() {
    JsonObject state = overview.getJsonObject("state");
    Long last = state.getLong("lastDreamAt");
    out.fact(
        "dreams",
        last == null
            ? "none so far"
            : "%d so far, the last %s".formatted(state.getLong("totalDreams"), out.time(last)));
    out.fact(
        "state",
        "%s since, %s pending, %d summaries queued"
            .formatted(
                Out.count(state.getLong("curationsSinceDream"), "curation"),
                Out.count(state.getInteger("pendingMerges"), "merge"),
                state.getInteger("staleSummaryPaths")));
    if (state.containsKey("degraded")) {
      out.trouble(
          "state", "it is " + state.getString("degraded") + ": " + state.getString("detail"));
    }
    if (state.containsKey("undoing")) {
      out.trouble("undo", "that of " + state.getString("undoing") + " is not finished");
    }
  }

  private void lock() {
    JsonObject lock = overview.getJsonObject("lock");
    JsonObject holder = lock.getJsonObject("holder");
    if (holder == null) {
      Long last = lock.getLong("lastCompletedAt");
      out.fact("lock", last == 0 ? "free" : "free, its last dream completed " + out.time(last));
      left(lock.getJsonObject("left"));
      return;
    }
    String owner = holder.getString("owner");
    out.fact(
        "lock",
        (holder.getBoolean("foreign") ? "held by another program, PID " : "held by PID ")
            + holder.getLong("pid")
            + (owner == null ? "" : " (\"" + owner + "\")")
            + ", since "
            + out.time(holder.getLong("acquiredAt")));
    out.more(
        (holder.getBoolean("expired", false)
                ? "Its lease has run out, whoever asks next gets the lock: "
                : "It ends at the latest ")
            + out.time(holder.getLong("expiresAt")));
    if (lock.containsKey("token")) {
      String id = lock.getString("logId");
      out.more("token " + lock.getLong("token") + (id == null ? "" : ", for " + id));
    }
    if (lock.getInteger("waiting") > 0) {
      out.more(lock.getInteger("waiting") + " wait for it");
    }
  }

  private void left(JsonObject left) {
    if (left != null) {
      out.more(
          "PID %d has left it held: %s; whoever asks next gets it"
              .formatted(
                  left.getLong("pid"),
                  left.getString("why").equals("dead")
                      ? "that is dead"
                      : "it gave no sign of life for too long"));
    }
  }

  private void gates() {
    List<String> closed = new ArrayList<>();
    for (Object each : overview.getJsonObject("gates").getJsonArray("all")) {
      JsonObject gate = (JsonObject) each;
      if (gate.containsKey("reason")) {
        closed.add(gate.getString("gate"));
      }
    }
    out.fact(
        "gates",
        closed.isEmpty() ? "open" : "closed: " + String.join(", ", closed) + " (why tells more)");
  }

  private void asked(boolean served) {
    long last = overview.getLong("lastAskedAt");
    if (served) {
      out.fact(
          "asked",
          last == 0
              ? "no worker has asked whether it may dream since the start"
              : "a worker asked whether it may dream " + out.time(last));
    }
    JsonObject skip = overview.getJsonObject("lastSkip");
    if (skip != null) {
      out.more(
          "skipped %s since %s: %s"
              .formatted(
                  Out.count(skip.getLong("count"), "time"),
                  out.time(skip.getLong("since")),
                  skip.getString("reason")));
    }
  }

  private void log() {
    JsonObject log = overview.getJsonObject("log");
    List<String> counts = new ArrayList<>();
    for (String status : log.fieldNames()) {
      if (log.getInteger(status) > 0) {
        counts.add(log.getInteger(status) + " " + status);
      }
    }
    out.fact("log", counts.isEmpty() ? "no entries" : String.join(", ", counts));
    if (overview.getInteger("unreadable") > 0) {
      out.trouble(
          "log",
          Out.count(overview.getInteger("unreadable"), "unreadable file") + " (doctor tells more)");
    }
    if (overview.getInteger("quarantined") > 0) {
      out.trouble(
          "state",
          Out.count(overview.getInteger("quarantined"), "corrupt state")
              + " set aside (doctor tells more)");
    }
  }

  private static final long OLD_MS = 1_000;

  private void queues() {
    JsonObject actors = overview.getJsonObject("actors");
    for (String name : actors.fieldNames()) {
      JsonObject actor = actors.getJsonObject(name);
      // What is younger may be what this very question asked for.
      if (actor.getLong("oldestMs") >= OLD_MS) {
        out.fact(
            name,
            "%s queued, the oldest for %d ms"
                .formatted(
                    Out.count(actor.getInteger("queued"), "request"), actor.getLong("oldestMs")));
      }
      JsonObject failure = actor.getJsonObject("lastFailure");
      if (failure != null) {
        out.trouble(
            name,
            "%s failed, %s: %s"
                .formatted(
                    failure.getString("action"),
                    out.time(failure.getLong("at")),
                    failure.getString("reason")));
      }
    }
  }

  private void trouble() {
    JsonObject store = overview.getJsonObject("store");
    if (!store.getBoolean("claimed")) {
      out.trouble("claim", store.getString("lost"));
    }
    if (store.containsKey("silentSince")) {
      out.trouble("disk", "it owes an answer since " + out.time(store.getLong("silentSince")));
    }
  }

  /** Tells what a host would put in order when it starts. */
  private void found(JsonObject event) {
    switch (Objects.requireNonNullElse(event.getString("type"), "")) {
      case "log.interrupted" ->
          out.trouble(
              "log",
              event.getString("id")
                  + " was left in the middle; a host ends it as an error when it starts");
      case "lock.takenOver" ->
          out.trouble(
              "lock",
              "PID %d, which is dead, has left it held; a host frees it when it starts"
                  .formatted(event.getJsonObject("from").getLong("pid")));
      default -> {}
    }
  }
}
