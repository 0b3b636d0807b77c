package org.dreamkeeper;

import static org.dreamkeeper.Served.await;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.hazelcast.internal.networking.nio.NioThread;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** One that takes connections and does not answer, as a node that is frozen. */
final class SilentMemberTest {
  /** In a second; a thread that spins does hundreds of thousands. */
  private static final long FEW_TASKS = 5_000;

  private final String cluster = UUID.randomUUID().toString();
  private final Vertx node = await(ClusterNode.join(cluster));

  private final List<ServerSocketChannel> silent = new ArrayList<>();

  @AfterEach
  void leave() throws IOException {
    for (ServerSocketChannel each : silent) {
      each.close();
    }
    await(node.close());
  }

  private static ServerSocketChannel listen(int port, Selector asked) throws IOException {
    ServerSocketChannel socket = ServerSocketChannel.open();
    socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    socket.configureBlocking(false).register(asked, SelectionKey.OP_ACCEPT);
    return socket;
  }

  private static long tasks() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(NioThread.class::isInstance)
        .mapToLong(thread -> ((NioThread) thread).completedTaskCount())
        .sum();
  }

  @Test
  void keepsNoThreadOfAnotherBusy() throws IOException {
    int first = ClusterNode.port(cluster);
    try (Selector asked = Selector.open()) {
      // All that it may look for, in whatever order: each that is not there would take it 5 s.
      for (int port = first + 1; port < first + ClusterNode.NAMED; port++) {
        silent.add(listen(port, asked));
      }
      asked.select();
      long before = tasks();
      await(node.timer(1, TimeUnit.SECONDS));
      long done = tasks() - before;
      assertTrue(done < FEW_TASKS, done + " tasks in a second");
    }
  }
}
