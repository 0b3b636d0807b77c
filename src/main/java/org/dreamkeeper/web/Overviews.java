package org.dreamkeeper.web;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.dreamkeeper.ClientOptions;
import org.dreamkeeper.Dreamkeeper;
import org.dreamkeeper.admin.AdminClient;
import org.dreamkeeper.admin.Overview;
import org.dreamkeeper.bus.impl.AsyncLoop;
import org.dreamkeeper.bus.impl.ServedProjects;
import org.dreamkeeper.bus.impl.Time;

/**
 * Asks the projects that a Vert.x serves how they are. However many want to know, and whoever they
 * are: each project is asked once a second, at most. Safe from any thread.
 */
final class Overviews {
  /** Less than vertx-health-check waits for a procedure. */
  private static final Duration PATIENCE = Duration.ofMillis(900);

  private static final long FRESH_NANOS = TimeUnit.SECONDS.toNanos(1);

  private static final int AT_ONCE = 64;

  private final Vertx vertx;
  private final Time time;
  private final Set<String> named;
  private final Map<String, AdminClient> clients = new HashMap<>();
  private Future<Map<String, Future<Overview>>> last;
  private long askedNanos;

  /**
   * Makes one.
   *
   * @param named which; none for all
   */
  Overviews(Vertx vertx, Set<String> named) {
    this.vertx = vertx;
    this.time = Time.of(vertx);
    this.named = Set.copyOf(named);
  }

  /** Gives what each project said, or how it failed to within a second; never fails. */
  synchronized Future<Map<String, Future<Overview>>> ask() {
    long now = time.nanos();
    if (last == null || (last.isComplete() && now - askedNanos >= FRESH_NANOS)) {
      askedNanos = now;
      last = askAll();
    }
    Promise<Map<String, Future<Overview>>> here =
        ((ContextInternal) vertx.getOrCreateContext()).promise();
    last.onComplete(here);
    return here.future();
  }

  /** A thousand at once would keep each other waiting until it is too late. */
  private Future<Map<String, Future<Overview>>> askAll() {
    Set<String> projects = named.isEmpty() ? ServedProjects.of(vertx) : named;
    clients.keySet().retainAll(projects);
    Map<String, Future<Overview>> asked = new TreeMap<>();
    List<String> all = List.copyOf(projects);
    List<List<String>> batches = new ArrayList<>();
    for (int at = 0; at < all.size(); at += AT_ONCE) {
      batches.add(all.subList(at, Math.min(all.size(), at + AT_ONCE)));
    }
    return AsyncLoop.forEach(batches, batch -> ask(batch, asked)).map(end -> asked);
  }

  private Future<?> ask(List<String> batch, Map<String, Future<Overview>> asked) {
    List<Future<Overview>> told = new ArrayList<>();
    for (String project : batch) {
      told.add(client(project).overview());
      asked.put(project, told.get(told.size() - 1));
    }
    return Future.join(told).otherwiseEmpty();
  }

  private synchronized AdminClient client(String project) {
    ClientOptions options = new ClientOptions().setAddress(project).setTimeout(PATIENCE);
    return clients.computeIfAbsent(project, first -> Dreamkeeper.client(vertx, options).admin());
  }
}
