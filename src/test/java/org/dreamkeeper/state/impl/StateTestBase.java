package org.dreamkeeper.state.impl;

import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Gives each test an actor of its own. */
@ExtendWith(VertxExtension.class)
abstract class StateTestBase {
  @TempDir Path temporary;
  StateHost host;

  @BeforeEach
  void start(Vertx vertx) {
    host = new StateHost(vertx, temporary.resolve("base"));
  }

  @AfterEach
  void stop() {
    host.disk.heal();
    host.stop();
  }
}
