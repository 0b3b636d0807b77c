package org.dreamkeeper.host.command;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** What the actors find when they look at a project. */
final class ProjectChecks {
  private final ProjectAction.Asked asked;
  private final JsonObject overview;
  private final boolean files;
  private final String state;
  private final String lock;
  private final List<Problem> found = new ArrayList<>();

  private ProjectChecks(ProjectAction.Asked asked) {
    this.asked = asked;
    this.overview = asked.overview();
    this.files = asked.target().directory() != null;
    this.state = files ? "dream-state.json" : "state";
    this.lock = files ? "dream.lock" : "lock";
  }

  /** Asks them; changes nothing. */
  static List<Problem> of(ProjectAction.Asked asked) {
    ProjectChecks checks = new ProjectChecks(asked);
    checks.state(checks.overview.getJsonObject("state"));
    checks.lock(checks.overview.getJsonObject("lock"));
    JsonObject beside = asked.keeper().ask("admin", "inspect", null);
    beside.getJsonArray("findings").forEach(each -> checks.beside((JsonObject) each));
    asked.keeper().found().forEach(event -> checks.startsWith((JsonObject) event));
    return checks.found;
  }

  /** A person has to mend it. */
  private void add(String check, String place, String detail, String advice) {
    found.add(Problem.of(check, place, detail, advice));
  }

  /** It can be mended, which touches that place alone. */
  private void mendable(
      String check, String place, String detail, String advice, Consumer<Keeper> repair) {
    found.add(new Problem(check, place, detail, advice, place, repair));
  }

  private void state(JsonObject is) {
    String degraded = is.getString("degraded", "");
    String detail = "it is " + degraded + ": " + is.getString("detail");
    switch (degraded) {
      case "" -> stamps(is);
      case "corrupt" -> {
        String advice = "--fix keeps it aside, and writes what of it is valid";
        mendable("state", state, detail, advice, ProjectChecks::salvage);
      }
      case "newer" -> add("state", state, detail, "Serve it with the version that wrote it.");
      default -> add("state", state, detail, "Let it be read.");
    }
  }

  private void stamps(JsonObject is) {
    if (is.containsKey("undoing")) {
      String id = is.getString("undoing");
      add("state", state, "the undo of " + id + " is not finished", "Finish it: undo " + id);
    }
    Long last = is.getLong("lastDreamAt");
    if (last != null && last > overview.getLong("now")) {
      String advice = "Look at the clock; until then the gates go by log and lock.";
      add("state", state, "its last dream is in the future", advice);
    }
    String id = is.getString("lastDreamLogId");
    if (id != null
        && LogCommand.ID.matcher(id).matches()
        && asked.keeper().ask("log", "getById", JsonObject.of("id", id)) == null) {
      String advice = "It cannot be undone; the next dream takes its place.";
      add("state", state, "its last dream, " + id + ", is not in the log", advice);
    }
  }

  /** Writes the state as it is read, unless somebody else does meanwhile. */
  private static void salvage(Keeper keeper) {
    // An update that changes nothing of a sound state is none; of a corrupt one it is its salvage.
    keeper.ask("state", "write", keeper.ask("state", "read", null));
  }

  private void lock(JsonObject is) {
    String advice = "unlock frees it, as does the next dream.";
    JsonObject holder = is.getJsonObject("holder");
    if (holder != null && holder.getBoolean("expired", false)) {
      String detail = "the lease of PID " + holder.getLong("pid") + " has run out";
      add("lock", lock, detail, advice);
    }
    JsonObject left = is.getJsonObject("left");
    if (left != null) {
      String who = "PID " + left.getLong("pid") + " has left it held";
      add("lock", lock, who + " (" + left.getString("why") + ")", advice);
    }
  }

  private void beside(JsonObject finding) {
    String place = finding.getString("place");
    String detail = finding.getString("detail");
    switch (finding.getString("kind")) {
      case "unreadable-entry" -> {
        JsonObject which = JsonObject.of("id", finding.getString("id"));
        Consumer<Keeper> repair = keeper -> keeper.ask("admin", "setAside", which);
        mendable("entries", place, detail, "--fix moves it out of the log", repair);
      }
      case "state-set-aside" -> {
        JsonObject back = JsonObject.of("file", place, "fields", finding.getJsonArray("fields"));
        Consumer<Keeper> repair = keeper -> keeper.ask("admin", "putBack", back);
        String advice = "--fix puts that back";
        if (finding.containsKey("repair")) {
          found.add(new Problem("quarantine", place, detail, advice, state, repair));
        }
      }
      case "abandoned" ->
          mendable("leftovers", place, detail, "--fix removes it", keeper -> remove(place));
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
      Files.deleteIfExists(asked.target().directory().resolve(place));
    } catch (IOException stays) {
      throw new CommandException(Exit.FAILED, place + " stays: " + DiskText.of(stays));
    }
  }

  /** What a host puts in order when it starts, as serving it for the moment does. */
  private void startsWith(JsonObject event) {
    String type = event.getString("type", "");
    if (type.equals("log.interrupted")) {
      String id = event.getString("id");
      String place = files ? "dream-log/" + id + ".json" : "log " + id;
      String detail = "its dream was left in the middle";
      mendable("entries", place, detail, "--fix ends it as an error", keeper -> {});
    } else if (type.equals("lock.takenOver")) {
      long pid = event.getJsonObject("from").getLong("pid");
      String detail = "PID " + pid + ", which is dead, has left it held";
      mendable("lock", lock, detail, "--fix frees it", keeper -> {});
    }
  }
}
