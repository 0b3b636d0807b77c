package org.dreamkeeper.host.command;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.ParameterException;

/** The command line: {@code ./run.sh COMMAND [--dir DIR | -conf FILE] [--address PREFIX]}. */
@Command(
    name = "./run.sh",
    subcommands = CommandLine.HelpCommand.class,
    description = "Asks the host that serves a project, or looks at its files where nobody does.",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:done; why and status always, whatever they tell",
      "1:failed",
      "2:wrong arguments",
      "20:nothing there",
      "21:in use, or busy",
      "22:refused, and nothing changed",
      "23:problems found, or conflicts left"
    })
public final class Commands {
  private static final long DISK_MS = 10_000;

  private static final Map<String, Function<Terminal, Action>> ALL = new LinkedHashMap<>();

  static {
    ALL.put("status", StatusCommand::new);
    ALL.put("why", WhyCommand::new);
    ALL.put("log", LogCommand::new);
    ALL.put("undo", UndoCommand::new);
    ALL.put("doctor", DoctorCommand::new);
    ALL.put("events", EventsCommand::new);
    ALL.put("cancel", CancelCommand::new);
    ALL.put("copy", CopyCommand::new);
    ALL.put("rename", RenameCommand::new);
    ALL.put("remove", RemoveCommand::new);
    ALL.put("unlock", UnlockCommand::new);
  }

  private Commands() {}

  /**
   * Carries out a command, and ends the JVM with its code.
   *
   * @param args the command and its options
   */
  public static void main(String[] args) {
    boolean asks = Boolean.getBoolean("dreamkeeper.asks");
    boolean shows = Boolean.getBoolean("dreamkeeper.shows");
    Charset local = Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8"));
    Terminal terminal =
        new Terminal(
            new PrintStream(System.out, true, shows ? local : StandardCharsets.UTF_8),
            new PrintStream(System.err, true, local),
            asks ? new BufferedReader(new InputStreamReader(System.in, local)) : null,
            shows,
            shows && System.getenv().getOrDefault("NO_COLOR", "").isEmpty(),
            Clock.system(ZoneId.systemDefault()),
            Path.of(System.getProperty("dreamkeeper.caller", "")),
            DISK_MS,
            Terminal::newVertx);
    // What still hangs, such as a disk, ends with the process.
    Runtime.getRuntime().halt(run(terminal, args));
  }

  /** Carries out a command; gives its code. */
  static int run(Terminal terminal, String... args) {
    CommandLine line = new CommandLine(new Commands());
    // Each takes its time to be made: help alone, and a word that is none, need them all.
    Function<Terminal, Action> meant = args.length == 0 ? null : ALL.get(args[0]);
    for (Function<Terminal, Action> each : meant == null ? ALL.values() : List.of(meant)) {
      line.addSubcommand(each.apply(terminal));
    }
    line.setOut(new PrintWriter(terminal.out(), true, StandardCharsets.UTF_8));
    line.setColorScheme(CommandLine.Help.defaultColorScheme(Ansi.OFF));
    line.setAbbreviatedOptionsAllowed(false);
    line.setParameterExceptionHandler((wrong, given) -> usage(terminal, wrong, given));
    line.setExecutionExceptionHandler(
        (bug, command, parsed) ->
            failed(terminal, command.getCommandName(), false, CommandException.of(bug)));
    return line.execute(args);
  }

  private static int usage(Terminal terminal, ParameterException wrong, String... given) {
    CommandLine command = wrong.getCommandLine();
    String name = command.getParent() == null ? null : command.getCommandName();
    String names = String.join(", ", new TreeSet<>(command.getSubcommands().keySet()));
    String what = wrong.getMessage() + "; " + names;
    if (name != null) {
      what += name + " --help lists what it takes";
    } else if (given.length > 0) {
      what = given[0] + " is no command, expected one of " + names;
    }
    boolean json = List.of(given).contains("--json");
    return failed(terminal, name, json, CommandException.usage(what));
  }

  /** Says why a command could not be carried out; gives its code. */
  static int failed(Terminal terminal, String command, boolean json, CommandException failure) {
    if (json) {
      new Out(terminal.out(), false, terminal.clock()).json(command, failure);
    }
    terminal.err().println("Dreamkeeper: " + failure.getMessage());
    return failure.exit().code();
  }

  /** Tells whether arguments are a command's: they begin with a word that is no option. */
  public static boolean meant(String... args) {
    return args.length > 0 && !args[0].startsWith("-");
  }
}
