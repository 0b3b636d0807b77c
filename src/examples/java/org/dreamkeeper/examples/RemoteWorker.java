package org.dreamkeeper.examples;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import org.dreamkeeper.Dreamkeeper;
import org.dreamkeeper.log.Prune;
import org.dreamkeeper.run.DreamRun;
import org.dreamkeeper.run.RunOptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A worker in a process of its own, on any machine of the cluster: the project is served elsewhere,
 * {@code "clustered": true}. It dreams whenever the gates are open, one at a time with all others.
 *
 * <p>Where nodes serve the projects of a database, deploy a {@code DreamkeeperNode} with {@code
 * {"serve": false, "projects": [{"address": "dream"}]}} before it; the worker stays as it is.
 *
 * <pre>{@code
 * java -cp 'target/examples:target/dreamkeeper.jar:target/lib/*:conf' \
 *   -Dvertx.hazelcast.config=conf/hazelcast.xml org.dreamkeeper.examples.RemoteWorker
 * }</pre>
 *
 * <p>Config: {@code address} (default {@code dream}).
 */
public final class RemoteWorker extends VerticleBase {
  private static final Logger LOG = LoggerFactory.getLogger(RemoteWorker.class);

  /** Makes the verticle that Vert.x deploys by name. */
  public RemoteWorker() {}

  /** Joins the cluster, and works there until it is stopped. */
  public static void main(String[] args) {
    Vertx.builder()
        .buildClustered()
        .compose(
            vertx -> vertx.deployVerticle(new RemoteWorker()).onFailure(failure -> vertx.close()))
        .onFailure(failure -> LOG.error("the worker did not start: {}", failure.getMessage()));
  }

  @Override
  public Future<?> start() {
    Dreamkeeper.client(vertx, config().getString("address", "dream"))
        .schedule(new RunOptions().setOwner("a remote worker"), this::dream)
        .onResult(result -> LOG.info("{}", result));
    return Future.succeededFuture();
  }

  /** Your model's work goes here; what it does to the texts, the host's machine has to see. */
  private Future<String> dream(DreamRun run) {
    return run.record(new Prune(Prune.Action.KEEP, "a.md", "it is still true", false, null, null))
        .map("looked at a.md");
  }
}
