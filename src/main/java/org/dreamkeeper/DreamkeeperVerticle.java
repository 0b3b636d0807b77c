package org.dreamkeeper;

import io.vertx.core.Closeable;
import io.vertx.core.Completable;
import io.vertx.core.Context;
import io.vertx.core.Deployable;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import java.util.UUID;
import java.util.function.Function;
import org.dreamkeeper.admin.impl.AdminVerticle;
import org.dreamkeeper.bus.impl.Budget;
import org.dreamkeeper.bus.impl.Classes;
import org.dreamkeeper.bus.impl.Events;
import org.dreamkeeper.bus.impl.Patience;
import org.dreamkeeper.bus.impl.Project;
import org.dreamkeeper.bus.impl.ProjectThreads;
import org.dreamkeeper.bus.impl.Schemas;
import org.dreamkeeper.bus.impl.Starts;
import org.dreamkeeper.bus.impl.Time;
import org.dreamkeeper.file.Machine;
import org.dreamkeeper.lock.impl.LockVerticle;
import org.dreamkeeper.log.impl.LogVerticle;
import org.dreamkeeper.state.impl.StateVerticle;
import org.dreamkeeper.store.ProjectStore;
import org.dreamkeeper.texts.TextFolder;

/**
 * The front door: serves one project. Deploy it with a {@link DreamkeeperOptions} config; its
 * deployment completes when {@code <address>.state}, {@code .lock}, {@code .log} and {@code .admin}
 * answer, and fails with a {@link StartException}. It can be deployed many times, each with its own
 * address and directory.
 *
 * <p>It claims the address and the directory, then deploys state, log, lock and admin, each below
 * the one before it, so that Vert.x undeploys them in the reverse order: the lock ends before the
 * log, and asks it, which is still there, as is the state.
 *
 * <p>What it has claimed is given back by a hook on its context, which Vert.x runs last, however
 * the deployment ends. A start that the closing of Vert.x overtakes is waited for by a hook on
 * that: Vert.x itself would end it in the middle, and never call {@code stop}.
 */
public final class DreamkeeperVerticle extends VerticleBase {
  private final Machine machine;
  private final Function<Vertx, Time> clock;
  private final Closeable onClose = this::awaitStart;
  private final Promise<Void> givenBack = Promise.promise();

  private String socket;
  private Time time;
  private ProjectThreads threads;
  private AddressClaim addressClaim;
  private Placement placement;
  private ProjectStore store;
  private TextFolder texts;
  private ClaimWatch claimWatch;
  private Future<ProjectStore> claiming;
  private Future<Void> started;
  private boolean ended;

  /** Makes the verticle that Vert.x deploys by name. */
  public DreamkeeperVerticle() {
    this(Machine.REAL, Time::system);
  }

  /**
   * Makes a verticle that claims nothing and changes no file: it answers as one that serves the
   * directory would, and what it is asked to change stays in memory until it is undeployed. For
   * directories that nobody serves; one that is served is refused, as always.
   *
   * @return a new one
   */
  public static DreamkeeperVerticle preview() {
    return new DreamkeeperVerticle(Machine.REAL.preview(), Time::system);
  }

  DreamkeeperVerticle(Machine machine, Function<Vertx, Time> clock) {
    this.machine = machine;
    this.clock = clock;
  }

  /**
   * Tells in the directory's claim by which Unix socket this process is asked over HTTP, so that
   * the command line finds it.
   *
   * @param path of the socket, at which the caller answers; null for none
   * @return this
   */
  public DreamkeeperVerticle askedAt(String path) {
    socket = path;
    return this;
  }

  @Override
  public Future<?> start() {
    DreamkeeperOptions options;
    try {
      options = new DreamkeeperOptions(config());
    } catch (IllegalArgumentException wrong) {
      return Future.failedFuture(
          new StartException(StartException.Reason.INVALID_CONFIG, wrong.getMessage(), wrong));
    }
    if (!((VertxInternal) vertx).closeFuture().add(onClose)
        || !((ContextInternal) context).closeFuture().add(this::giveBack)) {
      return Future.failedFuture(overtaken());
    }
    time = clock.apply(vertx);
    threads = new ProjectThreads(vertx, options.getAddress());
    Budget budget = new Budget(options.getMaxBytes(), options.getMaxMessageBytes());
    String instance = UUID.randomUUID().toString();
    claiming = claim(options, instance, budget);
    started =
        claiming
            .compose(opened -> serve(options, project(options, instance, budget)))
            .recover(failure -> Future.failedFuture(StartException.of(options.place(), failure)));
    return Starts.told(started);
  }

  private Future<ProjectStore> claim(DreamkeeperOptions options, String instance, Budget budget) {
    return threads
        .executor()
        .run(DreamkeeperVerticle::load)
        .compose(loaded -> AddressClaim.take(vertx, options.getAddress(), options.isClustered()))
        .onSuccess(taken -> addressClaim = taken)
        .compose(
            taken -> ended ? Future.failedFuture(overtaken()) : open(options, instance, budget))
        .onSuccess(opened -> store = opened);
  }

  private Future<ProjectStore> open(DreamkeeperOptions options, String instance, Budget budget) {
    placement = Placement.of(vertx, machine, options, socket);
    return placement.open(time, threads, instance, budget).map(opened -> opened);
  }

  private String obstacle() {
    return store.lost() == null ? placement.obstacle() : store.lost();
  }

  private static IllegalStateException overtaken() {
    return new IllegalStateException("it was stopped before it served");
  }

  private static Void load() {
    Schemas.load();
    Classes.load();
    return null;
  }

  private Project project(DreamkeeperOptions options, String instance, Budget budget) {
    return new Project(
        options.getAddress(),
        options.getAddress(),
        options.isClustered(),
        instance,
        UUID.randomUUID().toString(),
        store.epoch(),
        options.getMaxPending(),
        budget,
        threads,
        time,
        events(options, instance),
        this::obstacle);
  }

  private Events events(DreamkeeperOptions options, String instance) {
    Patience patience = new Patience(time, store::silentMs);
    return new Events(
        vertx.eventBus(),
        options.getAddress(),
        instance,
        options.isClustered(),
        time,
        events -> patience.with(store.journal().record(events)));
  }

  private Future<Void> serve(DreamkeeperOptions options, Project project) {
    StateVerticle state = new StateVerticle(project, store, options.getGates());
    LogVerticle log = new LogVerticle(project, store, options.getLog());
    LockVerticle lock = new LockVerticle(project, store, options.getLock());
    AdminVerticle admin = new AdminVerticle(project, store, options.place());
    claimWatch = new ClaimWatch(store, time);
    if (options.getTexts() != null) {
      texts = TextFolder.open(vertx, options.getAddress(), machine.disk(), options.getTexts());
    }
    return deployBelow(context, state)
        .compose(deployed -> deployBelow(state.context(), log))
        .compose(deployed -> state.recordMissed())
        .compose(caughtUp -> deployBelow(log.context(), lock))
        .compose(deployed -> deployBelow(lock.context(), admin))
        .onSuccess(deployed -> claimWatch.start())
        .mapEmpty();
  }

  private Future<String> deployBelow(Context parent, Deployable child) {
    if (ended) {
      return Future.failedFuture(overtaken());
    }
    Promise<String> deployed = Promise.promise();
    parent.runOnContext(on -> vertx.deployVerticle(child).onComplete(deployed));
    return deployed.future();
  }

  private void cancel() {
    ended = true;
    if (placement != null) {
      placement.cancel();
    }
  }

  private void awaitStart(Completable<Void> completion) {
    context.runOnContext(
        on -> {
          cancel();
          claiming
              .transform(
                  end ->
                      store == null ? started : new Patience(time, store::silentMs).with(started))
              .transform(
                  end -> started.failed() ? givenBack.future() : Future.<Void>succeededFuture())
              .onComplete(completion);
        });
  }

  private void giveBack(Completable<Void> completion) {
    ((VertxInternal) vertx).closeFuture().remove(onClose);
    givenBack.future().onComplete(completion);
    context.runOnContext(
        on -> {
          cancel();
          if (claimWatch != null) {
            claimWatch.stop();
          }
          if (texts != null) {
            texts.close();
          }
          claiming
              .transform(end -> store == null ? Future.succeededFuture() : store.close())
              .transform(end -> placement == null ? Future.succeededFuture() : placement.close())
              .transform(
                  end -> addressClaim == null ? Future.succeededFuture() : addressClaim.release())
              .onComplete(givenBack);
        });
  }
}
