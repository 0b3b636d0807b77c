package org.dreamkeeper.bus.impl.async;

import io.vertx.core.Vertx;
import io.vertx.core.shareddata.LocalMap;
import io.vertx.core.shareddata.Shareable;

/**
 * What a test has put in the machine's place, for all that runs on one Vert.x: hosts and clients
 * that are made by their public constructors, too. Safe from any thread.
 */
public final class StandIns {
  private record StandIn(Object part) implements Shareable {}

  private StandIns() {}

  private static LocalMap<String, StandIn> all(Vertx vertx) {
    return vertx.sharedData().getLocalMap(StandIns.class.getName());
  }

  /** Gives what stands for a part of the machine; the part itself, if nothing does. */
  public static <T> T get(Vertx vertx, Class<T> part, T real) {
    StandIn standIn = all(vertx).get(part.getName());
    return standIn == null ? real : part.cast(standIn.part());
  }

  /** Puts something in a part's place, for who asks from now on. */
  public static <T> void put(Vertx vertx, Class<T> part, T standIn) {
    all(vertx).put(part.getName(), new StandIn(standIn));
  }
}
