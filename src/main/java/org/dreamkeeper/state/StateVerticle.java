package org.dreamkeeper.state;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.util.List;
import java.util.Map;
import org.dreamkeeper.bus.Actor;
import org.dreamkeeper.bus.BlockingExecutor;
import org.dreamkeeper.bus.Fence;
import org.dreamkeeper.bus.Mailbox;
import org.dreamkeeper.bus.Project;
import org.dreamkeeper.bus.Request;
import org.dreamkeeper.bus.Starts;
import org.dreamkeeper.file.NamedFiles;
import org.dreamkeeper.file.Storage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The actor of the state: serves {@code <address>.state}.
 *
 * <p>The event loop only lets requests in; all that are waiting are carried out together, on a
 * thread of the project's.
 */
public final class StateVerticle extends VerticleBase {
  private static final Logger LOG = LoggerFactory.getLogger(StateVerticle.class);
  private static final int MAX_BATCH = 10_000;

  private final Project project;
  private final Mailbox mailbox;
  private final Storage storage;
  private final BlockingExecutor blocking;
  private final NamedFiles files;
  private final StateEngine engine;
  private Actor actor;
  private Fence fence;

  /**
   * Makes the actor of a project; deploy it once.
   *
   * @param project the project
   * @param claimed its base directory; stays open
   */
  public StateVerticle(Project project, Storage claimed) {
    this.project = project;
    this.storage = claimed;
    this.mailbox =
        new Mailbox(
            project.time(),
            claimed.watch()::silentMs,
            MAX_BATCH,
            (first, next) -> true,
            this::carryOut);
    this.blocking = claimed.executor();
    this.files = claimed.files();
    this.engine = new StateEngine(project, files);
  }

  /**
   * Gives the verticle's own context.
   *
   * @return the context; null before the deployment
   */
  public Context context() {
    return context;
  }

  @Override
  public Future<?> start() {
    actor = new Actor(vertx, project, "state", StateActions.ALL, mailbox, storage.executor());
    fence = new Fence(project, "state", mailbox, Map.of(), () -> {});
    return Starts.told(
        sweep().compose(swept -> fence.start(vertx)).compose(listening -> actor.start()));
  }

  private Future<Integer> sweep() {
    return blocking
        .run(files::sweep)
        .recover(
            failure -> {
              LOG.warn(
                  "{}: temporary files stay: {}", project.address("state"), failure.toString());
              return Future.succeededFuture(0);
            });
  }

  private Future<Void> carryOut(List<Request> batch) {
    long holder = fence.holder();
    batch.forEach(fence::use);
    return blocking.run(
        () -> {
          engine.run(batch, holder);
          return null;
        });
  }

  @Override
  public Future<?> stop() {
    return actor.drain().compose(empty -> fence.stop()).compose(deaf -> actor.stop());
  }
}
