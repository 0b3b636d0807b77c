package org.dreamkeeper.web;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.dreamkeeper.admin.Overview;
import org.dreamkeeper.bus.impl.LocalProjects;

/**
 * The metrics of all projects that a Vert.x serves, for Micrometer. Gauges show what the projects
 * said at the last {@link #refresh}; counters count events from the first look at a project on. A
 * project whose deployment has ended leaves the registry. Safe from any thread.
 *
 * <pre>{@code
 * DreamkeeperMetrics metrics = new DreamkeeperMetrics(vertx);
 * metrics.bindTo(registry);
 * metrics.refresh().map(fresh -> registry.scrape());
 * }</pre>
 */
public final class DreamkeeperMetrics implements MeterBinder, AutoCloseable {
  private final Vertx vertx;
  private final Map<String, ProjectMeters> projects = new HashMap<>();
  private MeterRegistry registry;
  private Gauge served;

  /**
   * Makes metrics that are not bound yet.
   *
   * @param vertx that serves the projects, not null
   */
  public DreamkeeperMetrics(Vertx vertx) {
    this.vertx = Objects.requireNonNull(vertx, "vertx is null");
  }

  /**
   * Begins to measure.
   *
   * @param to where the meters are registered, not null
   * @throws IllegalStateException if it is bound already: make another one for another registry
   */
  @Override
  public void bindTo(MeterRegistry to) {
    Objects.requireNonNull(to, "registry is null");
    synchronized (this) {
      if (registry != null) {
        throw new IllegalStateException("bound already: make another one for another registry");
      }
      registry = to;
      served =
          Gauge.builder(
                  "dreamkeeper.projects.served", vertx, of -> LocalProjects.SERVED.of(of).size())
              .description("How many projects this process serves.")
              .register(to);
    }
    refresh();
  }

  /**
   * Asks each project how it is, for which it has a second: before each scrape, or by a timer where
   * nobody scrapes. Whoever asks again within a second gets the same answers. The meters change on
   * a worker thread.
   *
   * @return completes when the gauges are fresh; does not fail. A project that did not answer has
   *     {@code dreamkeeper_up} 0, and keeps its other values
   */
  public Future<Void> refresh() {
    // New meters by the thousand are no work for an event loop.
    return Overviews.of(vertx)
        .ask(LocalProjects.SERVED.of(vertx).keySet())
        .compose(told -> vertx.executeBlocking(() -> show(told), false));
  }

  private synchronized Void show(Map<String, Future<Overview>> told) {
    if (served == null) {
      return null;
    }
    Set<String> gone = new HashSet<>(projects.keySet());
    gone.removeAll(told.keySet());
    gone.forEach(project -> projects.remove(project).close());
    told.forEach(
        (project, overview) ->
            projects
                .computeIfAbsent(project, name -> new ProjectMeters(vertx, registry, name))
                .show(overview.result()));
    return null;
  }

  /** Takes all meters out of the registry, and listens no more. */
  @Override
  public synchronized void close() {
    if (served != null) {
      registry.remove(served);
      served = null;
      projects.values().forEach(ProjectMeters::close);
      projects.clear();
    }
  }
}
