package org.dreamkeeper.bus.impl;

import io.vertx.core.Vertx;
import io.vertx.core.shareddata.LocalMap;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * The projects that requests on a Vert.x reach, whoever serves them, and how large a body each
 * takes, bytes. Safe from any thread.
 */
public final class ReachableProjects {
  /** What a project's bodies may have whose settings stand elsewhere. */
  public static final int UNKNOWN_BYTES = 16 << 20;

  private ReachableProjects() {}

  private static LocalMap<String, Integer> map(Vertx vertx) {
    return vertx.sharedData().getLocalMap(ReachableProjects.class.getName());
  }

  /** Adds a project, unless it is there. */
  public static void add(Vertx vertx, String prefix, int maxMessageBytes) {
    map(vertx).putIfAbsent(prefix, maxMessageBytes);
  }

  /** Takes a project out. */
  public static void remove(Vertx vertx, String prefix) {
    map(vertx).remove(prefix);
  }

  /** Gives those that are there now, new. */
  public static NavigableMap<String, Integer> of(Vertx vertx) {
    NavigableMap<String, Integer> all = new TreeMap<>();
    map(vertx).forEach(all::put);
    return all;
  }
}
