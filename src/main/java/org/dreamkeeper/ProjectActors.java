package org.dreamkeeper;

import io.vertx.core.Context;
import io.vertx.core.Deployable;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import java.util.function.BooleanSupplier;
import org.dreamkeeper.admin.impl.AdminVerticle;
import org.dreamkeeper.bus.impl.Events;
import org.dreamkeeper.bus.impl.LocalProjects;
import org.dreamkeeper.bus.impl.Project;
import org.dreamkeeper.bus.impl.async.Patience;
import org.dreamkeeper.lock.impl.LockStart;
import org.dreamkeeper.lock.impl.LockVerticle;
import org.dreamkeeper.log.impl.LogVerticle;
import org.dreamkeeper.run.impl.DreamRunner;
import org.dreamkeeper.state.impl.StateVerticle;
import org.dreamkeeper.store.ProjectStore;

/**
 * The actors of a project, each deployed below the one before it, so that Vert.x undeploys them in
 * the reverse order.
 *
 * @param top below which context the first one is
 * @param ended whether nothing is to be deployed any more
 */
record ProjectActors(Vertx vertx, Context top, BooleanSupplier ended) {

  /** Makes what tells of a project. */
  static Events events(Vertx vertx, ProjectStore store, DreamkeeperOptions options, Opening own) {
    Patience patience = new Patience(own.time(), store::silentMs);
    return new Events(
        vertx.eventBus(),
        options.getAddress(),
        own.instance(),
        options.isClustered(),
        own.time(),
        events -> patience.with(store.journal().record(events)));
  }

  /** Deploys them all; completes when they answer. */
  Future<Void> deploy(Project project, ProjectStore store, DreamkeeperOptions options) {
    LocalProjects.SERVED.add(vertx, options.getAddress(), options.getMaxMessageBytes());
    ((ContextInternal) top)
        .closeFuture()
        .add(
            gone -> {
              LocalProjects.SERVED.remove(vertx, options.getAddress());
              gone.succeed();
            });
    return LockStart.findKept(project, store.lock())
        .compose(found -> deployAll(project, store, options));
  }

  private Future<Void> deployAll(Project project, ProjectStore store, DreamkeeperOptions options) {
    StateVerticle state = new StateVerticle(project, store, options.getGates());
    LogVerticle log = new LogVerticle(project, store, options.getLog());
    LockVerticle lock = new LockVerticle(project, store, options.getLock());
    ClientOptions self = new ClientOptions().setAddress(options.getAddress());
    DreamRunner runner = DreamkeeperClient.of(vertx, self, project.time()).runner();
    AdminVerticle admin =
        new AdminVerticle(project, store, options.place(), runner::diff, runner::undoTexts);
    return below(top, state)
        .compose(deployed -> below(state.context(), log))
        .compose(deployed -> state.recordMissed())
        .compose(caughtUp -> below(log.context(), lock))
        .compose(deployed -> below(lock.context(), admin))
        .mapEmpty();
  }

  private Future<String> below(Context parent, Deployable child) {
    if (ended.getAsBoolean()) {
      return Future.failedFuture(overtaken());
    }
    Promise<String> deployed = Promise.promise();
    parent.runOnContext(on -> vertx.deployVerticle(child).onComplete(deployed));
    return deployed.future();
  }

  static IllegalStateException overtaken() {
    return new IllegalStateException("it was stopped before it served");
  }
}
