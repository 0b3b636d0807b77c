package org.dreamkeeper;

import static org.dreamkeeper.Served.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.json.JsonObject;
import io.vertx.spi.cluster.hazelcast.HazelcastClusterManager;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** Who may serve an address in a cluster: any number locally, or one for all. */
final class ClusterAddressTest {
  private final String cluster = UUID.randomUUID().toString();
  private final List<Vertx> nodes = new ArrayList<>();
  private final Logger log = (Logger) LoggerFactory.getLogger(DreamkeeperVerticle.class);
  private final ListAppender<ILoggingEvent> lines = new ListAppender<>();

  @TempDir Path dir;

  @BeforeEach
  void listen() {
    lines.start();
    log.addAppender(lines);
  }

  @AfterEach
  void stop() {
    log.detachAppender(lines);
    nodes.forEach(node -> await(node.close().transform(end -> Future.succeededFuture())));
  }

  private Vertx node() {
    Vertx node = await(ClusterNode.join(cluster));
    nodes.add(node);
    return node;
  }

  private String deploy(Vertx node, boolean clustered) {
    return deploy(node, clustered, dir.resolve(UUID.randomUUID().toString()));
  }

  private String deploy(Vertx node, boolean clustered, Path base) {
    JsonObject config =
        new JsonObject().put("baseDir", base.toString()).put("clustered", clustered);
    return await(
        node.deployVerticle(new DreamkeeperVerticle(), new DeploymentOptions().setConfig(config)));
  }

  private void refused(Vertx node, boolean clustered) {
    Throwable why = assertThrows(Served.Failed.class, () -> deploy(node, clustered)).getCause();
    assertEquals(StartException.Reason.ADDRESS_IN_USE, ((StartException) why).reason());
    assertTrue(why.getMessage().contains("serves dream for"), why.getMessage());
  }

  private List<String> warnings() {
    return lines.list.stream()
        .filter(line -> line.getLevel() == Level.WARN)
        .map(ILoggingEvent::getFormattedMessage)
        .toList();
  }

  @Test
  void anAddressIsServedByAnyNumberLocallyOrByOneForAll() {
    Vertx one = node();
    Vertx two = node();
    String here = deploy(one, false);
    assertEquals(
        List.of(
            "dream: clustered is false: what is sent to it on other nodes of the cluster does not"
                + " reach it (NO_HANDLERS)"),
        warnings());
    String there = deploy(two, false);
    refused(node(), true);
    await(one.undeploy(here));
    refused(one, true);
    await(two.undeploy(there));

    String forAll = deploy(one, true);
    refused(two, false);
    refused(two, true);
    await(one.undeploy(forAll));
    deploy(two, false);
  }

  @Test
  void anEntryEndsWithItsNode() {
    Vertx one = node();
    Vertx two = node();
    deploy(one, true);
    refused(two, false);
    cutOff(one);
    deploy(two, false);
  }

  private static void cutOff(Vertx node) {
    HazelcastClusterManager manager =
        (HazelcastClusterManager) ((VertxInternal) node).clusterManager();
    manager.getHazelcastInstance().getLifecycleService().terminate();
  }

  @Test
  void aNodeThatIsCutOffGivesItsDirectoryBackWhenItStops() {
    Vertx one = node();
    Vertx two = node();
    deploy(one, true, dir.resolve("shared"));
    cutOff(one);
    await(one.close().otherwiseEmpty());
    deploy(two, false, dir.resolve("shared"));
  }

  @Test
  void clusteredWithoutAClusterIsTold() {
    Vertx alone = Vertx.vertx();
    nodes.add(alone);
    deploy(alone, true);
    assertEquals(
        List.of(
            "dream: clustered is true, but this Vert.x is in no cluster: no other process reaches"
                + " it"),
        warnings());
  }
}
