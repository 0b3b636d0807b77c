package org.dreamkeeper.run;

import io.vertx.core.Future;
import org.dreamkeeper.log.DreamOperation;
import org.dreamkeeper.state.DreamState;
import org.dreamkeeper.state.StateClient;

/**
 * A dream that runs, as its work sees it. Safe from any thread; futures complete on the context
 * that asked for the run.
 */
public interface DreamRun {

  /**
   * Gives the id of the dream's log entry, which is written with the first {@link #record}, or at
   * the end.
   *
   * @return such as {@code drm-1775822400000}
   */
  String id();

  /**
   * Gives the lock token, for writes that are not made by this client: with it, they are refused
   * once the lock is lost.
   *
   * @return the token
   */
  long token();

  /**
   * Gives the state as it was when the dream began.
   *
   * @return the state, read under the lock
   */
  DreamState seen();

  /**
   * Reaches the state; writes go through only while the lock is held.
   *
   * @return the client
   */
  StateClient state();

  /**
   * Puts an operation on the disk. Many at once share writes; their order stays. To lose nothing in
   * a crash, record what an undo needs, wait, and only then do it; or let {@link #texts} do all
   * that. Where the folder of the texts is known, what the operation does not say of them is filled
   * in.
   *
   * @param operation what is done
   * @return completes when it is durable. Fails with SUPERSEDED once the lock is lost or the run
   *     has ended. What INVALID_REQUEST or TOO_LARGE refuses is forgotten, and spoils nothing else;
   *     after any other failure the operation goes along with the next write
   */
  Future<Void> record(DreamOperation operation);

  /**
   * Changes texts of the project's folder, as its configuration names it: records and deeds in one.
   *
   * @return the changes of one operation, none yet
   * @throws IllegalStateException if the project has no such folder in this Vert.x
   */
  DreamTexts texts();

  /**
   * Says that there is nothing to do, in the place of what the work gives: {@code return
   * run.nothing();}. There is no entry then, and no dream counts: the outcome is {@link
   * RunResult.Nothing}. After a {@link #record} it is a failure.
   *
   * @param <R> what the work would give
   * @return to be returned by the work
   */
  <R> Future<R> nothing();

  /**
   * Cuts the dream short, unless it has ended: its outcome is {@link RunResult.Partial}.
   *
   * @param reason why; not null
   */
  void abort(String reason);

  /**
   * Tells that the lock is lost: somebody else may dream now, and the work must stop.
   *
   * @return completes the moment that is known; never, if it does not happen
   */
  Future<Void> lost();

  /**
   * Tells that the outcome is decided, also by a timeout or an abort: what the work still does is
   * not recorded any more.
   *
   * @return completes at that moment
   */
  Future<Void> ended();
}
