package org.dreamkeeper.host.command;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.dreamkeeper.log.DreamLogEntry;
import org.dreamkeeper.log.LogPage;
import org.dreamkeeper.run.DreamGate;
import org.dreamkeeper.run.UndoRest;

/**
 * Says why a project does not dream, by what its overview shows: the gravest first.
 *
 * @param out tells the times in texts
 * @param causes what was found: {@code {id, text, advice?, nextEligibleAt?}}. The id is {@code
 *     host} {@code claim} {@code disk} {@code space} {@code storage} {@code worker}, or the gate's,
 *     or {@code undone}; where time helps, there is no advice
 */
record Diagnosis(
    ProjectAction.Asked asked, JsonObject overview, Terminal terminal, Out out, JsonArray causes) {
  /** With less, hardly anything can be written, bytes. */
  private static final long LITTLE = 1 << 20;

  private static final long RECENT_MS = Duration.ofHours(1).toMillis();

  private static final String UNDONE =
      "A run with force ends that; a worker that runs dreams by itself does not rest.";

  private JsonObject add(String id, String text, String advice) {
    JsonObject cause = JsonObject.of("id", id, "text", text);
    if (advice != null) {
      cause.put("advice", advice);
    }
    causes.add(cause);
    return cause;
  }

  /** Finds all causes. */
  void judge() {
    boolean served = asked.serving().isPresent();
    if (!served) {
      add("host", "nobody serves it", "Start the host, or the application that serves it.");
    }
    store(overview.getJsonObject("store"));
    JsonObject actors = overview.getJsonObject("actors");
    actors.fieldNames().forEach(each -> failure(each, actors.getJsonObject(each)));
    overview.getJsonObject("gates").getJsonArray("all").forEach(gate -> gate((JsonObject) gate));
    lastSkip(overview.getJsonObject("lastSkip"));
    undone();
    if (served && overview.getLong("lastAskedAt") == 0) {
      String never = "no worker has asked whether it may dream since this host began to serve it, ";
      String since = out.time(overview.getLong("startedAt"));
      add(
          "worker",
          never + since,
          "Deploy a worker that does: run and schedule ask by themselves.");
    }
  }

  private void store(JsonObject store) {
    if (!store.getBoolean("claimed")) {
      add("claim", "its host serves it no longer: " + store.getString("lost"), "Restart the host.");
    }
    if (store.containsKey("silentSince")) {
      String since = "its disk owes an answer since " + out.time(store.getLong("silentSince"));
      add("disk", since, "Look at the disk; what waits goes on when it answers.");
    } else if (asked.target().directory() != null) {
      space(asked.target());
    }
  }

  private void failure(String name, JsonObject actor) {
    JsonObject failure = actor.getJsonObject("lastFailure");
    if (failure != null
        && failure.getString("reason").startsWith("STORAGE_FAILED")
        && failure.getLong("at") > overview.getLong("now") - RECENT_MS) {
      String text = name + " " + new StatusText(out, overview).failed(failure);
      add("storage", text, "If the next request succeeds, it is over.");
    }
  }

  private void space(Target target) {
    try {
      if (target.onDisk(terminal, () -> left(target.directory())) < LITTLE) {
        add("space", "no space is left on the file system of " + target.place(), "Make room.");
      }
    } catch (CommandException silent) {
      add("disk", silent.getMessage(), "Look at the disk.");
    }
  }

  private static long left(Path directory) {
    try {
      return Files.getFileStore(directory).getUsableSpace();
    } catch (IOException unknown) {
      return Long.MAX_VALUE;
    }
  }

  private void gate(JsonObject gate) {
    if (gate.containsKey("reason")) {
      over(add(gate.getString("gate"), gate.getString("reason"), advice(gate)), gate);
    }
  }

  private static void over(JsonObject cause, JsonObject from) {
    if (from.getLong("nextEligibleAt") != null) {
      cause.put("nextEligibleAt", from.getLong("nextEligibleAt"));
    }
  }

  private static String advice(JsonObject gate) {
    JsonObject figures = gate.getJsonObject("figures");
    return switch (gate.getString("gate")) {
      case "curations" ->
          "Whoever writes to the agent's memory reports it: incrementCurationCount does.";
      case "failures" -> "log tells what failed; a run with force passes this gate.";
      case "lock" ->
          figures.getJsonObject("holder").getBoolean("foreign")
              ? "If that process does not dream, unlock --force takes the lock from it."
              : "cancel asks that dream to stop; unlock --force takes the lock from it.";
      case "state" ->
          "newer".equals(figures.getString("degraded"))
              ? "Serve it with the version that wrote it."
              : "Mend the file, or what keeps it from being read.";
      default -> null;
    };
  }

  /** A schedule rests after an undo, which no gate tells; a silent store cannot either. */
  private void undone() {
    JsonObject store = overview.getJsonObject("store");
    if (overview.getJsonObject("log").getInteger("undone", 0) == 0
        || store.containsKey("silentSince")) {
      return;
    }
    List<DreamLogEntry> latest =
        LogPage.of(asked.keeper().ask("log", "list", UndoRest.LATEST.toJson())).entries();
    Instant now = Instant.ofEpochMilli(overview.getLong("now"));
    UndoRest.gate(overview.getJsonObject("gates"), latest, now).ifPresent(this::undone);
  }

  private void undone(DreamGate.Undone rest) {
    String text = rest.logId() + " was taken back " + out.time(rest.undoneAt().toEpochMilli());
    JsonObject cause = add("undone", text + ": a schedule rests as after a dream", UNDONE);
    rest.nextEligibleAt().ifPresent(at -> cause.put("nextEligibleAt", at.toEpochMilli()));
  }

  /** What a worker set itself, such as the tasks that it still has, no overview shows. */
  private void lastSkip(JsonObject skip) {
    if (skip == null || skip.getLong("at") < overview.getLong("lastAskedAt")) {
      return;
    }
    String gate = skip.getString("gate");
    if (causes.stream().noneMatch(each -> ((JsonObject) each).getString("id").equals(gate))) {
      String text = "the worker that asked last, %s, was told: %s";
      String told = text.formatted(out.time(skip.getLong("at")), skip.getString("reason"));
      over(add(gate, told, null), skip);
    }
  }
}
