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

/**
 * A project that a command is about.
 *
 * @param address its prefix
 * @param config its configuration
 * @param known whether that is its own, and not all by default
 */
record Target(String address, JsonObject config, boolean known) {
  private static final List<String> FILES =
      List.of("dream-state.json", "dream.lock", "dream-log", ".dreamkeeper.claim");

  /** Gives the project of a place of which nothing else is known. */
  static Target of(DreamkeeperOptions options) {
    return new Target(options.getAddress(), options.toJson(), false);
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

  private String name() {
    return directory() == null ? address + " in " + place() : place();
  }

  /**
   * A project that is there.
   *
   * @param serving who serves it, if anybody does
   * @param moment what it is served on for the moment, else; whoever gets it closes it
   */
  record Found(Target target, Optional<Serving> serving, Supplier<Vertx> moment) {

    /**
     * Gets somebody to ask: its host; where nobody serves it, a service for the moment, that
     * changes nothing unless it is to write.
     */
    Keeper open(Terminal terminal, boolean writes) {
      if (serving.isPresent()) {
        return new SocketKeeper(target.askable(serving.get()));
      }
      return new LocalKeeper(
          moment.get(),
          terminal.patienceMs(),
          target,
          writes ? DreamkeeperVerticle.unlessServed() : DreamkeeperVerticle.preview());
    }
  }

  /** Looks for it, and who serves it. */
  Found find(Terminal terminal) {
    Path directory = directory();
    if (directory == null) {
      return inDatabase(terminal.vertx().get());
    }
    return new Found(this, onDisk(terminal, () -> serving(directory)), terminal.vertx());
  }

  /** Does something with its directory, whose disk may hang. */
  <T> T onDisk(Terminal terminal, Callable<T> work) {
    try {
      return Patience.with(terminal.patienceMs(), work);
    } catch (TimeoutException silent) {
      String length = Out.length(Duration.ofMillis(terminal.patienceMs()));
      throw new CommandException(
          Exit.FAILED, directory() + ": its disk has not answered for " + length);
    } catch (ExecutionException failure) {
      throw failure.getCause() instanceof IOException unreadable
          ? new CommandException(Exit.FAILED, DiskText.of(unreadable))
          : CommandException.of(failure.getCause());
    }
  }

  private Found inDatabase(Vertx vertx) {
    boolean needed = false;
    try {
      Projects.Found found =
          Patience.await(Projects.find(vertx, options()))
              .orElseThrow(
                  () ->
                      new CommandException(
                          Exit.NOTHING_THERE, place() + " holds no project " + address));
      needed = found.serving().isEmpty();
      Target its = new Target(address, found.options().toJson(), known);
      return new Found(its, found.serving(), () -> vertx);
    } finally {
      if (!needed) {
        Patience.await(vertx.close());
      }
    }
  }

  private static Optional<Serving> serving(Path directory) throws IOException {
    if (!Files.exists(directory)) {
      throw new CommandException(Exit.NOTHING_THERE, directory + " is not there");
    }
    if (!Files.isDirectory(directory)) {
      throw new CommandException(Exit.NOTHING_THERE, directory + " is no directory");
    }
    if (!Files.isReadable(directory) || !Files.isExecutable(directory)) {
      throw new CommandException(Exit.FAILED, directory + ": Permission denied");
    }
    if (FILES.stream()
        .noneMatch(name -> Files.exists(directory.resolve(name), LinkOption.NOFOLLOW_LINKS))) {
      throw new CommandException(
          Exit.NOTHING_THERE, directory + " holds no project: none of " + FILES);
    }
    return Serving.of(directory);
  }

  /** Gives a host if it can be asked from here. */
  private Serving askable(Serving host) {
    boolean here = !host.socket().isEmpty() && Files.exists(Path.of(host.socket()));
    boolean elsewhere = directory() == null ? !here : !host.alive() && !here;
    if (!host.socket().isEmpty() && !elsewhere) {
      return host;
    }
    String who = "PID " + host.pid() + (directory() == null ? " on " + host.host() : "");
    String machine = host.host().isEmpty() ? "a host" : host.host();
    String why;
    if (!host.alive()) {
      why =
          "the claim of %s names PID %d of %s, in another PID namespace: whether that serves it"
                  .formatted(name(), host.pid(), machine)
              + " cannot be known here. Ask there";
    } else if (host.socket().isEmpty()) {
      why = name() + " is served by " + who + ", which has no socket to be asked by";
    } else {
      why = name() + " is served by " + who + ": ask there";
    }
    throw new CommandException(Exit.IN_USE, why);
  }
}
