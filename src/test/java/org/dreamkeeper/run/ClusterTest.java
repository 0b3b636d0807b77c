package org.dreamkeeper.run;

import static org.dreamkeeper.Served.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.hazelcast.config.Config;
import com.hazelcast.config.JoinConfig;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.eventbus.EventBusOptions;
import io.vertx.core.json.JsonObject;
import io.vertx.spi.cluster.hazelcast.ConfigUtil;
import io.vertx.spi.cluster.hazelcast.HazelcastClusterManager;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.dreamkeeper.Dreamkeeper;
import org.dreamkeeper.DreamkeeperVerticle;
import org.dreamkeeper.log.DreamStatus;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A worker on one node dreams on a project that another one serves. */
final class ClusterTest {
  private static final String LOOPBACK = "127.0.0.1";

  private final String cluster = UUID.randomUUID().toString();
  private final List<Vertx> nodes = new ArrayList<>();

  @TempDir Path dir;

  @AfterEach
  void stop() {
    nodes.forEach(node -> await(node.close()));
  }

  private Vertx node() {
    Config config = ConfigUtil.loadConfig();
    config.setClusterName(cluster);
    config.setProperty("hazelcast.logging.type", "slf4j");
    config.setProperty("hazelcast.phone.home.enabled", "false");
    config.setProperty("hazelcast.wait.seconds.before.join", "0");
    config.getNetworkConfig().getInterfaces().setEnabled(true).addInterface(LOOPBACK);
    JoinConfig join = config.getNetworkConfig().getJoin();
    join.getMulticastConfig().setEnabled(false);
    join.getAutoDetectionConfig().setEnabled(false);
    join.getTcpIpConfig().setEnabled(true).addMember(LOOPBACK);
    VertxOptions options =
        new VertxOptions().setEventBusOptions(new EventBusOptions().setHost(LOOPBACK));
    Vertx node =
        await(
            Vertx.builder()
                .with(options)
                .withClusterManager(new HazelcastClusterManager(config))
                .buildClustered());
    nodes.add(node);
    return node;
  }

  @Test
  void aDreamFromAnotherNode() {
    Vertx host = node();
    JsonObject config = new JsonObject().put("baseDir", dir.toString()).put("clustered", true);
    await(
        host.deployVerticle(new DreamkeeperVerticle(), new DeploymentOptions().setConfig(config)));

    Dreamkeeper remote = Dreamkeeper.client(node());
    await(remote.state().incrementCurationCount(5));
    RunResult.Completed<String> completed =
        RunTestBase.completed(
            await(
                remote.run(
                    new RunOptions(),
                    run ->
                        Future.all(
                                run.record(RunTestBase.operation("a.md")),
                                run.record(RunTestBase.operation("b.md")))
                            .map("done"))));
    assertEquals("done", completed.value());

    Dreamkeeper local = Dreamkeeper.client(host);
    assertEquals(1, await(local.state().read()).totalDreams());
    assertEquals(0, await(local.state().read()).curationsSinceDream());
    assertEquals(2, await(local.log().getById(completed.entry().id())).operations().size());
    assertFalse(await(local.lock().status()).held());
    assertEquals(DreamStatus.UNDONE, await(remote.markUndone(completed.entry().id())).status());
  }
}
