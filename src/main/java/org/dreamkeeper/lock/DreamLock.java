package org.dreamkeeper.lock;

import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.dreamkeeper.log.LogClient;
import org.dreamkeeper.state.StateClient;

/**
 * The lock, held: renews it and ends it, and writes under it.
 *
 * <pre>{@code
 * lock.state().recordDream(id).compose(recorded -> lock.release());
 * }</pre>
 *
 * <p>It does not renew itself: who does not within the lease may be pushed out by whoever asks
 * next. Safe from any thread; futures complete on the caller's context and fail with a {@link
 * org.dreamkeeper.bus.DreamkeeperException}: NOT_HOLDER, or SUPERSEDED from state and log, once
 * somebody else may have the lock, and with what {@link org.dreamkeeper.bus.FailureCode} says of
 * any request.
 */
public interface DreamLock {

  /**
   * Names this grant, and only this one, for requests that are not made by this client.
   *
   * @return the token, greater than every one before
   */
  long token();

  /**
   * Tells since when it is held.
   *
   * @return the moment, by the host's clock
   */
  Instant acquiredAt();

  /**
   * Tells when the lease runs out, as far as this client has heard.
   *
   * @return the moment, by the host's clock
   */
  Instant expiresAt();

  /**
   * Tells when the last dream completed, to which a rollback returns.
   *
   * @return the moment; empty if there was no lock file
   */
  Optional<Instant> lastCompletedAt();

  /**
   * Tells who was pushed out for this grant.
   *
   * @return who and why; empty if nobody was
   */
  Optional<Reclaimed> reclaimed();

  /**
   * Reaches the state; writes go through only while this lock is held.
   *
   * @return the client
   */
  StateClient state();

  /**
   * Reaches the log; writes go through only while this lock is held.
   *
   * @return the client
   */
  LogClient log();

  /**
   * Prolongs the lease by its length; that succeeds as long as nobody else has taken the lock, even
   * late.
   *
   * @return when it runs out now; fails with NOT_HOLDER
   */
  Future<Instant> renew();

  /**
   * Prolongs the lease; that succeeds as long as nobody else has taken the lock, even late.
   *
   * @param lease from now, 1 s to 24 h, to the millisecond
   * @return when it runs out now; fails with NOT_HOLDER
   * @throws IllegalArgumentException if the lease is out of range
   */
  Future<Instant> renew(Duration lease);

  /**
   * Ends a dream that completed. Repeated, it succeeds again and changes nothing.
   *
   * @return when the dream completed; fails with NOT_HOLDER
   */
  Future<Instant> release();

  /**
   * Ends the undoing of the last dream: the one before it is the last completed one again.
   * Repeated, it succeeds again and changes nothing.
   *
   * @param before when that one completed, to the millisecond, not in the host's future; empty if
   *     there was none
   * @return the same; fails with NOT_HOLDER
   */
  Future<Optional<Instant>> releaseUndone(Optional<Instant> before);

  /**
   * Ends a dream that failed: the lock is as it was before. Repeated, it succeeds again and changes
   * nothing.
   *
   * @return when the last dream completed; empty if there was none. Fails with NOT_HOLDER
   */
  Future<Optional<Instant>> rollback();

  /**
   * Tells that somebody wants this dream to stop; the lock is still held. It is heard when a
   * renewal is answered.
   *
   * @return completes with his reason; never, if nobody does
   */
  Future<String> cancelled();

  /**
   * Tells that the lock is lost: somebody else may dream now, and the work must stop. It is noticed
   * when a request under the lock is refused; a renewal is such a request.
   *
   * @return completes with how it was noticed; never, if it does not happen
   */
  Future<String> lost();
}
