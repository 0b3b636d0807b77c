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
}
