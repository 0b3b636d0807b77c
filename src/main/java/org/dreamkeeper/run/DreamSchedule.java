package org.dreamkeeper.run;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import java.time.Duration;

/**
 * Dreams that begin by themselves, one at a time, until the verticle that asked for them is
 * undeployed, or {@link #stop} is called.
 *
 * <ol>
 *   <li>The gates are asked at once, when the closed one may open, soon after the state has
 *       changed, and every ten minutes.
 *   <li>After work that found {@linkplain DreamRun#nothing nothing to do}, not before the state
 *       changes, or an hour is over.
 *   <li>After a dream that failed, was cut short or lost, not before ten minutes are over.
 *   <li>After the last dream was taken back, not before the project's {@code minHours}, or those of
 *       the options, are over, as after a dream: it would do the same again. That is told as {@link
 *       DreamGate.Undone}; {@code force}, or no hours, passes it, and so does a dream that somebody
 *       else runs meanwhile.
 *   <li>Each wait is a little longer than it need be, by chance, so that not all workers ask at
 *       once.
 * </ol>
 *
 * <p>Safe from any thread.
 *
 * @param <T> what the work gives
 */
public interface DreamSchedule<T> {
  /** How often the gates are asked at least. */
  Duration EVERY = Duration.ofMinutes(10);

  /** How long work that found nothing to do is left alone while the state does not change. */
  Duration AFTER_NOTHING = Duration.ofHours(1);

  /** How much longer a wait may be than it need be. */
  Duration JITTER = Duration.ofSeconds(10);

  /**
   * Tells of each result, also of each gate that was closed. Who asks in the turn in which he
   * schedules misses none.
   *
   * @param handler called on the context that scheduled; must not block. What it throws goes to
   *     that context's exception handler, and disturbs nothing
   * @return this
   */
  DreamSchedule<T> onResult(Handler<RunResult<T>> handler);

  /**
   * Says how many tasks the agent has from now on; it dreams when there are none.
   *
   * @param count 0 to 2^53 - 1
   * @return this
   */
  DreamSchedule<T> setPendingTasks(long count);

  /**
   * Begins no more dreams.
   *
   * @return completes when the one that runs, if one does, has ended by itself
   */
  Future<Void> stop();
}
