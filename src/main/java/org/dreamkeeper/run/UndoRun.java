package org.dreamkeeper.run;

import io.vertx.core.Future;
import org.dreamkeeper.log.DreamLogEntry;
import org.dreamkeeper.state.StateClient;

/**
 * An undo that runs, as its revert sees it. Safe from any thread; futures complete on the context
 * that asked for the undo.
 */
public interface UndoRun {

  /**
   * Gives what is to be taken back.
   *
   * @return the entry, of a dream that is over
   */
  DreamLogEntry entry();

  /**
   * Reaches the state; writes go through only while the lock is held.
   *
   * @return the client
   */
  StateClient state();

  /**
   * Tells that the lock is lost: somebody else may dream now, and the revert must stop.
   *
   * @return completes the moment that is known; never, if it does not happen
   */
  Future<Void> lost();

  /**
   * Tells that the revert is over, also by the time limit: what it still does is done without the
   * lock.
   *
   * @return completes at that moment
   */
  Future<Void> ended();
}
