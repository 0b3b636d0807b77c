package org.dreamkeeper.host.command;

import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.dreamkeeper.DreamkeeperOptions;
import org.dreamkeeper.DreamkeeperVerticle;
import org.dreamkeeper.Projects;
import org.dreamkeeper.Serving;
import org.dreamkeeper.bus.impl.json.JsonFields;
import org.dreamkeeper.host.command.ProjectAction.Asked;

/**
 * A project that a command is about.
 *
 * @param address its prefix
 * @param config its configuration
 * @param known whether that is its own, and not all by default
 * @param textsGiven whether the folder of its texts is what the command was given
 */
record Target(String address, JsonObject config, boolean known, boolean textsGiven) {
  private static final List<String> FILES =
      List.of("dream-state.json", "dream.lock", "dream-log", ".dreamkeeper.claim");

  private static final String NO_SOCKET =
      ", which has no socket to be asked by: ask it by its page or by keeper.admin(), let it listen"
          + " (askedAt, see src/docs/operating.md), or stop it first";

  /** Gives the project of a place of which nothing else is known. */
  static Target of(DreamkeeperOptions options) {
    return new Target(options.getAddress(), options.toJson(), false, false);
  }

  /** Gives the same, with the folder of its texts. */
  Target withTexts(String folder) {
    return new Target(address, config.copy().put("texts", folder), known, true);
  }

  DreamkeeperOptions options() {
    return new DreamkeeperOptions(config);
  }

  /** Gives where it is kept, for a person. */
  String place() {
    return options().place();
  }

  /** Gives its directory; null if it is in a database. */
  Path directory() {
    String directory = options().getBaseDir();
    return directory == null ? null : Path.of(directory);
  }

  /**
   * Looks for it, and gets somebody to ask: its host; where nobody serves it, a service for the
   * moment, that changes nothing unless it is to write.
   */
  Asked ask(Terminal terminal, boolean writes) {
    return directory() == null
        ? inDatabase(terminal, writes)
        : asked(onDisk(terminal, () -> serving(directory())), terminal, terminal.vertx(), writes);
  }

  private Asked asked(
      Optional<Serving> serving, Terminal terminal, Supplier<Vertx> moment, boolean writes) {
    if (textsGiven && serving.isPresent()) {
      throw CommandException.usage(
          "--texts is given, but PID %d serves the project: that knows the folder, or is to be told"
              .formatted(serving.get().pid()));
    }
    return new Asked(
        this,
        serving,
        serving.isPresent()
            ? new SocketKeeper(askable(serving.get()))
            : new LocalKeeper(
                moment.get(),
                terminal,
                this,
                writes ? DreamkeeperVerticle.unlessServed() : DreamkeeperVerticle.preview()));
  }

  /** Does something with its directory, whose disk may hang. */
  <T> T onDisk(Terminal terminal, Callable<T> work) {
    try {
      return Patience.with(terminal.patienceMs(), work);
    } catch (TimeoutException silent) {
      String length = Out.length(Duration.ofMillis(terminal.patienceMs()));
      String why = directory() + ": its disk has not answered for " + length;
      throw new CommandException(Exit.FAILED, why);
    } catch (ExecutionException failure) {
      throw CommandException.of(failure);
    }
  }

  /** Fails if its directory has gone since; without it a project looks empty. */
  void stillThere(Terminal terminal) {
    if (directory() != null && !onDisk(terminal, () -> Files.exists(directory()))) {
      throw nothing(directory() + " is not there any more");
    }
  }

  private Asked inDatabase(Terminal terminal, boolean writes) {
    Vertx vertx = terminal.vertx().get();
    boolean needed = false;
    try {
      Projects.Found found =
          Patience.await(Projects.find(vertx, options()))
              .orElseThrow(() -> nothing(place() + " holds no project " + address));
      needed = found.serving().isEmpty();
      JsonObject settings = found.options().toJson();
      // A folder of this machine, of which a database does not know.
      JsonFields.put(settings, "texts", options().getTexts());
      Target its = new Target(address, settings, known, textsGiven);
      return its.asked(found.serving(), terminal, () -> vertx, writes);
    } finally {
      if (!needed) {
        Patience.await(vertx.close());
      }
    }
  }

  private static CommandException nothing(String what) {
    return new CommandException(Exit.NOTHING_THERE, what);
  }

  private static Optional<Serving> serving(Path directory) throws IOException {
    if (!Files.exists(directory)) {
      throw nothing(directory + " is not there; --dir names the baseDir of a project");
    }
    if (!Files.isDirectory(directory)) {
      throw nothing(directory + " is no directory; --dir names the baseDir of a project");
    }
    if (!Files.isReadable(directory) || !Files.isExecutable(directory)) {
      throw new CommandException(Exit.FAILED, directory + ": Permission denied");
    }
    if (FILES.stream().noneMatch(each -> isThere(directory.resolve(each)))) {
      throw nothing(
          directory + " holds no project: none of " + FILES + "; --dir names the baseDir of one");
    }
    return Serving.of(directory);
  }

  private static boolean isThere(Path file) {
    return Files.exists(file, LinkOption.NOFOLLOW_LINKS);
  }

  /** Gives a host if it can be asked from here. */
  private Serving askable(Serving host) {
    boolean socket = !host.socket().isEmpty();
    boolean here = socket && Files.exists(Path.of(host.socket()));
    if (here || (socket && host.alive() && directory() != null)) {
      return host;
    }
    String name = directory() == null ? address + " in " + place() : place();
    String who = "PID " + host.pid() + (directory() == null ? " on " + host.host() : "");
    String machine = host.host().isEmpty() ? "a host" : host.host();
    String doubt =
        "the claim of %s names PID %d of %s, in another PID namespace: whether that serves it"
            + " cannot be known here. Ask there";
    String why = name + " is served by " + who;
    if (!host.alive()) {
      why = doubt.formatted(name, host.pid(), machine);
    } else {
      why += socket ? ": ask there" : NO_SOCKET;
    }
    throw new CommandException(Exit.IN_USE, why);
  }
}
