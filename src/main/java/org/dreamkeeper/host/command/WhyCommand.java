package org.dreamkeeper.host.command;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import picocli.CommandLine.Command;

/** Tells whether a project dreams, and if not, why not. */
@Command(name = "why", description = "Tells why a project does not dream, and what to do about it.")
final class WhyCommand extends ProjectAction {
  WhyCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  Exit carryOut() {
    return each(this::judge, WhyCommand::show);
  }

  private JsonObject judge(Asked asked) {
    JsonObject overview = asked.overview();
    JsonArray causes = new JsonArray();
    new Diagnosis(asked, overview, terminal(), out(), causes).judge();
    return JsonObject.of("dreams", causes.isEmpty(), "causes", causes, "overview", overview);
  }

  private static void show(Asked asked, JsonObject answer, Out out) {
    answer.getJsonArray("causes").forEach(cause -> show((JsonObject) cause, out));
    if (answer.getBoolean("dreams")) {
      String last = out.time(answer.getJsonObject("overview").getLong("lastAskedAt"));
      out.line("  Nothing keeps it from dreaming: all gates are open.");
      out.line(
          "  It is a worker's turn: one asked last " + last + ", and dreams when it asks again.");
      out.line("  A schedule does every ten minutes; if nobody does, look at the worker.");
    }
  }

  private static void show(JsonObject cause, Out out) {
    out.trouble(cause.getString("id"), cause.getString("text"));
    if (cause.containsKey("nextEligibleAt")) {
      out.more("It is over at " + out.time(cause.getLong("nextEligibleAt")));
    }
    if (cause.containsKey("advice")) {
      out.more(cause.getString("advice"));
    }
  }
}
