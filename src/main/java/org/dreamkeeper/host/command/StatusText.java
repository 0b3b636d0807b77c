package org.dreamkeeper.host.command;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.stream.Collectors;

/** An overview, for a person. */
record StatusText(Out out, JsonObject overview) {
  private static final long OLD_MS = 1_000;

  void show(boolean served, JsonArray found) {
    if (served) {
      out.fact("served", "since " + time(overview, "startedAt"));
    }
    dreams(overview.getJsonObject("state"));
    lock(overview.getJsonObject("lock"));
    gates();
    asked(served, overview.getJsonObject("lastSkip"));
    log(overview.getJsonObject("log"));
    JsonObject actors = overview.getJsonObject("actors");
    actors.fieldNames().forEach(name -> actor(name, actors.getJsonObject(name)));
    trouble(overview.getJsonObject("store"));
    found.forEach(event -> found((JsonObject) event));
  }

  private String time(JsonObject from, String key) {
    return out.time(from.getNumber(key));
  }

  private void dreams(JsonObject state) {
    boolean none = state.getLong("lastDreamAt") == null;
    String last = none ? "" : " so far, the last " + time(state, "lastDreamAt");
    out.fact("dreams", none ? "none so far" : state.getLong("totalDreams") + last);
    String curations = Out.count(state.getLong("curationsSinceDream"), "curation");
    String merges = Out.count(state.getInteger("pendingMerges"), "merge");
    String queued = state.getInteger("staleSummaryPaths") + " summaries queued";
    out.fact("state", curations + " since, " + merges + " pending, " + queued);
    if (state.containsKey("degraded")) {
      String degraded = state.getString("degraded");
      out.trouble("state", "it is " + degraded + ": " + state.getString("detail"));
    }
    if (state.containsKey("undoing")) {
      out.trouble("undo", "that of " + state.getString("undoing") + " is not finished");
    }
  }

  private void lock(JsonObject lock) {
    JsonObject holder = lock.getJsonObject("holder");
    if (holder == null) {
      boolean none = lock.getLong("lastCompletedAt") == 0;
      String last = none ? "" : ", its last dream completed " + time(lock, "lastCompletedAt");
      out.fact("lock", "free" + last);
      left(lock.getJsonObject("left"));
      return;
    }
    String by = holder.getBoolean("foreign") ? "held by another program, " : "held by ";
    out.fact("lock", by + Out.who(holder) + ", since " + time(holder, "acquiredAt"));
    String end =
        holder.getBoolean("expired", false)
            ? "Its lease has run out, whoever asks next gets the lock: "
            : "It ends at the latest ";
    out.more(end + time(holder, "expiresAt"));
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
      boolean dead = left.getString("why").equals("dead");
      String why = dead ? "that is dead" : "it gave no sign of life for too long";
      String text = "PID %d has left it held: %s; whoever asks next gets it";
      out.more(text.formatted(left.getLong("pid"), why));
    }
  }

  private void gates() {
    String closed =
        overview.getJsonObject("gates").getJsonArray("all").stream()
            .map(JsonObject.class::cast)
            .filter(gate -> gate.containsKey("reason"))
            .map(gate -> gate.getString("gate"))
            .collect(Collectors.joining(", "));
    out.fact("gates", closed.isEmpty() ? "open" : "closed: " + closed + " (why tells more)");
  }

  private void asked(boolean served, JsonObject skip) {
    if (served) {
      out.fact(
          "asked",
          overview.getLong("lastAskedAt") == 0
              ? "no worker has asked whether it may dream since the start"
              : "a worker asked whether it may dream " + time(overview, "lastAskedAt"));
    }
    if (skip != null) {
      String times = Out.count(skip.getLong("count"), "time") + " since " + time(skip, "since");
      out.more("skipped " + times + ": " + skip.getString("reason"));
    }
  }

  private void log(JsonObject log) {
    String counts =
        log.fieldNames().stream()
            .filter(status -> log.getInteger(status) > 0)
            .map(status -> log.getInteger(status) + " " + status)
            .collect(Collectors.joining(", "));
    out.fact("log", counts.isEmpty() ? "no entries" : counts);
    out.unreadable("log", overview);
    if (overview.getInteger("quarantined") > 0) {
      String states = Out.count(overview.getInteger("quarantined"), "corrupt state");
      out.trouble("state", states + " set aside (doctor tells more)");
    }
  }

  private void actor(String name, JsonObject actor) {
    // What is younger may be what this very question asked for.
    if (actor.getLong("oldestMs") >= OLD_MS) {
      String queued = Out.count(actor.getInteger("queued"), "request") + " queued, the oldest for ";
      out.fact(name, queued + actor.getLong("oldestMs") + " ms");
    }
    JsonObject failure = actor.getJsonObject("lastFailure");
    if (failure != null) {
      out.trouble(name, failed(failure));
    }
  }

  /** Tells of what an actor could not do. */
  String failed(JsonObject failure) {
    String when = failure.getString("action") + " failed, " + time(failure, "at");
    return when + ": " + failure.getString("reason");
  }

  private void trouble(JsonObject store) {
    if (!store.getBoolean("claimed")) {
      out.trouble("claim", store.getString("lost"));
    }
    if (store.containsKey("silentSince")) {
      out.trouble("disk", "it owes an answer since " + time(store, "silentSince"));
    }
  }

  /** Tells what a host would put in order when it starts. */
  private void found(JsonObject event) {
    String type = event.getString("type", "");
    if (type.equals("log.interrupted")) {
      String id = event.getString("id");
      out.trouble("log", id + " was left in the middle; a host ends it as an error when it starts");
    } else if (type.equals("lock.takenOver")) {
      String text = "PID %d, which is dead, has left it held; a host frees it when it starts";
      out.trouble("lock", text.formatted(event.getJsonObject("from").getLong("pid")));
    }
  }
}
