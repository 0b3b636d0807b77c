package org.dreamkeeper;

import io.vertx.core.Closeable;
import io.vertx.core.Completable;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import java.util.UUID;
import org.dreamkeeper.bus.impl.Classes;
import org.dreamkeeper.bus.impl.Project;
import org.dreamkeeper.bus.impl.Starts;
import org.dreamkeeper.bus.impl.async.Patience;
import org.dreamkeeper.bus.impl.async.Time;
import org.dreamkeeper.bus.impl.json.Schemas;
import org.dreamkeeper.file.Machine;
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
  private final Placement.Taking taking;
  private final Placement given;
  private final Closeable onClose = this::awaitStart;
  private final Promise<Void> givenBack = Promise.promise();

  private String socket;
  private Machine machine;
  private Opening own;
  private AddressClaim addressClaim;
  private Placement placement;
  private volatile ProjectStore store;
  private TextFolder texts;
  private Project project;
  private ClaimWatch claimWatch;
  private Future<ProjectStore> claiming;
  private Future<Void> started;
  private boolean ended;

  /** Makes the verticle that Vert.x deploys by name. */
  public DreamkeeperVerticle() {
    this(Placement.Taking.WAIT, null);
  }

  /**
   * Makes a verticle that claims and changes nothing: it answers as one that serves the project
   * would, and what it is asked to change stays in memory until it is undeployed. For projects that
   * nobody serves; a directory that is served is refused, as always; a database is not.
   *
   * @return a new one
   */
  public static DreamkeeperVerticle preview() {
    return new DreamkeeperVerticle(Placement.Taking.LOOK, null);
  }

  /** {@return one that fails, DIRECTORY_IN_USE, where somebody serves it, and never waits} */
  public static DreamkeeperVerticle unlessServed() {
    return new DreamkeeperVerticle(Placement.Taking.UNLESS_SERVED, null);
  }

  /** Makes one of a node, which says where its store is. */
  DreamkeeperVerticle(Placement given) {
    this(Placement.Taking.WAIT, given);
  }

  private DreamkeeperVerticle(Placement.Taking taking, Placement given) {
    this.taking = taking;
    this.given = given;
  }

  /**
   * Tells in the claim by which Unix socket this process is asked over HTTP, for the command line.
   *
   * @param path of the socket, at which the caller answers; null for none
   * @return this
   */
  public DreamkeeperVerticle askedAt(String path) {
    socket = path;
    return this;
  }

  /** {@return for how long its store has owed an answer, ms, or 0; safe from any thread} */
  public long silentMs() {
    return store == null ? 0 : store.silentMs();
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
      return Future.failedFuture(ProjectActors.overtaken());
    }
    machine = taking.of(Machine.of(vertx));
    Opening alone = Opening.of(vertx, Time.of(vertx), options);
    own = behindGateway() ? alone.amongMany() : alone;
    claiming = claim(options);
    started =
        claiming
            .onSuccess(opened -> project = project(options))
            .compose(opened -> serve(options))
            .recover(failure -> Future.failedFuture(StartException.of(options.place(), failure)));
    return Starts.told(started);
  }

  private Future<ProjectStore> claim(DreamkeeperOptions options) {
    return own.threads()
        .executor()
        .run(DreamkeeperVerticle::load)
        .compose(loaded -> claimAddress(options))
        .onSuccess(taken -> addressClaim = taken)
        .compose(taken -> ended ? Future.failedFuture(ProjectActors.overtaken()) : open(options))
        .onSuccess(opened -> store = opened);
  }

  private Future<AddressClaim> claimAddress(DreamkeeperOptions options) {
    return behindGateway() ? Future.succeededFuture() : AddressClaim.take(vertx, options);
  }

  private boolean behindGateway() {
    return given != null && given.node() != null;
  }

  private Future<ProjectStore> open(DreamkeeperOptions options) {
    placement = given == null ? Placement.of(vertx, machine, options, taking, socket) : given;
    return placement.open(own).map(opened -> opened);
  }

  private static Void load() {
    Schemas.load();
    Classes.load();
    return null;
  }

  /** What it serves, once it is deployed; {@link #lost}: why its claim is gone, or null. */
  Project project() {
    return project;
  }

  String lost() {
    return store.lost();
  }

  private Project project(DreamkeeperOptions options) {
    String secret = UUID.randomUUID().toString();
    return new Project(
        options.getAddress(),
        behindGateway() ? "dreamkeeper." + secret + ".actor" : options.getAddress(),
        options.isClustered(),
        own.instance(),
        secret,
        store.epoch(),
        options.getMaxPending(),
        own.budget(),
        own.threads(),
        own.time(),
        ProjectActors.events(vertx, store, options, own).ofNode(placement.node()),
        () -> store.lost() == null ? placement.obstacle() : store.lost(),
        placement.residents());
  }

  private Future<Void> serve(DreamkeeperOptions options) {
    claimWatch = new ClaimWatch(store, own.time());
    if (options.getTexts() != null) {
      String base = options.getBaseDir();
      texts =
          TextFolder.open(vertx, options.getAddress(), machine.disk(), options.getTexts(), base);
    }
    return new ProjectActors(vertx, context, () -> ended)
        .deploy(project, store, options)
        .onSuccess(
            deployed -> {
              if (!behindGateway()) {
                claimWatch.start();
              }
            });
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
                      store == null
                          ? started
                          : new Patience(own.time(), store::silentMs).with(started))
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
