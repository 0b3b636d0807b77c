package org.dreamkeeper.run;

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
   * @param value what the work gave; may be null
   * @param entry the entry, {@code completed}
   * @param <T> what the work gives
   */
  record Completed<T>(T value, DreamLogEntry entry) implements RunResult<T> {}

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
   * @param entry the entry, {@code error}; null if the run failed before it had one. If the log
   *     refused it, the one on disk says {@code Interrupted} instead
   * @param <T> what the work gives
   */
  record Failed<T>(Throwable cause, DreamLogEntry entry) implements RunResult<T> {}

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
   * @param id the entry's; null if there is none yet, or it is not known
   * @param <T> what the work gives
   */
  record Lost<T>(String reason, String id) implements RunResult<T> {}
}
