package org.dreamkeeper.lock.impl;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import org.dreamkeeper.bus.DreamkeeperException;
import org.dreamkeeper.bus.FailureCode;
import org.dreamkeeper.bus.impl.Action;
import org.dreamkeeper.bus.impl.Actor;
import org.dreamkeeper.bus.impl.LogKeys;
import org.dreamkeeper.bus.impl.Mailbox;
import org.dreamkeeper.bus.impl.PeerQuestions;
import org.dreamkeeper.bus.impl.Peers;
import org.dreamkeeper.bus.impl.Project;
import org.dreamkeeper.bus.impl.Request;
import org.dreamkeeper.bus.impl.Starts;
import org.dreamkeeper.bus.impl.async.Patience;
import org.dreamkeeper.bus.impl.text.Log;
import org.dreamkeeper.bus.impl.text.RepeatedFailureLog;
import org.dreamkeeper.lock.LockOptions;
import org.dreamkeeper.lock.impl.LockRules.Ask;
import org.dreamkeeper.store.ProjectStore;
import org.dreamkeeper.store.StoreException;
import org.slf4j.Logger;

/**
 * The lock actor: one dream at a time. Serves {@code <prefix>.lock}.
 *
 * <p>Requests are carried out one by one, in the order of their arrival. Whoever waits stands in a
 * line beside that order and is served when the lock becomes free, before any newcomer.
 *
 * <p>A store that does not let the lock be put in order at the start does not keep the project from
 * starting: that is tried again before each request, which is refused until then.
 */
public final class LockVerticle extends VerticleBase {
  private static final Logger LOG = Log.of(LockVerticle.class);

  /** How often the lock is looked at while it is held, ms. */
  private static final long CHECK_MS = 10_000;

  private static final List<Action> ACTIONS =
      List.of(
          Action.writing("tryAcquire", "lock.tryAcquire"),
          Action.holding("renew", "lock.renew"),
          Action.holding("release", "lock.release"),
          Action.holding("rollback", null),
          Action.reading("status", null));

  private final Project project;
  private final ProjectStore store;
  private final LockOptions options;
  private final Mailbox mailbox;
  private final LockState state;
  private final RepeatedFailureLog unseen;
  private LockEngine engine;
  private LockDispatcher dispatcher;
  private Departures departures;
  private PeerQuestions questions;
  private Actor actor;
  private Runnable nextCheck = () -> {};

  /** Makes the actor of a project. */
  public LockVerticle(Project project, ProjectStore store, LockOptions options) {
    this.project = project;
    this.store = store;
    this.options = options;
    this.mailbox =
        new Mailbox(
            project.time(),
            store::silentMs,
            1,
            (first, next) -> false,
            batch -> carryOut(batch.get(0)));
    long staleMs = options.getStaleTimeout().toMillis();
    this.state = new LockState(project.time(), staleMs, store.lock(), project.events());
    this.unseen = new RepeatedFailureLog(LOG, project.address("lock") + " cannot be looked at");
  }

  /** Gives the verticle's own context, once it is deployed. */
  public Context context() {
    return context;
  }

  @Override
  public Future<?> start() {
    PeerActors peers = new PeerActors(new Peers(vertx, project));
    engine = new LockEngine(project, state, peers, new Tokens(store));
    dispatcher = new LockDispatcher(project, options, mailbox, state, engine);
    departures = new Departures(vertx, project, dispatcher::nodes, dispatcher::departed);
    actor = new Actor(vertx, project, "lock", ACTIONS, mailbox, project.whyNotServing());
    store.journal().spare("lock", actor::held);
    Interventions does = engine.interventions();
    Map<String, Function<JsonObject, Future<JsonObject>>> answers =
        Map.of(
            "figures",
            body -> figures(),
            "cancel",
            body -> inOrder(() -> does.cancel(body)),
            "evict",
            body -> inOrder(() -> does.evict(body)));
    questions = new PeerQuestions(project, "lock", answers);
    return Starts.told(
        engine
            .ready()
            .recover(this::startUnready)
            .compose(ready -> questions.start(vertx))
            .compose(listening -> actor.start(store.journal().replies("lock")))
            .onSuccess(serving -> scheduleCheck())
            .onSuccess(serving -> departures.watch()));
  }

  private Future<Void> startUnready(Throwable failure) {
    DreamkeeperException refusal = StoreException.refusal(failure);
    if (refusal.code() != FailureCode.STORAGE_FAILED) {
      return Future.failedFuture(refusal);
    }
    LOG.warn("{} serves nobody yet: {}", project.address("lock"), refusal.getMessage());
    return Future.succeededFuture();
  }

  @Override
  public Future<?> stop() {
    nextCheck.run();
    departures.stop();
    Future<Void> drained = actor.drain();
    dispatcher.close();
    Patience patience = new Patience(project.time(), store::silentMs);
    return drained
        .compose(done -> patience.with(mailbox.run(() -> engine.stop())))
        .recover(
            failure -> {
              LogKeys.dream(LOG.atWarn(), null, state.token())
                  .log("the lock is left to the next start: {}", failure.getMessage());
              return Future.succeededFuture();
            })
        .eventually(questions::stop)
        .eventually(actor::stop);
  }

  /** Does what an operator wants, in its turn. */
  private Future<JsonObject> inOrder(Supplier<Future<JsonObject>> task) {
    return mailbox
        .run(
            () ->
                engine
                    .ready()
                    .compose(ready -> task.get())
                    .compose(done -> dispatcher.serve().map(done)))
        .recover(failure -> Future.failedFuture(StoreException.refusal(failure)));
  }

  /** Tells what memory knows: {@code {lock, actor}}. */
  private Future<JsonObject> figures() {
    JsonObject lock = state.figures(dispatcher.waiting());
    return Future.succeededFuture(JsonObject.of("lock", lock, "actor", actor.figures()));
  }

  private Future<Void> carryOut(Request request) {
    return engine
        .ready()
        .compose(ready -> serve(request), failure -> answer(request, Future.failedFuture(failure)));
  }

  private Future<Void> serve(Request request) {
    JsonObject body = request.body();
    Future<Void> done =
        switch (request.action()) {
          case "tryAcquire" -> dispatcher.tryAcquire(request);
          case "renew" -> answer(request, new Ask.Renew(request.token(), body.getLong("leaseMs")));
          case "release" ->
              answer(request, new Ask.Release(request.token(), body.getLong("completedAt")));
          case "rollback" -> answer(request, new Ask.Rollback(request.token()));
          default ->
              answer(request, state.look().map(seen -> state.toStatus(dispatcher.waiting())));
        };
    return done.compose(next -> dispatcher.serve());
  }

  private Future<Void> answer(Request request, Ask.OfHolder ask) {
    return answer(request, engine.carryOut(ask, request));
  }

  private static Future<Void> answer(Request request, Future<JsonObject> reply) {
    return reply
        .onSuccess(request::reply)
        .onFailure(failure -> request.fail(StoreException.refusal(failure)))
        .transform(answered -> Future.succeededFuture());
  }

  private void scheduleCheck() {
    nextCheck =
        project
            .time()
            .schedule(
                CHECK_MS,
                () -> {
                  scheduleCheck();
                  mailbox
                      .run(() -> engine.check().compose(seen -> dispatcher.serve()))
                      .onSuccess(seen -> unseen.over())
                      .onFailure(failure -> unseen.failed(failure.getMessage()));
                });
  }
}
