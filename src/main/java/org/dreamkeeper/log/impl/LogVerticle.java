package org.dreamkeeper.log.impl;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import org.dreamkeeper.bus.impl.Action;
import org.dreamkeeper.bus.impl.Actor;
import org.dreamkeeper.bus.impl.Fence;
import org.dreamkeeper.bus.impl.Mailbox;
import org.dreamkeeper.bus.impl.Peers;
import org.dreamkeeper.bus.impl.Project;
import org.dreamkeeper.bus.impl.Request;
import org.dreamkeeper.bus.impl.Starts;
import org.dreamkeeper.bus.impl.async.AsyncLoop;
import org.dreamkeeper.bus.impl.async.Patience;
import org.dreamkeeper.bus.impl.text.Log;
import org.dreamkeeper.log.LogOptions;
import org.dreamkeeper.store.JournalStore;
import org.dreamkeeper.store.ProjectStore;
import org.dreamkeeper.store.StoreException;
import org.slf4j.Logger;

/**
 * The actor that keeps the log. Requests are carried out in order; what queued up next to each
 * other is a batch: saves are one commit, as are appends to one entry.
 *
 * <p>Of its own accord, in its turn among the requests, it ends interrupted entries, when the lock
 * has moved or one has become too old.
 */
public final class LogVerticle extends VerticleBase {
  private static final String NAME = "log";
  private static final String SAVE = "save";
  private static final String APPEND = "append";

  /** As many as a slow disk can sync, each by itself, long before it counts as hanging. */
  private static final int MAX_BATCH = 256;

  /** How soon that is tried again which the store did not let be done, ms. */
  private static final long RETRY_MS = 10_000;

  private static final Logger LOG = Log.of(LogVerticle.class);

  private static final List<Action> ACTIONS =
      List.of(
          Action.writing(Reads.NEXT_ID, null),
          Action.writing(SAVE, "log.save"),
          Action.writing(APPEND, "log.append"),
          Action.reading(Reads.GET_BY_ID, "log.getById"),
          Action.reading("list", "log.list"));

  private final Project project;
  private final JournalStore journal;
  private final Mailbox mailbox;
  private final Patience patience;
  private final Fence fence;
  private final LogEngine engine;
  private final Interruptions interruptions;
  private final LogIds ids;
  private final Outcomes outcomes;
  private final Saves saves;
  private final Appends appends;
  private Actor actor;
  private Reads reads;
  private Runnable alarm = () -> {};
  private boolean stopping;

  /** Makes the actor of a project that is kept in a store. */
  public LogVerticle(Project project, ProjectStore store, LogOptions options) {
    this.project = project;
    this.journal = store.journal();
    this.patience = new Patience(project.time(), store::silentMs);
    this.mailbox =
        new Mailbox(
            project.time(),
            store::silentMs,
            MAX_BATCH,
            (a, b) -> kind(a).equals(kind(b)),
            this::carryOut);
    this.fence = new Fence(project, NAME, mailbox, peerActions(), this::endInterrupted);
    this.engine = new LogEngine(project, store.log(), new Rows());
    this.interruptions =
        new Interruptions(
            engine,
            new InterruptionRule(options.getStaleProcessing().toMillis(), project.epoch()),
            fence::holder);
    this.ids = new LogIds(store.log(), engine.rows());
    this.outcomes = new Outcomes(store.log(), engine.rows());
    this.saves = new Saves(engine, fence, options.getMaxEntries());
    this.appends = new Appends(engine, interruptions, fence);
  }

  private Map<String, Function<JsonObject, Future<JsonObject>>> peerActions() {
    return Map.of(
        "figures",
        body -> Future.succeededFuture(figures(body.getLong("now"))),
        "outcome",
        body ->
            forPeer(
                () ->
                    outcomes.outcome(
                        body.getLong("token"), body.getLong("since"), project.time().nanos())),
        "lastCompleted",
        body -> forPeer(() -> outcomes.lastCompleted()),
        "lastDreams",
        body -> forPeer(() -> outcomes.lastDreams(body.getLong("now"), fence.holder())),
        "highestToken",
        body -> forPeer(() -> outcomes.highestToken()));
  }

  /** Tells what memory knows: {@code {dreams, log, unreadable, logId?, actor}}. */
  private JsonObject figures(long now) {
    JsonObject figures = new JsonObject();
    figures.put("dreams", outcomes.lastDreams(now, fence.holder()));
    return figures.mergeIn(engine.rows().figures(fence.holder())).put("actor", actor.figures());
  }

  /** Gives the context that the actor runs on, once it is deployed. */
  public Context context() {
    return context;
  }

  @Override
  public Future<?> start() {
    actor = new Actor(vertx, project, NAME, ACTIONS, mailbox, project.whyNotServing());
    journal.spare(NAME, actor::held);
    reads = new Reads(engine, interruptions, ids, fence, new Peers(vertx, project));
    return Starts.told(
        engine
            .refresh(false)
            .compose(seen -> interruptions.end())
            .recover(this::unread)
            .compose(learnt -> fence.start(vertx))
            .compose(listening -> actor.start(journal.replies(NAME)))
            .onSuccess(serving -> setAlarm()));
  }

  /** What the store says no to is no reason not to start: the requests try it again. */
  private Future<Void> unread(Throwable failure) {
    if (failure instanceof StoreException no) {
      LOG.warn("the log cannot be read: {}", no.getMessage());
      return Future.succeededFuture();
    }
    return Future.failedFuture(failure);
  }

  @Override
  public Future<?> stop() {
    stopping = true;
    alarm.run();
    // Ids that were reserved and are not given back are lost, which is harmless.
    return actor
        .drain()
        .compose(drained -> fence.stop())
        .compose(deaf -> actor.stop())
        .eventually(() -> patience.with(ids.giveBack()).otherwiseEmpty());
  }

  /** Names what can be carried out together. */
  private static String kind(Request request) {
    return request.action().equals(SAVE) || request.action().equals(APPEND) ? request.action() : "";
  }

  private Future<Void> carryOut(List<Request> batch) {
    Future<Void> done =
        switch (kind(batch.get(0))) {
          case SAVE -> saves.commit(batch);
          case APPEND -> appends.commit(batch);
          default -> reads.answer(batch);
        };
    return done.andThen(end -> setAlarm());
  }

  private Future<JsonObject> forPeer(Supplier<JsonObject> question) {
    return mailbox
        .run(() -> engine.refresh(false).map(seen -> question.get()))
        .recover(failure -> Future.failedFuture(LogEngine.refusal(failure)));
  }

  private void endInterrupted() {
    AsyncLoop.whileTrue(() -> mailbox.run(interruptions::endSome)).onComplete(ended -> setAlarm());
  }

  /** Sets the timer for the entry that becomes too old next. */
  private void setAlarm() {
    alarm.run();
    alarm = () -> {};
    double due = interruptions.nextDueMs();
    if (!stopping && Double.isFinite(due)) {
      long least = interruptions.failing() ? RETRY_MS : 1;
      alarm = project.time().schedule(Math.max(least, (long) due), this::endInterrupted);
    }
  }
}
