package org.dreamkeeper.store;

import io.vertx.core.json.JsonObject;

/**
 * What stands as a project's state. Known by its identity: as long as nothing has changed a store
 * gives the same instance, and after a commit the one that was committed.
 */
public sealed interface StoredState {

  /** Nothing is kept. */
  record Missing() implements StoredState {}

  /**
   * A document; which state it says, if any, the reader finds out.
   *
   * @param json nobody changes it any more
   */
  record Document(JsonObject json) implements StoredState {}

  /**
   * What stands is no sound document.
   *
   * @param json what could be read of it, or null
   * @param reason what is wrong with it, in one line
   */
  record Damaged(JsonObject json, String reason) implements StoredState {}

  /**
   * What stands cannot be read now.
   *
   * @param reason why, in one line
   */
  record Unreadable(String reason) implements StoredState {}
}
