package org.dreamkeeper.postgres;

import io.vertx.core.Vertx;
import java.nio.file.Path;
import org.dreamkeeper.store.Keeping;
import org.dreamkeeper.store.ProjectStoreContract;
import org.junit.jupiter.api.io.TempDir;

/** The contract, over PostgreSQL. */
class PgProjectStoreTest extends ProjectStoreContract {
  @TempDir Path inItsStead;

  @Override
  protected Keeping keeping(Vertx vertx) {
    return new KeptInPostgres(vertx, inItsStead, "dream");
  }
}
