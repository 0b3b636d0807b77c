package org.dreamkeeper.bus.impl;

import io.vertx.core.Vertx;
import io.vertx.core.shareddata.LocalMap;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * The projects of a Vert.x by their address prefixes, and how large a body each takes, bytes. Safe
 * from any thread.
 */
public enum LocalProjects {
  /** Those that its deployments serve themselves, from their claim until they have ended. */
  SERVED,
  /** Those that requests on it reach, whoever serves them. */
  REACHED;

  /** What a project's bodies may have whose settings stand elsewhere. */
  public static final int UNKNOWN_BYTES = 16 << 20;

  private LocalMap<String, Integer> map(Vertx vertx) {
    return vertx.sharedData().getLocalMap(LocalProjects.class.getName() + "." + name());
  }

  /** Adds a project, unless it is there. */
  public void add(Vertx vertx, String prefix, int maxMessageBytes) {
    map(vertx).putIfAbsent(prefix, maxMessageBytes);
  }

  /** Takes a project out. */
  public void remove(Vertx vertx, String prefix) {
    map(vertx).remove(prefix);
  }

  /** Gives those that are there now, new. */
  public NavigableMap<String, Integer> of(Vertx vertx) {
    NavigableMap<String, Integer> all = new TreeMap<>();
    map(vertx).forEach(all::put);
    return all;
  }
}
