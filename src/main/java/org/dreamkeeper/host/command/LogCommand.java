package org.dreamkeeper.host.command;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Tells what dreams did. */
@Command(name = "log", description = "Tells what dreams did: the newest ones, or one in full.")
final class LogCommand extends ProjectAction {
  static final Pattern ID = Pattern.compile("drm-[0-9]{1,200}");

  @Parameters(arity = "0..1", paramLabel = "ID", description = "of one dream, as drm-1741939200000")
  String id;

  @Option(names = "--diff", description = "with what each operation changed, of one dream")
  boolean diff;

  @Option(
      names = "--limit",
      paramLabel = "N",
      defaultValue = "20",
      description = "how many, 20 by default")
  int limit;

  @Mixin final TextsOption texts = new TextsOption();

  LogCommand(Terminal terminal) {
    super(terminal);
  }

  /** Refuses what is no id. */
  static void check(String id) {
    if (!ID.matcher(id).matches()) {
      throw CommandException.usage(id + " is no ID, expected drm- and digits");
    }
  }

  @Override
  Exit carryOut() {
    if (limit < 1 || limit > 1000) {
      throw CommandException.usage("--limit is " + limit + ", expected 1 to 1000");
    }
    if (diff && id == null) {
      throw CommandException.usage("--diff is about one dream, expected its ID");
    }
    if (texts.directory != null && !diff) {
      throw CommandException.usage("--texts is of use with --diff alone");
    }
    if (id == null) {
      JsonObject which = JsonObject.of("limit", limit, "brief", true);
      return each(asked -> asked.keeper().ask("log", "list", which), LogCommand::show);
    }
    check(id);
    try (Asked asked = ask(texts.of(reach.target(), terminal()), false)) {
      one(asked, asked.entry(id));
    }
    return Exit.DONE;
  }

  private static void show(Asked asked, JsonObject page, Out out) {
    page.getJsonArray("entries").forEach(each -> brief((JsonObject) each, out));
    if (page.getJsonArray("entries").isEmpty()) {
      out.line("  no entries");
    }
    if (page.containsKey("cursor")) {
      out.line("  … there are more: --limit shows them");
    }
    out.unreadable("", page);
  }

  private static void brief(JsonObject entry, Out out) {
    String status = entry.getString("status");
    String began = out.time(entry.getNumber("startedAt")) + took(entry);
    out.line("  %s  %-10s  %s".formatted(entry.getString("id"), status, began));
    String why = entry.getString(entry.containsKey("error") ? "error" : "abortReason");
    out.more(summary(entry) + (why == null ? "" : "; " + why));
  }

  private static String took(JsonObject entry) {
    Number from = entry.getNumber("startedAt");
    Number to = entry.getNumber("completedAt");
    boolean known = to != null && !entry.getString("status").equals("error");
    return known && to.doubleValue() >= from.doubleValue()
        ? ", took " + Out.length(Duration.ofMillis(to.longValue() - from.longValue()))
        : "";
  }

  private static String summary(JsonObject entry) {
    JsonObject counts = entry.getJsonObject("summary");
    String review = counts.getValue("flaggedForReview") + " for review";
    return Stream.of("consolidated", "synthesized", "pruned")
        .map(what -> counts.getValue(what) + " " + what + ", ")
        .collect(Collectors.joining("", entry.getString("trigger") + ", ", review));
  }

  private void one(Asked asked, JsonObject entry) {
    JsonArray operations = entry.getJsonArray("operations");
    JsonArray diffs = new JsonArray();
    for (int i = 0; diff && i < operations.size(); i++) {
      diffs.add(asked.keeper().ask("admin", "diff", JsonObject.of("id", id, "operation", i)));
    }
    JsonObject data = asked.toJson().put("entry", entry);
    tell(diff ? data.put("diffs", diffs) : data, out -> show(asked, entry, diffs, out));
  }

  private static void show(Asked asked, JsonObject entry, JsonArray diffs, Out out) {
    out.line(Out.BOLD, asked.title());
    brief(entry, out);
    JsonArray operations = entry.getJsonArray("operations");
    for (int i = 0; i < operations.size(); i++) {
      operation(i, operations.getJsonObject(i), out);
      if (i < diffs.size()) {
        new DiffText(out).show(diffs.getJsonObject(i));
      }
    }
  }

  private static void operation(int index, JsonObject operation, Out out) {
    String type = operation.getString("type");
    String files =
        switch (type) {
          case "CONSOLIDATE" -> texts(operation, "inputFiles") + arrow(operation, "outputFile");
          case "SYNTHESIZE" -> texts(operation, "sources") + arrow(operation, "outputFile");
          default -> operation.getString("file") + arrow(operation, "mergeTarget");
        };
    out.fact("  " + index, type + " " + operation.getString("action") + ": " + files);
    if (operation.getString("reason") != null) {
      out.more(operation.getString("reason"));
    }
    if (operation.getBoolean("needsReview", false)) {
      out.more("for review");
    }
  }

  private static String texts(JsonObject operation, String key) {
    return operation.getJsonArray(key).stream()
        .map(String::valueOf)
        .collect(Collectors.joining(", "));
  }

  static String arrow(JsonObject from, String key) {
    return from.getString(key) == null ? "" : " -> " + from.getString(key);
  }
}
