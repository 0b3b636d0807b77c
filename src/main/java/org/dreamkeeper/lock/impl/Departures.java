package org.dreamkeeper.lock.impl;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.dreamkeeper.bus.impl.ClusterNodes;
import org.dreamkeeper.bus.impl.Project;
import org.dreamkeeper.bus.impl.async.BlockingExecutor;
import org.dreamkeeper.bus.impl.text.Log;
import org.slf4j.Logger;

/**
 * Looks each second which of the named nodes have left the cluster. Confined to one event loop.
 *
 * <p>A node may be heard before it is seen as a member, so one is gone when it is no member for
 * three looks in a row.
 */
final class Departures {
  private static final Logger LOG = Log.of(Departures.class);
  private static final long LOOK_MS = 1_000;
  private static final int LOOKS = 3;

  private final Vertx vertx;
  private final Project project;
  private final BlockingExecutor blocking;
  private final Supplier<Set<String>> named;
  private final Consumer<Set<String>> gone;
  private Map<String, Integer> missed = Map.of();
  private Runnable next = () -> {};
  private boolean stopped;

  /**
   * Makes it.
   *
   * @param named whom it asks for
   * @param gone hears of those that are gone, again while they are named
   */
  Departures(
      Vertx vertx, Project project, Supplier<Set<String>> named, Consumer<Set<String>> gone) {
    this.vertx = vertx;
    this.project = project;
    this.blocking = project.threads().executor();
    this.named = named;
    this.gone = gone;
  }

  void watch() {
    if (vertx.isClustered() && !stopped) {
      next = project.time().schedule(LOOK_MS, this::look);
    }
  }

  void stop() {
    stopped = true;
    next.run();
  }

  private void look() {
    Future<?> looked = named.get().isEmpty() ? Future.succeededFuture() : looked(named.get());
    looked
        .onFailure(unknown -> LOG.debug("the cluster does not say who is there", unknown))
        .onComplete(end -> watch());
  }

  private Future<?> looked(Set<String> nodes) {
    return blocking
        .run(() -> nodes.stream().filter(node -> !lives(node)).toList())
        .onSuccess(this::seen);
  }

  private boolean lives(String node) {
    return project.residents().outlive()
        ? project.residents().lives(node)
        : ClusterNodes.all(vertx).contains(node);
  }

  private void seen(List<String> away) {
    Map<String, Integer> absent = new HashMap<>();
    away.forEach(node -> absent.put(node, missed.getOrDefault(node, 0) + 1));
    missed = Map.copyOf(absent);
    absent.values().removeIf(looks -> looks < LOOKS);
    if (!absent.isEmpty() && !stopped) {
      gone.accept(absent.keySet());
    }
  }
}
