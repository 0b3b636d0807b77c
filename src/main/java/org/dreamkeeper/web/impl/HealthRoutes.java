package org.dreamkeeper.web.impl;

import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.healthchecks.Status;
import io.vertx.ext.web.healthchecks.HealthCheckHandler;
import java.util.Map;
import java.util.Set;
import org.dreamkeeper.web.DreamkeeperHealth;

/** Answers probes. Needs vertx-health-check on the class path. */
public final class HealthRoutes {
  /** For a thousand projects, which are not asked all at once. */
  private static final long PATIENCE_MS = 10_000;

  private HealthRoutes() {}

  /**
   * Adds them.
   *
   * @param projects without which it is not ready; none for all that the Vert.x serves
   */
  public static void mount(Vertx vertx, Set<String> projects, Routes routes) {
    DreamkeeperHealth health = new DreamkeeperHealth(vertx, projects);
    Map<String, Handler<Promise<Status>>> procedures =
        Map.of("/health/live", health::live, "/health/ready", health::ready);
    procedures.forEach(
        (path, procedure) ->
            routes.add(
                path,
                HealthCheckHandler.create(vertx).register("projects", PATIENCE_MS, procedure),
                HttpMethod.GET));
  }
}
