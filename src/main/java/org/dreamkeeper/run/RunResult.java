package org.dreamkeeper.run;

import java.util.Optional;
import java.util.function.Function;
import org.dreamkeeper.log.DreamLogEntry;

/**
 * What became of a run: exactly one of these, whatever raced.
 *
 * @param <T> what the work gives
 */
public sealed interface RunResult<T> {

  /**
   * The work succeeded, and the dream counts, once: its entry is durable. Where the state or the
   * lock could not be told any more, whoever next takes the lock, or the next start, does that.
   *
   * @param value what the work gave; null if it gave that
   * @param entry the entry, {@code completed}
   * @param <T> what the work gives
   */
  record Completed<T>(T value, DreamLogEntry entry) implements RunResult<T> {}

  /**
   * The work said that there was {@linkplain DreamRun#nothing nothing to do}: there is no entry,
   * the lock is as it was before, and no dream counts.
   *
   * @param <T> what the work gives
   */
  record Nothing<T>() implements RunResult<T> {}

  /**
   * The run was cut short, by its time budget, by the caller, or by the caller's undeployment. What
   * it recorded is kept, the lock is as it was before, and the dream does not count.
   *
   * @param reason why
   * @param entry the entry, {@code partial}
   * @param <T> what the work gives
   */
  record Partial<T>(String reason, DreamLogEntry entry) implements RunResult<T> {}

  /**
   * The work failed, or a request did. What was recorded is kept, the lock is as it was before, and
   * the dream does not count.
   *
   * @param cause what the work or the request failed with; not null
   * @param entry the entry, {@code error}; empty if the run failed before it had one. If the log
   *     refused it, the one on disk, if there is one, says {@code Interrupted} instead
   * @param <T> what the work gives
   */
  record Failed<T>(Throwable cause, Optional<DreamLogEntry> entry) implements RunResult<T> {}

  /**
   * The run did not begin: an answer, not an error.
   *
   * @param gate which gate was closed, with its figures
   * @param <T> what the work gives
   */
  record Skipped<T>(DreamGate gate) implements RunResult<T> {}

  /**
   * The lock was lost while the dream ran, or nobody could say how it ended: the log decides. The
   * entry becomes {@code error}, {@code Interrupted}.
   *
   * @param reason how it was noticed
   * @param id the entry's; empty if there is none yet, or it is not known
   * @param <T> what the work gives
   */
  record Lost<T>(String reason, Optional<String> id) implements RunResult<T> {}

  /**
   * Does what is to be done for each outcome; one that is added is a compile error here.
   *
   * @param completed for a dream that counts
   * @param nothing for work that found nothing to do
   * @param partial for a dream that was cut short
   * @param failed for work, or a request, that failed
   * @param skipped for a gate that was closed
   * @param lost for a lock that was lost
   * @param <R> what that gives
   * @return what it gave
   */
  default <R> R fold(
      Function<Completed<T>, R> completed,
      Function<Nothing<T>, R> nothing,
      Function<Partial<T>, R> partial,
      Function<Failed<T>, R> failed,
      Function<Skipped<T>, R> skipped,
      Function<Lost<T>, R> lost) {
    if (this instanceof Completed<T> result) {
      return completed.apply(result);
    } else if (this instanceof Nothing<T> result) {
      return nothing.apply(result);
    } else if (this instanceof Partial<T> result) {
      return partial.apply(result);
    } else if (this instanceof Failed<T> result) {
      return failed.apply(result);
    } else if (this instanceof Skipped<T> result) {
      return skipped.apply(result);
    }
    return lost.apply((Lost<T>) this);
  }
}
