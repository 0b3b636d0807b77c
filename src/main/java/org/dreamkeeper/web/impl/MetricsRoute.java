package org.dreamkeeper.web.impl;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Completable;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.internal.ContextInternal;
import io.vertx.ext.web.RoutingContext;
import org.dreamkeeper.web.DreamkeeperMetrics;

/**
 * Answers scrapes. It measures from the first one on, until the verticle ends that made it, else
 * the Vert.x. Needs micrometer-registry-prometheus on the class path.
 */
public final class MetricsRoute {
  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final Vertx vertx;
  private final ContextInternal owner;
  private final DreamkeeperMetrics metrics;
  private boolean bound;

  /** Makes it; it measures nothing yet. */
  public MetricsRoute(Vertx vertx) {
    this.vertx = vertx;
    this.owner = (ContextInternal) vertx.getOrCreateContext();
    this.metrics = new DreamkeeperMetrics(vertx);
  }

  /** Adds it. */
  public void mount(Routes routes) {
    routes.add("/metrics", this::scrape, HttpMethod.GET);
  }

  private synchronized void scrape(RoutingContext request) {
    if (!bound) {
      owner.addCloseHook(this::close);
      bound = true;
      metrics.bindTo(registry);
    }
    metrics
        .refresh()
        .compose(fresh -> vertx.executeBlocking(registry::scrape, false))
        .compose(text -> Answers.send(request, 200, "text/plain; version=0.0.4", text))
        .otherwiseEmpty();
  }

  private void close(Completable<Void> closed) {
    metrics.close();
    closed.succeed();
  }
}
