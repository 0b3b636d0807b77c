package org.dreamkeeper.node.impl;

import io.vertx.core.json.JsonObject;
import org.dreamkeeper.file.Machine;
import org.dreamkeeper.file.Processes;

/**
 * What a node tells of itself in its row.
 *
 * @param process which process it is
 * @param bus how it is called on a cluster; null if it is on none
 * @param socket the path of the Unix socket by which it is asked; null if it has none
 */
public record Whereabouts(Processes.Identity process, String bus, String socket) {
  private static final Processes PROCESSES = Machine.REAL.processes();

  /** Gives this process's. */
  public static Whereabouts own(String bus, String socket) {
    return new Whereabouts(PROCESSES.self(), bus, socket);
  }

  /** Reads those of a row; those of an older build say less. */
  public static Whereabouts of(JsonObject about) {
    return new Whereabouts(
        new Processes.Identity(
            about.getLong("pid"),
            about.getString("start", ""),
            about.getString("namespace", ""),
            about.getString("user", ""),
            about.getString("host", "")),
        about.getString("bus"),
        about.getString("socket"));
  }

  JsonObject toJson() {
    String host = process.host().isEmpty() ? "a host without a name" : process.host();
    return JsonObject.of("pid", process.pid(), "host", host)
        .put("start", process.start())
        .put("namespace", process.namespace())
        .put("user", process.user())
        .put("bus", bus)
        .put("socket", socket);
  }

  /** Tells whether it surely lives. Blocks. */
  public boolean lives() {
    return PROCESSES.alive(process);
  }

  /**
   * Tells whether it surely does not: it was a process of this machine, and is none now. Blocks.
   */
  public boolean dead() {
    return PROCESSES.here(process) && !PROCESSES.alive(process);
  }
}
