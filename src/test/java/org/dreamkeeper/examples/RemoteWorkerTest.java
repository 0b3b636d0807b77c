package org.dreamkeeper.examples;

import static org.dreamkeeper.Served.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import org.dreamkeeper.DreamEvent;
import org.dreamkeeper.Dreamkeeper;
import org.dreamkeeper.TestCluster;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The worker of another process, which a cluster joins to the host's. */
final class RemoteWorkerTest {
  @TempDir Path dir;
  private final TestCluster cluster = new TestCluster();

  @AfterEach
  void stop() {
    cluster.close();
  }

  @Test
  void dreamsOnAProjectThatAnotherNodeServes() {
    Vertx host = cluster.host(dir);
    Dreamkeeper keeper = Dreamkeeper.client(host);
    Promise<Void> released = Promise.promise();
    await(
        keeper
            .events(
                event -> {
                  if (event instanceof DreamEvent.Released) {
                    released.tryComplete();
                  }
                })
            .completion());
    await(keeper.state().incrementCurationCount(3));
    await(cluster.node().deployVerticle("org.dreamkeeper.examples.RemoteWorker"));
    await(released.future());
    assertEquals(1, await(keeper.state().read()).totalDreams());
  }
}
