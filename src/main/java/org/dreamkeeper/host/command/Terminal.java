package org.dreamkeeper.host.command;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.dreamkeeper.DreamkeeperOptions;
import org.dreamkeeper.bus.impl.json.Schemas;
import org.dreamkeeper.bus.impl.text.OneLine;

/**
 * Where a command is given.
 *
 * @param out what it says
 * @param err why it could not be done: one line
 * @param in what a person answers; null where nobody is there to ask
 * @param live whether somebody sees at once what it says
 * @param colour whether what it says may be coloured
 * @param clock in the reader's zone
 * @param here the directory that relative paths begin at
 * @param patienceMs how long it waits for a disk
 * @param vertx makes a Vert.x for the moment, which whoever gets it closes
 */
record Terminal(
    PrintStream out,
    PrintStream err,
    BufferedReader in,
    boolean live,
    boolean colour,
    Clock clock,
    Path here,
    long patienceMs,
    Supplier<Vertx> vertx) {
  /** How a project is named. */
  static final String PLACE =
      "a directory, or postgresql://user@host:5432/database#address (dream, without an address)";

  private static final Pattern DATABASE = Pattern.compile("postgres(ql)?:.*");

  /** Makes a Vert.x as a command needs it; what serves on it is loaded meanwhile. */
  static Vertx newVertx() {
    Patience.beside("loading", Schemas::load);
    FileSystemOptions files = new FileSystemOptions().setClassPathResolvingEnabled(false);
    return Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1).setFileSystemOptions(files));
  }

  /** Tells that it goes on where that takes longer than a second; gives what ends that. */
  Runnable patience() {
    return live ? Patience.beside("progress", this::tellProgress)::interrupt : () -> {};
  }

  private void tellProgress() {
    try {
      for (int seconds = 1; ; seconds += 5) {
        Thread.sleep(seconds == 1 ? 1_000 : 5_000);
        err.println("… " + seconds + " s");
      }
    } catch (InterruptedException done) {
      // It has ended.
    }
  }

  /** Gives the project that an argument means, under an address of its own; or null. */
  DreamkeeperOptions place(String name, String argument, String address) {
    boolean database = DATABASE.matcher(argument).matches();
    int hash = database ? argument.indexOf('#') : -1;
    String prefix = hash < 0 || address != null ? address : argument.substring(hash + 1);
    try {
      DreamkeeperOptions options = new DreamkeeperOptions();
      if (database) {
        options.setPostgres(hash < 0 ? argument : argument.substring(0, hash));
      } else {
        options.setBaseDir(path(name, argument));
      }
      return prefix == null ? options : options.setAddress(prefix);
    } catch (IllegalArgumentException wrong) {
      throw CommandException.usage(wrong.getMessage());
    }
  }

  /** Gives what an argument means as a path, absolute. */
  String path(String name, String argument) {
    if (argument.isBlank()) {
      throw CommandException.usage(name + " is empty, expected a path");
    }
    try {
      return here.resolve(argument).toAbsolutePath().normalize().toString();
    } catch (InvalidPathException no) {
      throw CommandException.usage(name + " " + argument + " is no path");
    }
  }

  /** Asks whether to go on; refuses where nobody is there who could say so. */
  boolean agrees(String question) {
    if (in == null) {
      String why = "there is no terminal to ask: nothing was changed. Say so with --yes";
      throw new CommandException(Exit.REFUSED, why);
    }
    out.print(OneLine.of(question) + " [y/N] ");
    out.flush();
    try {
      String answer = in.readLine();
      return answer != null && answer.strip().matches("(?i)y|yes");
    } catch (IOException gone) {
      return false;
    }
  }
}
