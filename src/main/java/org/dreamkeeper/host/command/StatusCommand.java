package org.dreamkeeper.host.command;

import io.vertx.core.json.JsonObject;
import picocli.CommandLine.Command;

/** Tells how a project is. */
@Command(name = "status", description = "Tells how a project is: lock, gates, state, log, queues.")
final class StatusCommand extends ProjectAction {
  StatusCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  Exit carryOut() {
    return each(
        asked -> JsonObject.of("overview", asked.overview(), "found", asked.keeper().found()),
        (asked, answer, out) ->
            new StatusText(out, answer.getJsonObject("overview"))
                .show(asked.serving().isPresent(), answer.getJsonArray("found")));
  }
}
