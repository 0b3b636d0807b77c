package org.dreamkeeper.host.command;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import org.dreamkeeper.Projects;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Gives a project of a database another address. */
@Command(name = "rename", description = "Gives a project of a database another address.")
final class RenameCommand extends WholeProject {
  @Parameters(paramLabel = "PROJECT", description = "postgresql://user@host:5432/database#address")
  String project;

  @Parameters(paramLabel = "NAME", description = "the new address")
  String name;

  RenameCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  Future<JsonObject> carryOut(Vertx vertx) {
    return Projects.rename(vertx, place("PROJECT", project), name)
        .map(done -> JsonObject.of("text", "renamed to " + name, "address", name));
  }
}
