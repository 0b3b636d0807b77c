package org.dreamkeeper.store;

import static org.dreamkeeper.Requests.await;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.vertx.core.Future;

/** What the parts of the {@link ProjectStoreContract} have in common. */
abstract class StoreContract {

  /** What it is a part of. */
  protected abstract ProjectStoreContract whole();

  /** The store under test, opened anew for each test. */
  protected ProjectStore store() {
    return whole().store;
  }

  /** Where it keeps the project. */
  protected Keeping keeping() {
    return whole().keeping;
  }

  /** Closes the store and opens the next one on the same keeping. */
  protected ProjectStore reopened() {
    return whole().reopened();
  }

  /** Asserts that the store says no. */
  protected static StoreException refused(Future<?> call) {
    return assertThrows(StoreException.class, () -> await(call));
  }
}
