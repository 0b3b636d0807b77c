package org.dreamkeeper;

import com.hazelcast.config.Config;
import com.hazelcast.config.JoinConfig;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.eventbus.EventBusOptions;
import io.vertx.spi.cluster.hazelcast.ConfigUtil;
import io.vertx.spi.cluster.hazelcast.HazelcastClusterManager;

/** A Vert.x that shares its event bus with others of the same cluster, on the loopback alone. */
public final class ClusterNode {
  private static final String LOOPBACK = "127.0.0.1";

  private static final int FIRST_PORT = 15_000;
  private static final int PORTS = 5;
  private static final int CLUSTERS = 2_000;

  private ClusterNode() {}

  public static Future<Vertx> join(String cluster) {
    return join(cluster, false);
  }

  /** One that keeps none of the cluster's own data: the others do not wait for it. */
  public static Future<Vertx> joinAsGuest(String cluster) {
    return join(cluster, true);
  }

  private static Future<Vertx> join(String cluster, boolean guest) {
    Config config = ConfigUtil.loadConfig();
    config.setLiteMember(guest);
    config.setClusterName(cluster);
    config.setProperty("hazelcast.logging.type", "slf4j");
    config.setProperty("hazelcast.phone.home.enabled", "false");
    config.setProperty("hazelcast.wait.seconds.before.join", "0");
    // As conf/hazelcast.xml has it.
    config.setProperty("hazelcast.heartbeat.interval.seconds", "1");
    config.setProperty("hazelcast.max.no.heartbeat.seconds", "5");
    config.setProperty("hazelcast.merge.first.run.delay.seconds", "2");
    config.setProperty("hazelcast.merge.next.run.delay.seconds", "2");
    config.getNetworkConfig().getInterfaces().setEnabled(true).addInterface(LOOPBACK);
    JoinConfig join = config.getNetworkConfig().getJoin();
    join.getMulticastConfig().setEnabled(false);
    join.getAutoDetectionConfig().setEnabled(false);
    join.getTcpIpConfig().setEnabled(true);
    // Of its own, else it would look for its members among others'.
    int first = FIRST_PORT + Math.floorMod(cluster.hashCode(), CLUSTERS) * PORTS;
    config.getNetworkConfig().setPort(first).setPortCount(PORTS);
    for (int port = first; port < first + PORTS; port++) {
      join.getTcpIpConfig().addMember(LOOPBACK + ":" + port);
    }
    return Vertx.builder()
        .with(new VertxOptions().setEventBusOptions(new EventBusOptions().setHost(LOOPBACK)))
        .withClusterManager(new HazelcastClusterManager(config))
        .buildClustered();
  }
}
