package org.dreamkeeper.host.command;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What is doubtful about a configuration, though it is valid. */
final class ConfigurationChecks {
  private ConfigurationChecks() {}

  /** Looks at a project among all that are configured. */
  static List<Problem> of(Target target, List<Target> all) {
    List<Problem> found = new ArrayList<>();
    if (!target.known() || target.directory() == null) {
      return found;
    }
    Path own = real(target.directory());
    for (Target other : all) {
      boolean another = other.directory() != null && !other.address().equals(target.address());
      if (another && own.startsWith(real(other.directory()))) {
        found.add(
            Problem.of(
                "configuration",
                target.place(),
                "it is in the directory of the project " + other.address(),
                "Give each project a directory of its own, beside the others."));
      }
    }
    boolean shared = own.getFileName() != null && own.getFileName().toString().equals(".brv");
    if (shared && target.options().getLock().getSettle().isZero()) {
      found.add(
          Problem.of(
              "configuration",
              target.place(),
              "ByteRover uses it, too, and lock.settleMs is 0",
              "Set lock.settleMs to 50: both could take the lock at the same moment."));
    }
    return found;
  }

  private static Path real(Path directory) {
    try {
      return directory.toRealPath();
    } catch (IOException unknown) {
      return directory;
    }
  }
}
