package org.dreamkeeper.admin;

import io.vertx.core.Future;
import java.time.Instant;
import java.util.Collection;
import java.util.List;

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

  /**
   * Looks at everything that is kept: entries that cannot be read, states that were set aside,
   * temporary files. Changes nothing.
   *
   * @return what was found; fails with STORAGE_FAILED
   */
  Future<List<Finding>> inspect();

  /**
   * Asks a dream to stop: its next renewal of the lock tells it, and {@code run} then aborts it.
   *
   * @param token of the lock's holder, as an overview and the events tell it
   * @param reason why, 1 to 256 characters
   * @return when its lease runs out if it does not renew it; fails with NOT_HOLDER
   */
  Future<Instant> cancel(long token, String reason);

  /**
   * Pushes a holder of ours out of the lock: from then on it can neither renew nor write. Is its
   * entry {@code completed}, the dream counts.
   *
   * @param token its token
   * @param reason why, 1 to 256 characters
   * @return what became of it; fails with NOT_HOLDER, and with STORAGE_FAILED
   */
  Future<Eviction> evict(long token, String reason);

  /**
   * Takes the lock away from a foreign process, such as one that hangs. It does not hear of that.
   *
   * @param pid its PID
   * @param reason why, 1 to 256 characters
   * @return what became of it; fails with NOT_HOLDER, and with STORAGE_FAILED
   */
  Future<Eviction> evictForeign(long pid, String reason);

  /**
   * Moves an entry out of the log that cannot be read as one.
   *
   * @param id the entry's
   * @return where a person finds it then; fails with INVALID_REQUEST if it is not there or can be
   *     read, and with STORAGE_FAILED
   */
  Future<String> setAside(String id);

  /**
   * Takes fields of a state that was set aside into the state, in the place of those it has.
   *
   * @param file what it was set aside as
   * @param fields which, at least one
   * @return completes when that is durable; fails with INVALID_REQUEST if there is no such file or
   *     field, or the state would not be valid then, and with STORAGE_FAILED
   */
  Future<Void> putBack(String file, Collection<String> fields);
}
