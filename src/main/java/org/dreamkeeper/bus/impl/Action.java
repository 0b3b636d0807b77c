package org.dreamkeeper.bus.impl;

import org.dreamkeeper.bus.impl.json.Schemas;

/**
 * One action of an actor's contract.
 *
 * @param name the {@code action} header's value
 * @param schema the schema of the body, as {@link Schemas} names it; null for an action that takes
 *     no body
 * @param writes whether it may change something, so that {@code requestId} applies
 * @param tokenRequired whether the {@code token} header must be there
 */
public record Action(String name, String schema, boolean writes, boolean tokenRequired) {

  /** Declares an action that changes nothing. */
  public static Action reading(String name, String schema) {
    return new Action(name, schema, false, false);
  }

  /** Declares an action that may change something; its token is optional. */
  public static Action writing(String name, String schema) {
    return new Action(name, schema, true, false);
  }

  /** Declares an action of the lock's holder. */
  public static Action holding(String name, String schema) {
    return new Action(name, schema, true, true);
  }
}
