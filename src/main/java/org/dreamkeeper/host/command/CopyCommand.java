package org.dreamkeeper.host.command;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import org.dreamkeeper.Projects;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Copies a project between a directory and a database. */
@Command(name = "copy", description = "Copies a project between a directory and a database.")
final class CopyCommand extends WholeProject {
  @Parameters(paramLabel = "FROM", description = Terminal.PLACE)
  String from;

  @Parameters(paramLabel = "TO", description = "where nothing is kept yet, likewise")
  String to;

  CopyCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  Future<JsonObject> carryOut(Vertx vertx) {
    return Projects.copy(vertx, place("FROM", from), place("TO", to)).map(CopyCommand::told);
  }

  private static JsonObject told(Projects.Copied copied) {
    StringBuilder text = new StringBuilder("copied " + copied.entries() + " entries");
    copied.left().forEach(each -> text.append("\nleft ").append(each));
    return JsonObject.of("text", text.toString(), "entries", copied.entries())
        .put("left", new JsonArray(copied.left()));
  }
}
