package org.dreamkeeper.host.command;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Looks for what is not as it should be, and mends what can be mended without losing anything. */
@Command(
    name = "doctor",
    description = "Looks for what is not as it should be; --fix mends what loses nothing.")
final class DoctorCommand extends ProjectAction {
  private static final DateTimeFormatter STAMP = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss-SSS");

  @Option(names = "--fix", description = "mend what can be mended, after a copy of what is touched")
  boolean fix;

  @Option(names = "--yes", description = "do it without asking")
  boolean yes;

  DoctorCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  Exit carryOut() {
    JsonArray told = new JsonArray();
    boolean problems = false;
    for (Target target : reach.targets()) {
      List<Problem> found = find(target);
      JsonObject project = JsonObject.of("address", target.address(), "place", target.place());
      if (fix && found.stream().anyMatch(Problem::mendable)) {
        String copies = mend(target, found);
        project.put("mended", toJson(found.stream().filter(Problem::mendable).toList()));
        project.put("copies", copies);
        found = find(target);
      }
      problems |= !found.isEmpty();
      told.add(project.put("problems", toJson(found)));
    }
    tell(JsonObject.of("problems", problems, "projects", told), shownBefore -> {});
    return problems ? Exit.PROBLEMS : Exit.DONE;
  }

  private static JsonArray toJson(List<Problem> problems) {
    return new JsonArray(problems.stream().map(Problem::toJson).toList());
  }

  /** Looks, and tells what it finds. */
  private List<Problem> find(Target target) {
    List<Problem> found = new ArrayList<>();
    try (Asked asked = ask(target, false)) {
      if (target.directory() != null) {
        long next = asked.serving().isPresent() ? 0 : asked.overview().getLong("epoch");
        found.addAll(target.onDisk(terminal(), () -> FolderChecks.of(target.directory(), next)));
      }
      found.addAll(ConfigurationChecks.of(target, asked.target(), reach.targets()));
      found.addAll(ProjectChecks.of(asked));
      if (!json) {
        tell(asked, found);
      }
    }
    return found;
  }

  private void tell(Asked asked, List<Problem> found) {
    Out out = out();
    out.line(Out.BOLD, asked.title());
    for (Problem problem : found) {
      out.trouble(problem.check(), problem.place() + ": " + problem.detail());
      out.more(problem.advice());
    }
    String problems = Out.count(found.size(), "problem");
    long mendable = found.stream().filter(Problem::mendable).count();
    if (found.isEmpty()) {
      out.line("No problems found.");
    } else if (fix) {
      out.line("%s found, %d of which can be mended.".formatted(problems, mendable));
    } else {
      out.line("%s found; --fix mends %d of them.".formatted(problems, mendable));
    }
  }

  /** Mends what can be, after a copy; gives where the copies are. */
  private String mend(Target target, List<Problem> found) {
    List<Problem> mendable = found.stream().filter(Problem::mendable).toList();
    String question = "Mend " + Out.count(mendable.size(), "problem") + ", after a copy?";
    agreed(yes, question, "nothing was changed");
    Path copies = copies(target);
    if (target.directory() == null) {
      keep(target, copies);
    } else {
      copy(target.directory(), mendable, copies);
    }
    try (Asked asked = ask(target, true)) {
      for (Problem problem : mendable) {
        problem.repair().accept(asked.keeper());
      }
    }
    if (!json) {
      out().line("Mended; what it was before is in " + copies);
    }
    return copies.toString();
  }

  /** Makes a directory for copies: beside the files; of a database, where the command is given. */
  private Path copies(Target target) {
    String stamp = STAMP.format(terminal().clock().instant().atZone(terminal().clock().getZone()));
    Path directory = target.directory();
    Path copies =
        directory == null
            ? terminal().here().toAbsolutePath().resolve("dreamkeeper.doctor-" + stamp)
            : directory.resolve(".dreamkeeper.doctor-" + stamp);
    return written(() -> Files.createDirectory(copies));
  }

  /** Copies what is about to be touched. */
  private static void copy(Path directory, List<Problem> mendable, Path copies) {
    List<String> files =
        mendable.stream().map(Problem::file).filter(Objects::nonNull).distinct().toList();
    for (String file : files) {
      Path from = directory.resolve(file);
      if (Files.isRegularFile(from)) {
        Path to = copies.resolve(from.getFileName());
        written(() -> Files.copy(from, to, StandardCopyOption.COPY_ATTRIBUTES));
      }
    }
  }

  /** Keeps the state of a database; what else is touched there is kept aside by itself. */
  private void keep(Target target, Path copies) {
    try (Asked asked = ask(target, false)) {
      String state = asked.keeper().ask("state", "read", null).encodePrettily();
      written(() -> Files.writeString(copies.resolve("state.json"), state));
    }
  }

  private static Path written(Callable<Path> copy) {
    try {
      return copy.call();
    } catch (IOException no) {
      throw new CommandException(
          Exit.REFUSED, "nothing was changed, for no copy could be made: " + DiskText.of(no));
    } catch (Exception bug) {
      throw CommandException.of(bug);
    }
  }
}
