package org.dreamkeeper.host.command;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import org.dreamkeeper.Projects;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Removes a project from its database. */
@Command(
    name = "remove",
    description = "Removes a project from its database; a directory is removed as any other.")
final class RemoveCommand extends WholeProject {
  @Parameters(paramLabel = "PROJECT", description = "postgresql://user@host:5432/database#address")
  String project;

  RemoveCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  Future<JsonObject> carryOut(Vertx vertx) {
    return Projects.remove(vertx, place("PROJECT", project))
        .map(gone -> JsonObject.of("text", "removed"));
  }
}
