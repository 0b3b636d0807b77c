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
        throw new CommandException(
            Exit.NOTHING_THERE, "nobody serves " + target.place() + ": nothing happens there");
      }
      String cursor = null;
      boolean more;
      do {
        JsonObject page = asked.keeper().ask("admin", "events", request(cursor));
        tell(page);
        more = !page.getJsonArray("events").isEmpty();
        cursor = page.getString("cursor");
        terminal().out().flush();
      } while ((follow || more) && !terminal().out().checkError());
    }
    return Exit.DONE;
  }

  private JsonObject request(String cursor) {
    JsonObject request = JsonObject.of("limit", PAGE);
    if (cursor != null) {
      request.put("after", cursor);
    }
    return follow ? request.put("waitMs", WAIT_MS) : request;
  }

  private void tell(JsonObject page) {
    if (page.getBoolean("gap", false)) {
      if (json) {
        terminal().out().println(JsonObject.of("gap", true).encode());
      } else {
        out().line("… some before these are not kept");
      }
    }
    for (Object each : page.getJsonArray("events")) {
      JsonObject event = (JsonObject) each;
      if (json) {
        terminal().out().println(Out.iso(event).encode());
      } else {
        JsonObject details = event.copy();
        KNOWN.forEach(details::remove);
        out()
            .line(
                "%s  %-20s %s"
                    .formatted(
                        out().time(event.getNumber("at")),
                        event.getString("type"),
                        details.encode()));
      }
    }
  }
}
