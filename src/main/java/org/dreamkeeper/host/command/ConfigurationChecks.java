package org.dreamkeeper.host.command;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** What is doubtful about a configuration, though it is valid. */
final class ConfigurationChecks {
  private static final List<String> SHARED =
      List.of("lock", "log", "gates", "maxPending", "maxMessageBytes");

  private ConfigurationChecks() {}

  /**
   * Looks at a project among all that are configured.
   *
   * @param served the same with the settings that it is served with
   */
  static List<Problem> of(Target target, Target served, List<Target> all) {
    if (!target.known()) {
      return List.of();
    }
    return target.directory() == null ? settings(target, served) : directories(target, all);
  }

  private static Problem problem(String place, String detail, String advice) {
    return Problem.of("configuration", place, detail, advice);
  }

  /** A node that names others than those in the database does not start. */
  private static List<Problem> settings(Target target, Target served) {
    List<Problem> found = new ArrayList<>();
    JsonObject here = target.options().toJson();
    JsonObject there = served.options().toJson();
    for (String key : SHARED) {
      if (!Objects.equals(here.getValue(key), there.getValue(key))) {
        String detail = "%s is %s here, and %s in the database";
        String differs = detail.formatted(key, here.getValue(key), there.getValue(key));
        String advice = "Make both the same: a node that names others does not start.";
        found.add(problem(target.address(), differs, advice));
      }
    }
    return found;
  }

  private static List<Problem> directories(Target target, List<Target> all) {
    List<Problem> found = new ArrayList<>();
    Path own = real(target.directory());
    for (Target other : all) {
      boolean another = other.directory() != null && !other.address().equals(target.address());
      if (another && own.startsWith(real(other.directory()))) {
        String detail = "it is in the directory of the project " + other.address();
        String advice = "Give each project a directory of its own, beside the others.";
        found.add(problem(target.place(), detail, advice));
      }
    }
    if (own.endsWith(".brv") && target.options().getLock().getSettle().isZero()) {
      String detail = "ByteRover uses it, too, and lock.settleMs is 0";
      String advice = "Set lock.settleMs to 50: both could take the lock at the same moment.";
      found.add(problem(target.place(), detail, advice));
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
