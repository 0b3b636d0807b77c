package org.dreamkeeper.state.impl;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.dreamkeeper.bus.impl.Actor;
import org.dreamkeeper.bus.impl.Fence;
import org.dreamkeeper.bus.impl.Mailbox;
import org.dreamkeeper.bus.impl.Peers;
import org.dreamkeeper.bus.impl.Project;
import org.dreamkeeper.bus.impl.Request;
import org.dreamkeeper.bus.impl.Starts;
import org.dreamkeeper.state.GateOptions;
import org.dreamkeeper.store.JournalStore;
import org.dreamkeeper.store.ProjectStore;

/**
 * The actor of the state: serves {@code <address>.state}. All requests that are waiting are carried
 * out together.
 */
public final class StateVerticle extends VerticleBase {
  private static final int MAX_BATCH = 10_000;

  private final Project project;
  private final GateOptions gates;
  private final Mailbox mailbox;
  private final Fence fence;
  private final StateEngine engine;
  private final JournalStore journal;
  private Actor actor;
  private Gatekeeper gatekeeper;

  /** Makes the actor of a project; deploy it once. The store stays open. */
  public StateVerticle(Project project, ProjectStore store, GateOptions gates) {
    this.project = project;
    this.gates = gates;
    this.mailbox =
        new Mailbox(
            project.time(), store::silentMs, MAX_BATCH, (first, next) -> true, this::carryOut);
    this.fence = new Fence(project, "state", mailbox, Map.of("figures", this::figures), () -> {});
    this.engine = new StateEngine(project, store.state(), fence);
    this.journal = store.journal();
  }

  /** Gives the verticle's own context; null before the deployment. */
  public Context context() {
    return context;
  }

  @Override
  public Future<?> start() {
    actor = new Actor(vertx, project, "state", StateActions.ALL, mailbox, project.whyNotServing());
    journal.spare("state", actor::held);
    gatekeeper = new Gatekeeper(project, new Peers(vertx, project), gates, mailbox, engine);
    return Starts.told(
        fence.start(vertx).compose(listening -> actor.start(journal.replies("state"))));
  }

  /**
   * Records a dream that completed and that the state does not know, though the log does. Call it
   * when the log is there, and before the lock is. What fails is done before the next gate.
   *
   * @return completes when done; does not fail
   */
  public Future<Void> recordMissed() {
    Promise<Void> done = Promise.promise();
    context.runOnContext(on -> gatekeeper.recordMissed().onComplete(done));
    return done.future();
  }

  /** Tells what memory knows: {@code {gates, state, actor}}, by what lock and log know. */
  private Future<JsonObject> figures(JsonObject body) {
    GateFacts facts =
        gatekeeper.facts(body.getJsonObject("lock"), body.getJsonObject("dreams"), engine.undos());
    return Future.succeededFuture(engine.figures(facts).put("actor", actor.figures()));
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
    return rest.isEmpty() ? Future.succeededFuture() : engine.run(rest, null);
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
