package org.dreamkeeper;

import com.hazelcast.config.AdvancedNetworkConfig;
import com.hazelcast.config.Config;
import com.hazelcast.config.ServerSocketEndpointConfig;
import com.hazelcast.instance.EndpointQualifier;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.eventbus.EventBusOptions;
import io.vertx.spi.cluster.hazelcast.HazelcastClusterManager;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.stream.IntStream;

/** A Vert.x that shares its event bus with others of the same cluster, on the loopback alone. */
public final class ClusterNode {
  /** How many of a cluster's ports are looked at: each where nobody is takes 5 s. */
  static final int NAMED = 4;

  private static final int PORTS = 8;

  private static final String LOOPBACK = "127.0.0.1";

  private static final int FIRST_PORT = 15_000;
  private static final int CLUSTERS = 2_000;

  private ClusterNode() {}

  public static Future<Vertx> join(String cluster) {
    return join(cluster, false);
  }

  /** One that keeps none of the cluster's own data: the others do not wait for it. */
  public static Future<Vertx> joinAsGuest(String cluster) {
    return join(cluster, true);
  }

  /**
   * The first that its members try: of its own, else they would look for each other among others.
   */
  static int port(String cluster) {
    return FIRST_PORT + Math.floorMod(cluster.hashCode(), CLUSTERS) * PORTS;
  }

  private static Config shipped() {
    try {
      return Config.loadFromFile(new File("conf/hazelcast.xml"));
    } catch (IOException gone) {
      throw new UncheckedIOException(gone);
    }
  }

  private static Future<Vertx> join(String cluster, boolean guest) {
    Config config = shipped();
    config.setLiteMember(guest);
    config.setClusterName(cluster);
    int first = port(cluster);
    AdvancedNetworkConfig network = config.getAdvancedNetworkConfig();
    ((ServerSocketEndpointConfig) network.getEndpointConfigs().get(EndpointQualifier.MEMBER))
        .setPort(first)
        .setPortCount(PORTS);
    List<String> members =
        IntStream.range(first, first + NAMED).mapToObj(port -> LOOPBACK + ":" + port).toList();
    network.getJoin().getTcpIpConfig().setMembers(members);
    return Vertx.builder()
        .with(new VertxOptions().setEventBusOptions(new EventBusOptions().setHost(LOOPBACK)))
        .withClusterManager(new HazelcastClusterManager(config))
        .buildClustered();
  }
}
