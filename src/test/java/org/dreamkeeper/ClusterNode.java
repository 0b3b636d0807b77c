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
    config.getNetworkConfig().getInterfaces().setEnabled(true).addInterface(LOOPBACK);
    JoinConfig join = config.getNetworkConfig().getJoin();
    join.getMulticastConfig().setEnabled(false);
    join.getAutoDetectionConfig().setEnabled(false);
    join.getTcpIpConfig().setEnabled(true).addMember(LOOPBACK);
    return Vertx.builder()
        .with(new VertxOptions().setEventBusOptions(new EventBusOptions().setHost(LOOPBACK)))
        .withClusterManager(new HazelcastClusterManager(config))
        .buildClustered();
  }
}
