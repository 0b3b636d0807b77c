package org.dreamkeeper.store;

import io.vertx.core.Future;
import org.dreamkeeper.store.LockView.LockContent;

/**
 * Where a project's lock is kept. One call at a time; futures complete on the caller's context, and
 * fail with a {@link StoreException}.
 *
 * <p>Others may reach it past this store: whoever is found there is {@link LockView.Foreign}. A
 * record that was put here, and that others have removed or damaged without taking its place, still
 * stands: it is put back, and seen as it was.
 */
public interface LockStore {

  /** Looks who has the lock. */
  Future<LockView> view();

  /**
   * Changes the lock, if it is what was seen.
   *
   * @param seen what it must be, by value
   * @param next what it becomes
   * @param carried what is to survive with the change
   * @return whether it was done; fails if nothing was, or, in doubt, if what was put there could
   *     not be looked at again
   */
  Future<Swap> swap(LockView seen, LockContent next, Carried carried);

  /**
   * How a swap ended.
   *
   * @param done whether it was made
   * @param now what is there now: what was to be, or what was found instead
   */
  record Swap(boolean done, LockView now) {}
}
