package org.dreamkeeper.state;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.dreamkeeper.bus.impl.Actor;
import org.dreamkeeper.bus.impl.BlockingExecutor;
import org.dreamkeeper.bus.impl.Fence;
import org.dreamkeeper.bus.impl.Log;
import org.dreamkeeper.bus.impl.Mailbox;
import org.dreamkeeper.bus.impl.Peers;
import org.dreamkeeper.bus.impl.Project;
import org.dreamkeeper.bus.impl.Request;
import org.dreamkeeper.bus.impl.Starts;
import org.dreamkeeper.file.FileProjectStore;
import org.dreamkeeper.file.NamedFiles;
import org.slf4j.Logger;

/**
 * The actor of the state: serves {@code <address>.state}.
 *
 * <p>The event loop only lets requests in; all that are waiting are carried out together, on a
 * thread of the project's.
 */
public final class StateVerticle extends VerticleBase {
  private static final Logger LOG = Log.of(StateVerticle.class);
  private static final int MAX_BATCH = 10_000;

  private final Project project;
  private final Mailbox mailbox;
  private final BlockingExecutor blocking;
  private final NamedFiles files;
  private final StateEngine engine;
  private final GateOptions gates;
  private Actor actor;
  private Fence fence;
  private Gatekeeper gatekeeper;

  /**
   * Makes the actor of a project; deploy it once.
   *
   * @param project the project
   * @param store where it is kept; stays open
   * @param gates what a dream needs
   */
  public StateVerticle(Project project, FileProjectStore store, GateOptions gates) {
    this.project = project;
    this.mailbox =
        new Mailbox(
            project.time(), store::silentMs, MAX_BATCH, (first, next) -> true, this::carryOut);
    this.blocking = project.threads().executor();
    this.files = store.files();
    this.gates = gates;
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
    actor = new Actor(vertx, project, "state", StateActions.ALL, mailbox);
    fence = new Fence(project, "state", mailbox, Map.of(), () -> {});
    gatekeeper =
        new Gatekeeper(project, new Peers(vertx, project), gates, mailbox, engine, this::run);
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

  /**
   * Records a dream that completed and that the state does not know, though the log does. Call it
   * when the log is there, and before the lock is. What fails is done before the next gate.
   *
   * @return completes when done; does not fail
   */
  public Future<Void> recordMissed() {
    Promise<Void> done = Promise.promise();
    context.runOnContext(
        on ->
            gatekeeper
                .recordMissed()
                .onFailure(
                    failure ->
                        LOG.warn(
                            "{}: the last dream is looked for later: {}",
                            project.address("state"),
                            failure.getMessage()))
                .otherwiseEmpty()
                .onComplete(done));
    return done.future();
  }

  private Future<Void> carryOut(List<Request> batch) {
    List<Request> rest = new ArrayList<>(batch.size());
    for (Request request : batch) {
      if (request.action().equals(StateActions.GATES)) {
        gatekeeper.receive(request);
      } else {
        rest.add(request);
      }
    }
    return rest.isEmpty() ? Future.succeededFuture() : run(rest, null);
  }

  private Future<Void> run(List<Request> batch, GateFacts facts) {
    long holder = fence.holder();
    batch.forEach(fence::use);
    return blocking.run(
        () -> {
          engine.run(batch, holder, facts);
          return null;
        });
  }

  @Override
  public Future<?> stop() {
    return actor
        .drain()
        .compose(empty -> gatekeeper.idle())
        .compose(judged -> fence.stop())
        .compose(deaf -> actor.stop());
  }
}
