package org.dreamkeeper.file;

import io.vertx.core.Vertx;
import java.nio.file.Path;
import org.dreamkeeper.store.Keeping;
import org.dreamkeeper.store.ProjectStoreContract;
import org.junit.jupiter.api.io.TempDir;

/** The contract, over files. */
class FileProjectStoreTest extends ProjectStoreContract {
  @TempDir Path directory;

  @Override
  protected Keeping keeping(Vertx vertx) {
    return new KeptInFiles(vertx, directory, "dream");
  }
}
