package org.dreamkeeper.host.command;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

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
    checks.beside();
    asked.keeper().found().forEach(event -> checks.startsWith((JsonObject) event));
    return checks.found;
  }

  private void state() {
    JsonObject state = overview.getJsonObject("state");
    String file = stateName();
    String degraded = state.getString("degraded", "");
    String detail = "it is " + degraded + ": " + state.getString("detail");
    switch (degraded) {
      case "" -> stamps(state, file);
      case "corrupt" ->
          found.add(
              new Problem(
                  "state",
                  file,
                  detail,
                  "--fix keeps it aside, and writes what of it is valid",
                  file,
                  ProjectChecks::salvage));
      case "newer" ->
          found.add(Problem.of("state", file, detail, "Serve it with the version that wrote it."));
      default -> found.add(Problem.of("state", file, detail, "Let it be read."));
    }
  }

  private String stateName() {
    return files ? "dream-state.json" : "state";
  }

  private String lockName() {
    return files ? "dream.lock" : "lock";
  }

  private void stamps(JsonObject state, String file) {
    if (state.containsKey("undoing")) {
      String id = state.getString("undoing");
      String detail = "the undo of " + id + " is not finished";
      found.add(Problem.of("state", file, detail, "Finish it: undo " + id));
    }
    Long last = state.getLong("lastDreamAt");
    if (last != null && last > overview.getLong("now")) {
      found.add(
          Problem.of(
              "state",
              file,
              "its last dream is in the future",
              "Look at the clock; until then the gates go by log and lock."));
    }
    String id = state.getString("lastDreamLogId");
    if (id != null
        && LogCommand.ID.matcher(id).matches()
        && asked.keeper().ask("log", "getById", JsonObject.of("id", id)) == null) {
      found.add(
          Problem.of(
              "state",
              file,
              "its last dream, " + id + ", is not in the log",
              "It cannot be undone; the next dream takes its place."));
    }
  }

  /** Writes the state as it is read, unless somebody else does meanwhile. */
  private static void salvage(Keeper keeper) {
    // An update that changes nothing of a sound state is none; of a corrupt one it is its salvage.
    keeper.ask("state", "write", keeper.ask("state", "read", null));
  }

  private void lock() {
    JsonObject left = overview.getJsonObject("lock").getJsonObject("left");
    if (left != null) {
      found.add(
          Problem.of(
              "lock",
              lockName(),
              "PID %d has left it held (%s)".formatted(left.getLong("pid"), left.getString("why")),
              "unlock frees it, as does the next dream."));
    }
  }

  private void beside() {
    for (Object each : asked.keeper().ask("admin", "inspect", null).getJsonArray("findings")) {
      JsonObject finding = (JsonObject) each;
      String place = finding.getString("place");
      String detail = finding.getString("detail");
      switch (finding.getString("kind")) {
        case "unreadable-entry" ->
            found.add(
                new Problem(
                    "entries",
                    place,
                    detail,
                    "--fix moves it out of the log",
                    place,
                    keeper ->
                        keeper.ask(
                            "admin", "setAside", JsonObject.of("id", finding.getString("id")))));
        case "state-set-aside" -> setAside(place, detail, finding.getJsonArray("fields"));
        case "abandoned" ->
            found.add(
                new Problem(
                    "leftovers",
                    place,
                    detail,
                    "--fix removes it",
                    place,
                    keeper -> remove(place)));
        case "entry-set-aside" -> {}
        case "memory" ->
            found.add(
                Problem.of(
                    "memory",
                    place,
                    detail,
                    "Start the host with that in JAVA_OPTS, or set a smaller maxMessageBytes."));
        case "claim" -> found.add(Problem.of("claim", place, detail, "Restart the host."));
        default -> found.add(Problem.of("other", place, detail, "See the guide."));
      }
    }
  }

  private void setAside(String place, String detail, JsonArray fields) {
    if (!fields.isEmpty()) {
      found.add(
          new Problem(
              "quarantine",
              place,
              detail,
              "--fix puts that back",
              stateName(),
              keeper ->
                  keeper.ask("admin", "putBack", JsonObject.of("file", place, "fields", fields))));
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
        found.add(
            new Problem(
                "entries",
                place,
                "its dream was left in the middle",
                "--fix ends it as an error",
                place,
                keeper -> {}));
      }
      case "lock.takenOver" ->
          found.add(
              new Problem(
                  "lock",
                  lockName(),
                  "PID %d, which is dead, has left it held"
                      .formatted(event.getJsonObject("from").getLong("pid")),
                  "--fix frees it",
                  lockName(),
                  keeper -> {}));
      default -> {}
    }
  }
}
