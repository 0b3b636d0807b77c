package org.dreamkeeper.admin;

import io.vertx.core.Future;

/**
 * Asks how a project is, in Java types. Safe from any thread; futures complete on the caller's
 * context and fail with a {@link org.dreamkeeper.bus.DreamkeeperException}: with what {@link
 * org.dreamkeeper.bus.FailureCode} says of any request. What is null or out of range is refused at
 * once, by an exception that names it.
 */
public interface AdminClient {

  /**
   * Asks how the project is, by what its actors know: it is answered while its storage hangs.
   *
   * @return what they know
   */
  Future<Overview> overview();

  /**
   * Asks what an operation of a dream changed in the texts.
   *
   * @param id the dream's entry
   * @param operation which of its operations, from 0
   * @return what it changed; fails with INVALID_REQUEST where the host knows no folder of texts
   */
  Future<OperationDiff> diff(String id, int operation);

  /**
   * Asks what is to be done to take a dream back; nothing is done.
   *
   * @param request which dream, and how
   * @return the plan; fails with INVALID_REQUEST for a dream that is not over, or undone already,
   *     and where the host knows no folder of texts
   */
  Future<UndoPlan> planUndo(UndoRequest request);

  /**
   * Takes a dream back, as a plan says. What is not as the plan says any more is left alone.
   *
   * @param plan from {@link #planUndo}
   * @return what has become of each file; fails with REVISION_MISMATCH, and nothing is done, if
   *     anything has changed since the plan was made; with BUSY if the lock is not free within 5 s;
   *     with DEADLINE_PASSED after the request's time limit, and with SUPERSEDED if the lock is
   *     lost: then the same call, or the next dream, finishes it
   */
  Future<UndoPlan> undo(UndoPlan plan);
}
