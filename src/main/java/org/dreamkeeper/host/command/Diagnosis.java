package org.dreamkeeper.host.command;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Says why a project does not dream, by what its overview shows: the gravest first. */
final class Diagnosis {
  /** With less, hardly anything can be written, bytes. */
  private static final long LITTLE = 1 << 20;

  private static final long RECENT_MS = Duration.ofHours(1).toMillis();

  private final ProjectAction.Asked asked;
  private final JsonObject overview;
  private final Terminal terminal;
  private final List<Cause> causes = new ArrayList<>();

  /**
   * One thing that keeps dreams from running.
   *
   * @param id of its kind: {@code host} {@code claim} {@code disk} {@code space} {@code storage}
   *     {@code worker}, or the gate
   * @param advice what to do about it; null where time does it
   * @param nextEligibleAt when it is over, ms since 1970; null where that is not known
   */
  record Cause(String id, String text, String advice, Long nextEligibleAt) {
    JsonObject toJson() {
      JsonObject json = JsonObject.of("id", id, "text", text);
      if (advice != null) {
        json.put("advice", advice);
      }
      return nextEligibleAt == null ? json : json.put("nextEligibleAt", nextEligibleAt);
    }
  }

  private Diagnosis(ProjectAction.Asked asked, JsonObject overview, Terminal terminal) {
    this.asked = asked;
    this.terminal = terminal;
    this.overview = overview;
  }

  /** Judges an overview; the times in texts are told by {@code out}. */
  static List<Cause> of(
      ProjectAction.Asked asked, JsonObject overview, Terminal terminal, Out out) {
    Diagnosis diagnosis = new Diagnosis(asked, overview, terminal);
    diagnosis.judge(out);
    return diagnosis.causes;
  }

  private void add(String id, String text, String advice) {
    causes.add(new Cause(id, text, advice, null));
  }

  private void judge(Out out) {
    if (asked.serving().isEmpty()) {
      add("host", "nobody serves it", "Start the host, or the application that serves it.");
    }
    store(out);
    overview.getJsonObject("gates").getJsonArray("all").forEach(gate -> gate((JsonObject) gate));
    lastSkip(out);
    boolean neverAsked = overview.getLong("lastAskedAt") == 0;
    if (asked.serving().isPresent() && neverAsked) {
      String since = out.time(overview.getLong("startedAt"));
      add(
          "worker",
          "no worker has asked whether it may dream since this host began to serve it, " + since,
          "Deploy a worker that does: run and schedule ask by themselves.");
    }
  }

  private void store(Out out) {
    JsonObject store = overview.getJsonObject("store");
    if (!store.getBoolean("claimed")) {
      add("claim", "its host serves it no longer: " + store.getString("lost"), "Restart the host.");
    }
    if (store.containsKey("silentSince")) {
      String since = out.time(store.getLong("silentSince"));
      add(
          "disk",
          "its disk owes an answer since " + since,
          "Look at the disk; what waits goes on when it answers.");
    } else if (asked.target().directory() != null) {
      space(asked.target());
    }
    for (String actor : overview.getJsonObject("actors").fieldNames()) {
      JsonObject failure =
          overview.getJsonObject("actors").getJsonObject(actor).getJsonObject("lastFailure");
      if (failure != null
          && failure.getString("reason").startsWith("STORAGE_FAILED")
          && failure.getLong("at") > overview.getLong("now") - RECENT_MS) {
        add(
            "storage",
            actor
                + " "
                + failure.getString("action")
                + " failed, "
                + out.time(failure.getLong("at"))
                + ": "
                + failure.getString("reason"),
            "If the next request succeeds, it is over.");
      }
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
      String name = gate.getString("gate");
      causes.add(
          new Cause(name, gate.getString("reason"), advice(gate), gate.getLong("nextEligibleAt")));
    }
  }

  private static String advice(JsonObject gate) {
    return switch (gate.getString("gate")) {
      case "failures" -> "log tells what failed; a run with force passes this gate.";
      case "lock" ->
          gate.getJsonObject("figures").getJsonObject("holder").getBoolean("foreign")
              ? "If that process does not dream, unlock --force takes the lock from it."
              : "cancel asks that dream to stop; unlock --force takes the lock from it.";
      case "state" ->
          "newer".equals(gate.getJsonObject("figures").getString("degraded"))
              ? "Serve it with the version that wrote it."
              : "Mend the file, or what keeps it from being read.";
      default -> null;
    };
  }

  /** What a worker set itself, such as the tasks that it still has, no overview shows. */
  private void lastSkip(Out out) {
    JsonObject skip = overview.getJsonObject("lastSkip");
    if (skip == null
        || causes.stream().anyMatch(each -> Objects.equals(each.id(), skip.getString("gate")))) {
      return;
    }
    if (skip.getLong("at") >= overview.getLong("lastAskedAt")) {
      causes.add(
          new Cause(
              skip.getString("gate"),
              "the worker that asked last, %s, was told: %s"
                  .formatted(out.time(skip.getLong("at")), skip.getString("reason")),
              null,
              skip.getLong("nextEligibleAt")));
    }
  }

  static JsonArray toJson(List<Cause> causes) {
    JsonArray json = new JsonArray();
    causes.forEach(each -> json.add(each.toJson()));
    return json;
  }
}
