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
import org.dreamkeeper.bus.impl.Budget;
import org.dreamkeeper.bus.impl.Classes;
import org.dreamkeeper.bus.impl.Events;
import org.dreamkeeper.bus.impl.Log;
import org.dreamkeeper.bus.impl.Patience;
import org.dreamkeeper.bus.impl.Project;
import org.dreamkeeper.bus.impl.ProjectThreads;
import org.dreamkeeper.bus.impl.RepeatedFailureLog;
import org.dreamkeeper.bus.impl.Schemas;
import org.dreamkeeper.bus.impl.Starts;
import org.dreamkeeper.bus.impl.Time;
import org.dreamkeeper.file.FileOptions;
import org.dreamkeeper.file.FileProjectStore;
import org.dreamkeeper.file.Machine;
import org.dreamkeeper.lock.LockVerticle;
import org.dreamkeeper.log.LogVerticle;
import org.dreamkeeper.state.impl.StateVerticle;
import org.dreamkeeper.store.ProjectStore;
import org.slf4j.Logger;

/**
 * The front door: serves one project. Deploy it with a {@link DreamkeeperOptions} config; its
 * deployment completes when {@code <address>.state}, {@code .lock} and {@code .log} answer, and
 * fails with a {@link StartException}. It can be deployed many times, each with its own address and
 * directory.
 *
 * <p>It claims the address and the directory, then deploys state, log and lock, each below the one
 * before it, so that Vert.x undeploys them in the reverse order: the lock ends first, and asks the
 * log, which is still there, as is the state.
 *
 * <p>What it has claimed is given back by a hook on its context, which Vert.x runs last, however
 * the deployment ends. A start that the closing of Vert.x overtakes is waited for by a hook on
 * that: Vert.x itself would end it in the middle, and never call {@code stop}.
 */
public final class DreamkeeperVerticle extends VerticleBase {
  private static final Logger LOG = Log.of(DreamkeeperVerticle.class);

  /** How often the claim on the directory is looked at, ms. */
  private static final long CLAIM_CHECK_MS = 10_000;

  private final Machine machine;
  private final Function<Vertx, Time> clock;
  private AddressClaim addressClaim;
  private ProjectThreads threads;
  private ProjectStore store;
  private Time time;

  private Future<FileProjectStore> claiming;
  private Future<Void> started;
  private final Closeable onClose = this::awaitStart;
  private final Promise<Void> givenBack = Promise.promise();
  private final RepeatedFailureLog unseen =
      new RepeatedFailureLog(LOG, "the claim cannot be looked at");
  private Runnable claimCheck = () -> {};
  private boolean ended;

  /** Makes the verticle that Vert.x deploys by name. */
  public DreamkeeperVerticle() {
    this(Machine.REAL, Time::system);
  }

  DreamkeeperVerticle(Machine machine, Function<Vertx, Time> clock) {
    this.machine = machine;
    this.clock = clock;
  }

  @Override
  public Future<?> start() {
    DreamkeeperOptions options;
    try {
      options = DreamkeeperOptions.of(config());
    } catch (IllegalArgumentException wrong) {
      return Future.failedFuture(
          new StartException(StartException.Reason.INVALID_CONFIG, wrong.getMessage(), wrong));
    }
    if (!((VertxInternal) vertx).closeFuture().add(onClose)
        || !((ContextInternal) context).closeFuture().add(this::giveBack)) {
      return Future.failedFuture(overtaken());
    }
    warn(options);
    Budget budget = new Budget(options.maxBytes(), options.maxMessageBytes());
    FileOptions place =
        new FileOptions(options.baseDir(), options.fsync(), UUID.randomUUID().toString(), budget);
    time = clock.apply(vertx);
    claiming = claim(options, place);
    started =
        claiming
            .compose(opened -> serve(options, place, opened))
            .recover(no -> Future.failedFuture(StartException.of(options.baseDir(), no)));
    return Starts.told(started);
  }

  private void warn(DreamkeeperOptions options) {
    if (options.clustered() && !vertx.isClustered()) {
      LOG.warn(
          "{}: clustered is true, but this Vert.x is in no cluster: no other process reaches it",
          options.address());
    } else if (!options.clustered() && vertx.isClustered()) {
      LOG.warn(
          "{}: clustered is false: what is sent to it on other nodes of the cluster does not reach"
              + " it (NO_HANDLERS)",
          options.address());
    }
  }

  private Future<FileProjectStore> claim(DreamkeeperOptions options, FileOptions place) {
    threads = new ProjectThreads(vertx, options.address());
    return threads
        .executor()
        .run(DreamkeeperVerticle::load)
        .compose(loaded -> AddressClaim.take(vertx, options.address(), options.clustered()))
        .compose(
            taken -> {
              addressClaim = taken;
              return ended
                  ? Future.failedFuture(overtaken())
                  : FileProjectStore.open(vertx, time, threads, machine, place);
            })
        .onSuccess(opened -> store = opened);
  }

  private static IllegalStateException overtaken() {
    return new IllegalStateException("it was stopped before it served");
  }

  private static Void load() {
    Schemas.load();
    Classes.load();
    return null;
  }

  private Future<Void> serve(
      DreamkeeperOptions options, FileOptions place, FileProjectStore opened) {
    Events events =
        new Events(
            vertx.eventBus(), options.address(), place.instance(), options.clustered(), time);
    Project project =
        new Project(
            options.address(),
            options.clustered(),
            place.instance(),
            UUID.randomUUID().toString(),
            opened.epoch(),
            options.maxPending(),
            place.budget(),
            threads,
            time,
            events,
            opened::lost);
    StateVerticle state = new StateVerticle(project, opened, options.gates());
    LogVerticle log = new LogVerticle(project, opened, options.log());
    LockVerticle lock = new LockVerticle(project, opened, options.lock());
    return deployBelow(context, state)
        .compose(
            stateId ->
                deployBelow(state.context(), log)
                    .compose(logId -> state.recordMissed())
                    .compose(caughtUp -> deployBelow(log.context(), lock)))
        .onSuccess(
            deployed -> {
              if (!ended) {
                scheduleClaimCheck();
              }
            })
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

  private void awaitStart(Completable<Void> completion) {
    context.runOnContext(
        on -> {
          ended = true;
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
          ended = true;
          claimCheck.run();
          claiming
              .transform(end -> store == null ? Future.succeededFuture() : store.close())
              .transform(
                  end -> addressClaim == null ? Future.succeededFuture() : addressClaim.release())
              .onComplete(givenBack);
        });
  }

  private void scheduleClaimCheck() {
    claimCheck =
        time.schedule(
            CLAIM_CHECK_MS,
            () ->
                store
                    .look()
                    .onSuccess(
                        obstacle -> {
                          unseen.over();
                          if (obstacle != null) {
                            LOG.error("no longer serving: {}", obstacle);
                          }
                        })
                    .onFailure(failure -> unseen.failed(failure.getMessage()))
                    .onComplete(
                        looked -> {
                          if (!ended && store.lost() == null) {
                            scheduleClaimCheck();
                          }
                        }));
  }
}
