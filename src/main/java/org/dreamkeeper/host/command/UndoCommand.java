package org.dreamkeeper.host.command;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Takes back what a dream did: first the plan, then, where that is agreed to, the deed. */
@Command(name = "undo", description = "Takes back what a dream did, or some of its operations.")
final class UndoCommand extends ProjectAction {
  /** How long putting the texts back may take. */
  private static final long TIMEOUT_MS = 300_000;

  @Parameters(paramLabel = "ID", description = "of the dream, as drm-1741939200000")
  String id;

  @Option(
      names = "--operation",
      paramLabel = "N",
      description = "this operation alone, counted from 0; may be given several times")
  List<Integer> operations = new ArrayList<>();

  @Option(names = "--dry-run", description = "show the plan, and change nothing")
  boolean dryRun;

  @Option(
      names = "--force",
      paramLabel = "PATH",
      description = "take this file back though it was changed since; may be given several times")
  List<String> force = new ArrayList<>();

  @Option(names = "--yes", description = "do it without asking")
  boolean yes;

  UndoCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  Exit carryOut() {
    LogCommand.check(id);
    Target target = reach.target();
    JsonObject request = JsonObject.of("id", id, "timeoutMs", TIMEOUT_MS);
    if (!operations.isEmpty()) {
      request.put("operations", new JsonArray(operations));
    }
    if (!force.isEmpty()) {
      request.put("force", new JsonArray(force));
    }
    JsonObject plan;
    try (Asked asked = ask(target, false)) {
      asked.entry(id);
      plan = asked.keeper().ask("admin", "undo", request.copy().put("dryRun", true));
      if (!json) {
        out().line(Out.BOLD, asked.title());
        show(plan, "will be");
      }
      if (dryRun) {
        return told(asked, plan);
      }
    }
    agreed(yes, "Take it back?", "nothing was changed");
    request.put("plan", plan.getString("plan"));
    try (Asked asked = ask(target, true)) {
      JsonObject done = patiently(() -> asked.keeper().ask("admin", "undo", request));
      if (!json) {
        show(done, "is");
      }
      return told(asked, done);
    }
  }

  private Exit told(Asked asked, JsonObject undo) {
    tell(asked.toJson().put("undo", undo), shownBefore -> {});
    if (undo.containsKey("error")) {
      throw new CommandException(Exit.FAILED, undo.getString("error"));
    }
    return undo.getString("status").equals("completed") ? Exit.DONE : Exit.PROBLEMS;
  }

  private void show(JsonObject undo, String when) {
    Out out = out();
    for (Object each : undo.getJsonArray("files")) {
      JsonObject file = (JsonObject) each;
      String label = "  " + file.getValue("operation");
      String line = file.getString("path") + ": " + says(file);
      if (List.of("conflict", "impossible").contains(file.getString("step"))) {
        out.trouble(label, line);
      } else {
        out.fact(label, line);
      }
      if (file.containsKey("reason")) {
        out.more(file.getString("reason"));
      }
    }
    out.line(
        undo.getString("status").equals("completed")
            ? "All of it " + when + " taken back."
            : "A part of it " + when + " left: --force PATH takes back what was changed since.");
  }

  private static String says(JsonObject file) {
    String then = file.getString("then");
    String from = file.getString("from");
    return switch (file.getString("step")) {
      case "restore" -> "its old text comes back";
      case "delete" -> "it is moved away, for it was not there before";
      case "moveBack" -> "it is moved back" + (from == null ? "" : " from " + from);
      case "none" -> "it is as it was before";
      case "conflict" -> "it is not as the dream left it, and stays";
      case "unverified" -> then + ", though nothing tells whether it was changed since";
      default -> "it cannot be taken back: its text was not recorded";
    };
  }
}
