package org.dreamkeeper.examples;

import static org.dreamkeeper.Served.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vertx.core.DeploymentOptions;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.dreamkeeper.ClusterNode;
import org.dreamkeeper.DreamEvent;
import org.dreamkeeper.Dreamkeeper;
import org.dreamkeeper.DreamkeeperVerticle;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The worker of another process, which a cluster joins to the host's. */
final class RemoteWorkerTest {
  private final String cluster = UUID.randomUUID().toString();
  private final List<Vertx> nodes = new ArrayList<>();

  @TempDir Path dir;

  @AfterEach
  void stop() {
    nodes.forEach(node -> await(node.close()));
  }

  private Vertx node() {
    Vertx node = await(ClusterNode.join(cluster));
    nodes.add(0, node);
    return node;
  }

  @Test
  void dreamsOnAProjectThatAnotherNodeServes() {
    Vertx host = node();
    JsonObject config = new JsonObject().put("baseDir", dir.toString()).put("clustered", true);
    await(
        host.deployVerticle(new DreamkeeperVerticle(), new DeploymentOptions().setConfig(config)));
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
    await(node().deployVerticle("org.dreamkeeper.examples.RemoteWorker"));
    await(released.future());
    assertEquals(1, await(keeper.state().read()).totalDreams());
  }
}
