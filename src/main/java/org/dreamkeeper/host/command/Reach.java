package org.dreamkeeper.host.command;

import java.util.List;
import org.dreamkeeper.host.Configuration;
import org.dreamkeeper.host.HostException;
import org.dreamkeeper.host.HostOptions;
import picocli.CommandLine.Option;

/** Which projects a command is about, and how it tells of them. */
final class Reach {
  private final Terminal terminal;

  @Option(names = "--dir", paramLabel = "DIR", description = Terminal.PLACE)
  String directory;

  @Option(
      names = {"-conf", "--conf"},
      paramLabel = "FILE",
      description = "the configuration that names the projects; the shipped one by default")
  String configuration;

  @Option(
      names = "--address",
      paramLabel = "PREFIX",
      description = "one of its projects alone; or the one of a database")
  String address;

  Reach(Terminal terminal) {
    this.terminal = terminal;
  }

  /** Gives the projects that are meant, at least one. */
  List<Target> targets() {
    if (directory != null && configuration != null) {
      throw CommandException.usage("--dir and -conf are both given, expected one of them");
    }
    return directory != null
        ? List.of(Target.of(terminal.place("--dir", directory, address)))
        : configured();
  }

  /** Gives the one project that is meant. */
  Target target() {
    List<Target> all = targets();
    if (all.size() > 1) {
      throw CommandException.usage(
          "there are several projects, expected --address with one of "
              + all.stream().map(Target::address).toList());
    }
    return all.get(0);
  }

  private List<Target> configured() {
    HostOptions options;
    try {
      options = Configuration.read(configuration);
    } catch (HostException wrong) {
      throw new CommandException(Exit.FAILED, wrong.getMessage());
    }
    if (options.node() != null && !options.node().containsKey("postgres")) {
      throw new CommandException(
          Exit.IN_USE, "the configuration is of a node that only asks others: ask on one of those");
    }
    List<Target> all =
        options.projects().stream()
            .map(each -> new Target(each.options().getAddress(), each.config(), true, false))
            .filter(each -> address == null || each.address().equals(address))
            .toList();
    if (all.isEmpty()) {
      String what = address == null ? "a project" : "a project with the address " + address;
      throw new CommandException(Exit.NOTHING_THERE, "the configuration does not name " + what);
    }
    return all;
  }
}
