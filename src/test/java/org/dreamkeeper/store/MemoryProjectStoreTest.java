package org.dreamkeeper.store;

import io.vertx.core.Vertx;

/** The contract, over memory. */
class MemoryProjectStoreTest extends ProjectStoreContract {
  @Override
  protected Keeping keeping(Vertx vertx) {
    return new MemoryKeeping(vertx);
  }
}
