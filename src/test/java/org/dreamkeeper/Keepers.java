package org.dreamkeeper;

import io.vertx.core.Vertx;
import java.time.Duration;
import org.dreamkeeper.bus.impl.async.Time;

/** Clients with a clock of their own. */
public final class Keepers {
  private Keepers() {}

  public static Dreamkeeper client(Vertx vertx, String prefix, long timeoutMs, Time time) {
    ClientOptions options =
        new ClientOptions().setAddress(prefix).setTimeout(Duration.ofMillis(timeoutMs));
    return DreamkeeperClient.of(vertx, options, time);
  }
}
