package org.dreamkeeper.host.command;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** What the actors find when they look at a project. */
final class ProjectChecks {
  private final ProjectAction.Asked asked;
  private final JsonObject overview;
  private final boolean files;
  private final List<Problem> found = new ArrayList<>();

  private ProjectChecks(ProjectAction.Asked asked) {
    this.asked = asked;
    this.overview = asked.overview();
    this.files = asked.target().directory() != null;
  }

  /** Asks them; changes nothing. */
  static List<Problem> of(ProjectAction.Asked asked) {
    ProjectChecks checks = new ProjectChecks(asked);
    checks.state();
    checks.lock();
    for (Object each : asked.keeper().ask("admin", "inspect", null).getJsonArray("findings")) {
      checks.beside((JsonObject) each);
    }
    asked.keeper().found().forEach(event -> checks.startsWith((JsonObject) event));
    return checks.found;
  }

  private String stateName() {
    return files ? "dream-state.json" : "state";
  }

  private String lockName() {
    return files ? "dream.lock" : "lock";
  }

  /** A person has to mend it. */
  private void add(String check, String place, String detail, String advice) {
    found.add(Problem.of(check, place, detail, advice));
  }

  /** It can be mended, which touches one file. */
  private void mendable(Problem problem, String file, Consumer<Keeper> repair) {
    found.add(problem.mendedBy(repair, file));
  }

  private void state() {
    JsonObject state = overview.getJsonObject("state");
    String degraded = state.getString("degraded", "");
    String detail = "it is " + degraded + ": " + state.getString("detail");
    switch (degraded) {
      case "" -> stamps(state);
      case "corrupt" -> {
        String advice = "--fix keeps it aside, and writes what of it is valid";
        Problem corrupt = Problem.of("state", stateName(), detail, advice);
        mendable(corrupt, stateName(), ProjectChecks::salvage);
      }
      case "newer" -> add("state", stateName(), detail, "Serve it with the version that wrote it.");
      default -> add("state", stateName(), detail, "Let it be read.");
    }
  }

  private void stamps(JsonObject state) {
    if (state.containsKey("undoing")) {
      String id = state.getString("undoing");
      String detail = "the undo of " + id + " is not finished";
      add("state", stateName(), detail, "Finish it: undo " + id);
    }
    Long last = state.getLong("lastDreamAt");
    if (last != null && last > overview.getLong("now")) {
      String advice = "Look at the clock; until then the gates go by log and lock.";
      add("state", stateName(), "its last dream is in the future", advice);
    }
    String id = state.getString("lastDreamLogId");
    if (id != null
        && LogCommand.ID.matcher(id).matches()
        && asked.keeper().ask("log", "getById", JsonObject.of("id", id)) == null) {
      String detail = "its last dream, " + id + ", is not in the log";
      add("state", stateName(), detail, "It cannot be undone; the next dream takes its place.");
    }
  }

  /** Writes the state as it is read, unless somebody else does meanwhile. */
  private static void salvage(Keeper keeper) {
    // An update that changes nothing of a sound state is none; of a corrupt one it is its salvage.
    keeper.ask("state", "write", keeper.ask("state", "read", null));
  }

  private void lock() {
    JsonObject holder = overview.getJsonObject("lock").getJsonObject("holder");
    if (holder != null && holder.getBoolean("expired", false)) {
      String detail = "the lease of PID " + holder.getLong("pid") + " has run out";
      add("lock", lockName(), detail, "unlock frees it, as does the next dream.");
    }
    JsonObject left = overview.getJsonObject("lock").getJsonObject("left");
    if (left != null) {
      String detail =
          "PID %d has left it held (%s)".formatted(left.getLong("pid"), left.getString("why"));
      add("lock", lockName(), detail, "unlock frees it, as does the next dream.");
    }
  }

  private void beside(JsonObject finding) {
    String place = finding.getString("place");
    String detail = finding.getString("detail");
    switch (finding.getString("kind")) {
      case "unreadable-entry" -> {
        JsonObject which = JsonObject.of("id", finding.getString("id"));
        mendable(
            Problem.of("entries", place, detail, "--fix moves it out of the log"),
            place,
            keeper -> keeper.ask("admin", "setAside", which));
      }
      case "state-set-aside" -> {
        JsonArray fields = finding.getJsonArray("fields");
        JsonObject back = JsonObject.of("file", place, "fields", fields);
        if (!fields.isEmpty()) {
          mendable(
              Problem.of("quarantine", place, detail, "--fix puts that back"),
              stateName(),
              keeper -> keeper.ask("admin", "putBack", back));
        }
      }
      case "abandoned" ->
          mendable(
              Problem.of("leftovers", place, detail, "--fix removes it"),
              place,
              keeper -> remove(place));
      case "entry-set-aside" -> {}
      case "memory" -> {
        String advice = "Start the host with that in JAVA_OPTS, or set a smaller maxMessageBytes.";
        add("memory", place, detail, advice);
      }
      case "claim" -> add("claim", place, detail, "Restart the host.");
      default -> add("other", place, detail, "See the guide.");
    }
  }

  private void remove(String place) {
    try {
      Path file = asked.target().directory().resolve(place);
      Files.deleteIfExists(file);
    } catch (IOException stays) {
      throw new CommandException(Exit.FAILED, place + " stays: " + DiskText.of(stays));
    }
  }

  /** What a host puts in order when it starts, as serving it for the moment does. */
  private void startsWith(JsonObject event) {
    switch (String.valueOf(event.getString("type"))) {
      case "log.interrupted" -> {
        String id = event.getString("id");
        String place = files ? "dream-log/" + id + ".json" : "log " + id;
        String detail = "its dream was left in the middle";
        mendable(
            Problem.of("entries", place, detail, "--fix ends it as an error"), place, keeper -> {});
      }
      case "lock.takenOver" -> {
        long pid = event.getJsonObject("from").getLong("pid");
        String detail = "PID " + pid + ", which is dead, has left it held";
        mendable(
            Problem.of("lock", lockName(), detail, "--fix frees it"), lockName(), keeper -> {});
      }
      default -> {}
    }
  }
}
