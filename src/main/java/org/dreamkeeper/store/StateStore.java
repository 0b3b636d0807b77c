package org.dreamkeeper.store;

import io.vertx.core.Future;
import java.util.function.Function;

/** Where the state of a project is kept: one document, read and replaced whole. */
public interface StateStore {

  /** What a person finds it by, such as {@code dream-state.json}: the place in messages. */
  String name();

  /**
   * Reads, lets decide, and commits, in one step.
   *
   * @param decide pure; runs on the store's thread, and again when somebody else has changed the
   *     state meanwhile
   * @return the decision's result once what it asks for is durable; fails with a {@link
   *     StoreException} where the store says no: in doubt, the next document may stand
   */
  <R> Future<R> transact(Function<StoredState, StateChange<R>> decide);
}
