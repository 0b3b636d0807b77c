package org.dreamkeeper.lock;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.dreamkeeper.bus.DreamkeeperException;
import org.dreamkeeper.bus.FailureCode;
import org.dreamkeeper.bus.impl.Action;
import org.dreamkeeper.bus.impl.Actor;
import org.dreamkeeper.bus.impl.Log;
import org.dreamkeeper.bus.impl.LogKeys;
import org.dreamkeeper.bus.impl.Mailbox;
import org.dreamkeeper.bus.impl.Patience;
import org.dreamkeeper.bus.impl.Project;
import org.dreamkeeper.bus.impl.RepeatedFailureLog;
import org.dreamkeeper.bus.impl.Request;
import org.dreamkeeper.bus.impl.Starts;
import org.dreamkeeper.file.FileProjectStore;
import org.slf4j.Logger;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * The lock actor: one dream at a time. Serves {@code <prefix>.lock}.
 *
 * <p>Requests are carried out one by one, in the order of their arrival. Whoever waits stands in a
 * line beside that order and is served when the lock becomes free, before any newcomer.
 *
 * <p>A disk that does not let the lock be put in order at the start does not keep the project from
 * starting: that is tried again before each request, which is refused until then.
 */
public final class LockVerticle extends VerticleBase {
  private static final Logger LOG = Log.of(LockVerticle.class);

  /** How often the file is looked at while the lock is held, ms. */
  private static final long CHECK_MS = 10_000;

  private static final List<Action> ACTIONS =
      List.of(
          Action.writing("tryAcquire", "lock.tryAcquire"),
          Action.holding("renew", "lock.renew"),
          Action.holding("release", "lock.release"),
          Action.holding("rollback", null),
          Action.reading("status", null));

  private final Project project;
  private final FileProjectStore store;
  private final Patience patience;
  private final LockOptions options;
  private final Mailbox mailbox;
  private final RepeatedFailureLog unseen;
  private LockFile file;
  private Recovery recovery;
  private boolean recovered;
  private LockKeeper keeper;
  private Reception reception;
  private Departures departures;
  private Actor actor;
  private boolean stopping;
  private Runnable nextCheck = () -> {};

  /**
   * Makes the actor.
   *
   * @param project of which project
   * @param store where it is kept
   * @param options its settings
   */
  public LockVerticle(Project project, FileProjectStore store, LockOptions options) {
    this.project = project;
    this.options = options;
    this.mailbox =
        new Mailbox(
            project.time(),
            store::silentMs,
            1,
            (first, next) -> false,
            batch -> carryOut(batch.get(0)));
    this.store = store;
    this.patience = new Patience(project.time(), store::silentMs);
    this.unseen = new RepeatedFailureLog(LOG, project.address("lock") + " cannot be looked at");
  }

  /**
   * Gives the verticle's own context.
   *
   * @return the context, once deployed
   */
  public Context context() {
    return context;
  }

  @Override
  public Future<?> start() {
    file = new LockFile(project, options, store);
    PeerActors peers = new PeerActors(vertx, project);
    keeper = new LockKeeper(project, file, peers);
    Tokens tokens = new Tokens(store);
    Grants grants = new Grants(project, options, file, peers, tokens, keeper);
    reception = new Reception(project, options, mailbox, keeper, grants);
    departures =
        new Departures(
            vertx,
            project.time(),
            project.threads().executor(),
            reception::nodes,
            gone -> reception.inOrder(() -> reception.departed(gone)));
    actor = new Actor(vertx, project, "lock", ACTIONS, mailbox);
    recovery = new Recovery(project, file, peers, keeper, tokens);
    return Starts.told(
        recover()
            .recover(this::startUnrecovered)
            .compose(ready -> actor.start())
            .onSuccess(
                serving -> {
                  scheduleCheck();
                  departures.watch();
                }));
  }

  @Override
  public Future<?> stop() {
    stopping = true;
    nextCheck.run();
    departures.stop();
    Future<Void> drained = actor.drain();
    reception.close();
    return drained
        .compose(done -> patience.with(mailbox.run(() -> keeper.endUnasked("stopped"))))
        .recover(
            failure -> {
              line().log("the lock is left to the next start: {}", failure.getMessage());
              return Future.succeededFuture();
            })
        .eventually(() -> patience.with(file.close()))
        .eventually(actor::stop);
  }

  /** Puts the lock in order, once. */
  private Future<Void> recover() {
    return recovered
        ? Future.succeededFuture()
        : recovery.run().onSuccess(done -> recovered = true);
  }

  private Future<Void> startUnrecovered(Throwable failure) {
    if (DreamkeeperException.of(failure).code() != FailureCode.STORAGE_FAILED) {
      return Future.failedFuture(failure);
    }
    LOG.warn("{} serves nobody yet: {}", project.address("lock"), failure.getMessage());
    return Future.succeededFuture();
  }

  private Future<Void> carryOut(Request request) {
    return recover()
        .transform(
            ready ->
                ready.succeeded()
                    ? serve(request)
                    : answer(request, Future.failedFuture(ready.cause())));
  }

  private Future<Void> serve(Request request) {
    JsonObject body = request.body();
    Future<Void> done =
        switch (request.action()) {
          case "tryAcquire" -> reception.tryAcquire(request);
          case "renew" -> answer(request, keeper.renew(request.token(), body.getLong("leaseMs")));
          case "release" ->
              answer(request, keeper.release(request.token(), body.getLong("completedAt")));
          case "rollback" -> answer(request, keeper.rollback(request.token()));
          default -> answer(request, status());
        };
    return done.compose(next -> reception.serve());
  }

  private static Future<Void> answer(Request request, Future<JsonObject> reply) {
    return reply
        .onSuccess(request::reply)
        .onFailure(failure -> request.fail(DreamkeeperException.of(failure)))
        .transform(answered -> Future.succeededFuture());
  }

  private Future<JsonObject> status() {
    return keeper
        .look()
        .map(
            seen -> {
              JsonObject holder = reception.holder();
              JsonObject status = new JsonObject().put("held", holder != null);
              if (holder != null) {
                status.put("holder", holder);
              }
              return status
                  .put("lastCompletedAt", keeper.lastCompletedAt())
                  .put("waiting", reception.waiting());
            });
  }

  private void scheduleCheck() {
    nextCheck =
        project
            .time()
            .schedule(
                CHECK_MS,
                () -> {
                  if (!stopping) {
                    scheduleCheck();
                  }
                  if (!recovered) {
                    // Its failure was told at the start, and each request is told again.
                    mailbox.run(() -> recover().otherwiseEmpty());
                  } else if (keeper.lease() != null) {
                    mailbox
                        .run(this::check)
                        .onSuccess(seen -> unseen.over())
                        .onFailure(failure -> unseen.failed(failure.getMessage()));
                  }
                });
  }

  private Future<Void> check() {
    return keeper.look().compose(seen -> reception.giveBack());
  }

  private LoggingEventBuilder line() {
    Lease lease = keeper.lease();
    return LogKeys.dream(LOG.atWarn(), null, lease == null ? null : lease.token());
  }
}
