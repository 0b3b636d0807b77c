package org.dreamkeeper.host.command;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
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
      List<Problem> mendable = found.stream().filter(Problem::mendable).toList();
      JsonObject project = JsonObject.of("address", target.address(), "place", target.place());
      if (fix && !mendable.isEmpty()) {
        project.put("mended", toJson(mendable)).put("copies", mend(target, mendable));
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
    Asked found;
    try {
      found = ask(target, false);
    } catch (CommandException nobody) {
      return doubt(target, nobody);
    }
    try (Asked asked = found) {
      List<Problem> problems = new ArrayList<>();
      if (target.directory() != null) {
        problems.addAll(inFolder(target, asked.overview().getLong("epoch")));
      }
      problems.addAll(ConfigurationChecks.of(target, asked.target(), reach.targets()));
      problems.addAll(ProjectChecks.of(asked));
      tell(asked.title(), problems);
      return problems;
    }
  }

  /** Where it is the claim that keeps it from being asked, that is what is to be told. */
  private List<Problem> doubt(Target target, CommandException nobody) {
    boolean claimed = nobody.exit() == Exit.IN_USE && target.directory() != null;
    List<Problem> problems = claimed ? inFolder(target, 0) : List.of();
    if (problems.stream().noneMatch(each -> each.check().equals("claim"))) {
      throw nobody;
    }
    tell(target.address() + "  " + target.place() + "  (nobody can be asked)", problems);
    return problems;
  }

  private List<Problem> inFolder(Target target, long epoch) {
    return target.onDisk(terminal(), () -> FolderChecks.of(target.directory(), epoch));
  }

  private void tell(String title, List<Problem> found) {
    if (json) {
      return;
    }
    Out out = out();
    out.line(Out.BOLD, title);
    for (Problem problem : found) {
      out.trouble(problem.check(), problem.place() + ": " + problem.detail());
      out.more(problem.advice());
    }
    long mendable = found.stream().filter(Problem::mendable).count();
    String sum = fix ? "%s found, %d of which can be mended." : "%s found; --fix mends %d of them.";
    out.line(
        found.isEmpty()
            ? "No problems found."
            : sum.formatted(Out.count(found.size(), "problem"), mendable));
  }

  /** Mends what can be, after a copy; gives where the copies are. */
  private String mend(Target target, List<Problem> mendable) {
    String question = "Mend " + Out.count(mendable.size(), "problem") + ", after a copy?";
    agreed(yes, question, "nothing was changed");
    Path copies = copies(target, mendable);
    try (Asked asked = ask(target, true)) {
      mendable.forEach(problem -> problem.repair().accept(asked.keeper()));
    }
    if (!json) {
      out().line("Mended; what it was before is in " + copies);
    }
    return copies.toString();
  }

  /**
   * Copies what is about to be touched: beside the files; of a database the state, to where the
   * command is given. (What else is touched there is kept aside by itself.)
   *
   * @return where the copies are
   */
  private Path copies(Target target, List<Problem> mendable) {
    Clock clock = terminal().clock();
    String name = "dreamkeeper.doctor-" + STAMP.format(clock.instant().atZone(clock.getZone()));
    Path directory = target.directory();
    try {
      if (directory == null) {
        Path copies = Files.createDirectory(terminal().here().toAbsolutePath().resolve(name));
        try (Asked asked = ask(target, false)) {
          String state = asked.keeper().ask("state", "read", null).encodePrettily();
          Files.writeString(copies.resolve("state.json"), state);
        }
        return copies;
      }
      Path copies = Files.createDirectory(directory.resolve("." + name));
      for (String file : mendable.stream().map(Problem::file).distinct().toList()) {
        Path from = directory.resolve(file);
        if (Files.isRegularFile(from)) {
          Files.copy(from, copies.resolve(from.getFileName()), StandardCopyOption.COPY_ATTRIBUTES);
        }
      }
      return copies;
    } catch (IOException no) {
      String why = "nothing was changed, for no copy could be made: " + DiskText.of(no);
      throw new CommandException(Exit.REFUSED, why);
    }
  }
}
