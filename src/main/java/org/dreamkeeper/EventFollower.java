package org.dreamkeeper;

import io.vertx.core.Future;

/** Somebody who follows a project's events. Safe from any thread. */
public interface EventFollower {

  /**
   * Follows no further. The page that the handler has in hand is the last one.
   *
   * @return completes when that is so
   */
  Future<Void> stop();

  /**
   * Tells that nobody follows any more.
   *
   * @return completes after {@link #stop}, and when the verticle is undeployed that began; fails
   *     with INVALID_REQUEST where the cursor is none, and with what the handler has thrown
   */
  Future<Void> ended();
}
