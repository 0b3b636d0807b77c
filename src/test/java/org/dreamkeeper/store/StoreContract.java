package org.dreamkeeper.store;

import static org.dreamkeeper.Requests.await;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.vertx.core.Future;

/** What the parts of the {@link ProjectStoreContract} have in common. */
abstract class StoreContract {

  /** The store under test, opened anew for each test. */
  protected abstract ProjectStore store();

  /** Where it keeps the project. */
  protected abstract Keeping keeping();

  /** Asserts that the store says no. */
  protected static StoreException refused(Future<?> call) {
    return assertThrows(StoreException.class, () -> await(call));
  }
}
