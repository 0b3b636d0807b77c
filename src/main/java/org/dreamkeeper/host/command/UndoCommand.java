package org.dreamkeeper.host.command;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
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

  @Mixin final TextsOption texts = new TextsOption();

  UndoCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  Exit carryOut() {
    LogCommand.check(id);
    Target target = texts.of(reach.target(), terminal());
    JsonObject request = JsonObject.of("id", id, "timeoutMs", TIMEOUT_MS);
    if (!operations.isEmpty()) {
      request.put("operations", new JsonArray(operations));
    }
    if (!force.isEmpty()) {
      request.put("force", new JsonArray(force));
    }
    JsonObject plan;
    JsonObject entry;
    try (Asked asked = ask(target, false)) {
      entry = asked.entry(id);
      plan = asked.keeper().ask("admin", "undo", request.copy().put("dryRun", true));
      if (!json) {
        out().line(Out.BOLD, asked.title());
        show(plan, entry, false);
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
        show(done, entry, true);
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

  private void show(JsonObject undo, JsonObject entry, boolean done) {
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
            ? what(undo.getJsonArray("operations"), entry, done)
            : "A part of it "
                + (done ? "is" : "will be")
                + " left: --force PATH takes back what was changed since.");
    if (undo.containsKey("warning")) {
      out.line(undo.getString("warning"));
    }
  }

  /** Says which operations that is about, and whether others stay. */
  private static String what(JsonArray operations, JsonObject entry, boolean done) {
    int all = entry.getJsonArray("operations").size();
    int before = entry.getJsonArray("undoneOperations", new JsonArray()).size();
    boolean one = operations.size() == 1;
    if (operations.size() == all) {
      return "All of it " + (done ? "is" : "will be") + " taken back.";
    }
    String which = operations.stream().map(String::valueOf).collect(Collectors.joining(", "));
    String verb = done ? (one ? " is" : " are") : " will be";
    int left = all - before - operations.size();
    String rest = left == 1 ? "1 other stays." : left + " others stay.";
    String named = (one ? "Operation " : "Operations ") + which + verb + " taken back";
    return named + (left == 0 ? ", and so nothing of it is left." : "; " + rest);
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
