package org.dreamkeeper.store;

import static org.dreamkeeper.Requests.await;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.List;

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

  /** What a commit carries: one reply, and one event. */
  protected static Carried carried(String what, String of) {
    JsonObject json = new JsonObject().put("requestId", what + " " + of);
    return new Carried(List.of(json.copy().put("hash", of)), List.of(json.put("type", what)));
  }

  /** Asserts that the store says no. */
  protected static StoreException refused(Future<?> call) {
    return assertThrows(StoreException.class, () -> await(call));
  }
}
