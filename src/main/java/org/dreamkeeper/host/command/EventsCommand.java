package org.dreamkeeper.host.command;

import io.vertx.core.json.JsonObject;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Tells what has happened, a line each. */
@Command(name = "events", description = "Tells what has happened, as far as that is kept.")
final class EventsCommand extends ProjectAction {
  private static final Set<String> KNOWN = Set.of("type", "at", "address", "instance", "seq");
  private static final int PAGE = 500;
  private static final int WAIT_MS = 20_000;

  @Option(names = "--follow", description = "go on as things happen, until Ctrl-C")
  boolean follow;

  EventsCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  Exit carryOut() {
    Target target = reach.target();
    try (Asked asked = ask(target, false)) {
      if (follow && asked.serving().isEmpty()) {
        String nobody = "nobody serves " + target.place() + ": nothing happens there";
        throw new CommandException(Exit.NOTHING_THERE, nobody);
      }
      JsonObject request = JsonObject.of("limit", PAGE);
      if (follow) {
        request.put("waitMs", WAIT_MS);
      }
      boolean more;
      do {
        JsonObject page = asked.keeper().ask("admin", "events", request);
        tell(page);
        more = !page.getJsonArray("events").isEmpty();
        request.put("after", page.getString("cursor"));
        terminal().out().flush();
      } while ((follow || more) && !terminal().out().checkError());
    }
    return Exit.DONE;
  }

  private void tell(JsonObject page) {
    if (page.getBoolean("gap", false)) {
      tell(JsonObject.of("gap", true), "… some before these are not kept");
    }
    for (Object each : page.getJsonArray("events")) {
      JsonObject event = (JsonObject) each;
      JsonObject details = event.copy();
      KNOWN.forEach(details::remove);
      String what = "  %-20s %s".formatted(event.getString("type"), details.encode());
      tell(event, out().time(event.getNumber("at")) + what);
    }
  }

  private void tell(JsonObject line, String person) {
    if (json) {
      terminal().out().println(Out.iso(line).encode());
    } else {
      out().line(person);
    }
  }
}
