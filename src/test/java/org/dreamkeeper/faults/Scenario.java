package org.dreamkeeper.faults;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.function.Function;

/**
 * An action that writes, at which everything goes wrong in turn.
 *
 * @param name of the action and of what it meets
 * @param config beside directory and address
 * @param fixture makes the files that the host starts on
 * @param before brings the host to where the action begins
 * @param action what is done; begins when the host is not yet started if {@code before} is null
 * @param then how it must end, by the operation that failed
 */
record Scenario(
    String name,
    JsonObject config,
    Fixture fixture,
    Act before,
    Act action,
    Function<Step, Then> then) {

  /** How an action must end, of which one operation has failed. */
  enum Then {
    REFUSED,
    DONE,
    /** It depends on which of several operations of the same name it is. */
    EITHER
  }

  /** Makes files. */
  interface Fixture {
    void make(java.nio.file.Path base) throws IOException;
  }

  /** Does something to a host. */
  interface Act {
    void on(Host host) throws IOException;
  }

  /** Tells whether it begins with a host that does not serve yet. */
  boolean starts() {
    return before == null;
  }

  @Override
  public String toString() {
    return name;
  }
}
