package org.dreamkeeper.bus.impl;

import io.vertx.core.Vertx;
import io.vertx.core.shareddata.LocalMap;
import java.util.Set;

/**
 * The projects that the deployments of a Vert.x serve themselves, from their claim of it until they
 * have ended. Safe from any thread.
 */
public final class ServedProjects {
  private ServedProjects() {}

  private static LocalMap<String, Boolean> map(Vertx vertx) {
    return vertx.sharedData().getLocalMap(ServedProjects.class.getName());
  }

  /** Adds a project. */
  public static void add(Vertx vertx, String prefix) {
    map(vertx).put(prefix, true);
  }

  /** Takes a project out. */
  public static void remove(Vertx vertx, String prefix) {
    map(vertx).remove(prefix);
  }

  /** Gives those that are there now. */
  public static Set<String> of(Vertx vertx) {
    return Set.copyOf(map(vertx).keySet());
  }
}
