package org.dreamkeeper.host.command;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.dreamkeeper.DreamkeeperOptions;
import org.dreamkeeper.DreamkeeperVerticle;
import org.dreamkeeper.Serving;

/**
 * A project that a command is about.
 *
 * @param address its prefix
 * @param config its configuration
 * @param known whether that is its own, and not all by default
 */
record Target(String address, JsonObject config, boolean known) {
  private static final long PATIENCE_MS = 10_000;

  private static final List<String> FILES =
      List.of("dream-state.json", "dream.lock", "dream-log", ".dreamkeeper.claim");

  /** Gives the project of a directory of which nothing else is known. */
  static Target of(String directory) {
    JsonObject config = JsonObject.of("baseDir", directory);
    return new Target(DreamkeeperOptions.DEFAULT_ADDRESS, config, false);
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

  /** Finds who serves it; empty if nobody does. */
  Optional<Serving> serving() {
    Path directory = directory();
    if (directory == null) {
      throw new CommandException(
          Exit.FAILED, place() + " is a database: commands look at directories alone");
    }
    try {
      return Patience.with(PATIENCE_MS, () -> serving(directory));
    } catch (TimeoutException silent) {
      throw new CommandException(
          Exit.FAILED, directory + ": its disk has not answered for " + PATIENCE_MS / 1000 + " s");
    } catch (ExecutionException failure) {
      throw failure.getCause() instanceof IOException unreadable
          ? new CommandException(Exit.FAILED, DiskText.of(unreadable))
          : CommandException.of(failure.getCause());
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

  /**
   * Gets somebody to ask: its host; where nobody serves it, a service for the moment, that changes
   * nothing unless it is to write.
   */
  Keeper open(Optional<Serving> serving, boolean writes) {
    if (serving.isEmpty()) {
      return new LocalKeeper(
          this, writes ? new DreamkeeperVerticle() : DreamkeeperVerticle.preview());
    }
    Serving host = serving.get();
    if (host.socket().isEmpty() || (!host.alive() && !Files.exists(Path.of(host.socket())))) {
      String who = "PID " + host.pid();
      throw new CommandException(
          Exit.IN_USE,
          host.alive()
              ? place() + " is served by " + who + ", which has no socket to be asked by"
              : "the claim of %s names %s of %s, in another PID namespace: whether that serves it"
                      .formatted(place(), who, host.host().isEmpty() ? "a host" : host.host())
                  + " cannot be known here. Ask there");
    }
    return new SocketKeeper(host);
  }
}
