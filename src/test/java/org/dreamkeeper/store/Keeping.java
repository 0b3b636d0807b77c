package org.dreamkeeper.store;

import io.vertx.core.Future;

/** Where a project is kept, as a test reaches it beside the stores that are opened on it. */
public interface Keeping {

  /** What becomes of changes that a store is asked for. */
  enum Fault {
    /** They are made. */
    NONE,
    /** They are refused, and nothing is changed. */
    REFUSED,
    /** They are made, but not confirmed. */
    UNCONFIRMED
  }

  /** Whether replies that commits carry are kept. */
  default boolean keepsReplies() {
    return true;
  }

  /** Whether events are kept, those that commits carry and others. */
  default boolean keepsEvents() {
    return true;
  }

  /** Claims it for an instance. */
  Future<? extends ProjectStore> open(String instance);

  /** Lets all changes end so from now on. */
  void changesAre(Fault fault);

  /** Takes the claim away from whoever has it. */
  void takeClaim();

  /** Replaces the text of the state, as others do; null takes it away. */
  void putState(String text);

  /** What stands as the state, as JSON; null if there is none. */
  String state();

  /** How many copies of a state were set aside, and are there still. */
  int statesSetAside();

  /** Replaces the text of an entry of the log, as others do; null takes it away. */
  void putEntry(String id, String text);
}
