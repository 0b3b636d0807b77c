package org.dreamkeeper.host.command;

import picocli.CommandLine.Option;

/** Where the texts of a project are that nobody serves, and whose configuration is not at hand. */
final class TextsOption {
  @Option(
      names = "--texts",
      paramLabel = "DIR",
      description = "the folder of the texts, where nobody serves the project")
  String directory;

  /** Gives the project with that folder; a host that serves it has its own. */
  Target of(Target target, Terminal terminal) {
    return directory == null ? target : target.withTexts(terminal.path("--texts", directory));
  }
}
