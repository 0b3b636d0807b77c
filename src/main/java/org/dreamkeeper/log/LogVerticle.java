package org.dreamkeeper.log;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.dreamkeeper.bus.Action;
import org.dreamkeeper.bus.Actor;
import org.dreamkeeper.bus.Fence;
import org.dreamkeeper.bus.Mailbox;
import org.dreamkeeper.bus.Project;
import org.dreamkeeper.bus.Request;
import org.dreamkeeper.file.DiskFailure;
import org.dreamkeeper.file.Storage;
import org.dreamkeeper.file.Workers;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The actor that keeps the log.
 *
 * <p>Requests are carried out in order. What queued up together is a batch; in it, saves that stand
 * next to each other are one group commit, and everything else that does is one task. All of it
 * runs on worker threads, one at a time, so the index needs no locks.
 */
public final class LogVerticle extends VerticleBase {
  private static final String NAME = "log";
  private static final String SAVE = "save";
  private static final int MAX_BATCH = 1_000;

  /** How soon an entry is looked at again that should have been ended and could not be, ms. */
  private static final long RETRY_MS = 10_000;

  private static final Logger LOG = LoggerFactory.getLogger(LogVerticle.class);

  private static final List<Action> ACTIONS =
      List.of(
          Action.writing("nextId", null),
          Action.writing(SAVE, "log.save"),
          Action.reading("getById", "log.getById"),
          Action.reading("list", "log.list"));

  private final Project project;
  private final Workers workers;
  private final Mailbox mailbox;
  private final Fence fence;
  private final LogIds ids;
  private final Interruptions interruptions;
  private final LogBuild build;
  private final LogReads reads;
  private final LogSaves saves;
  private Actor actor;
  private Runnable alarm = () -> {};
  private boolean pruning;
  private boolean stopping;

  /**
   * Makes the actor of a project.
   *
   * @param project which
   * @param storage its directory, claimed
   * @param options how much to keep
   */
  public LogVerticle(Project project, Storage storage, LogOptions options) {
    this.project = project;
    this.workers = storage.workers();
    this.mailbox = new Mailbox(project.time(), MAX_BATCH, this::carryOut);
    this.fence =
        new Fence(
            project,
            NAME,
            mailbox,
            Map.of("outcome", this::outcome, "lastCompleted", body -> lastCompleted()),
            this::endInterrupted);
    LogDirectory directory = new LogDirectory(storage.files(LogDirectory.NAME), project);
    this.ids = new LogIds(storage.claim(), directory.index(), project.time());
    this.interruptions =
        new Interruptions(directory, project, options.staleProcessingMs(), fence::holder);
    this.build = new LogBuild(workers, directory, interruptions);
    LogPages pages = new LogPages(directory, interruptions, project.maxMessageBytes());
    this.reads = new LogReads(directory, pages, interruptions, ids);
    LogPruning pruning = new LogPruning(directory, ids, options.maxEntries());
    this.saves = new LogSaves(workers, directory, pruning, fence, project.events());
  }

  /**
   * Gives the context that the actor runs on.
   *
   * @return the context, once it is deployed
   */
  public Context context() {
    return context;
  }

  @Override
  public Future<?> start() {
    actor = new Actor(vertx, project, NAME, ACTIONS, mailbox);
    return build
        .run()
        .compose(built -> fence.start(vertx))
        .compose(listening -> actor.start())
        .onSuccess(serving -> setAlarm())
        .recover(
            failure ->
                Future.join(actor.stop(), fence.stop())
                    .transform(left -> Future.failedFuture(failure)));
  }

  @Override
  public Future<?> stop() {
    stopping = true;
    alarm.run();
    return actor
        .drain()
        .compose(drained -> fence.stop())
        .compose(deaf -> actor.stop())
        .eventually(() -> workers.run(this::giveBackIds));
  }

  private Void giveBackIds() {
    try {
      ids.close();
    } catch (IOException failure) {
      LOG.warn("reserved ids are lost, which is harmless: {}", DiskFailure.reason(failure));
    }
    return null;
  }

  private Future<Void> carryOut(List<Request> batch) {
    Future<Void> before = Future.succeededFuture();
    int from = 0;
    while (from < batch.size()) {
      boolean saving = isSave(batch.get(from));
      int to = from + 1;
      while (to < batch.size() && isSave(batch.get(to)) == saving) {
        to++;
      }
      List<Request> run = batch.subList(from, to);
      before = before.compose(done -> saving ? saves.commit(run) : read(run));
      from = to;
    }
    return before.onComplete(done -> afterwards());
  }

  private static boolean isSave(Request request) {
    return request.action().equals(SAVE);
  }

  private Future<Void> read(List<Request> run) {
    return workers.run(
        () -> {
          reads.answer(run);
          return null;
        });
  }

  /** Still in the mailbox's order, so the index may be looked at. */
  private void afterwards() {
    setAlarm();
    pruneOn();
  }

  private void pruneOn() {
    if (!pruning && saves.pruningUnfinished()) {
      pruning = true;
      inOrder(saves::pruneMore)
          .onComplete(
              done -> {
                pruning = false;
                if (done.succeeded() && done.result()) {
                  pruneOn();
                }
              });
    }
  }

  private Future<JsonObject> outcome(JsonObject body) {
    return inOrder(() -> reads.outcome(body.getLong("token")));
  }

  private Future<JsonObject> lastCompleted() {
    return inOrder(reads::lastCompleted);
  }

  private <T> Future<T> inOrder(Callable<T> task) {
    return mailbox.run(() -> workers.run(task));
  }

  /** The lock has moved, or an entry has become too old. */
  private void endInterrupted() {
    inOrder(interruptions::due).onSuccess(groups -> endInterrupted(new ArrayList<>(groups)));
  }

  /** Each group is a task of its own, so that others have their turn in between. */
  private void endInterrupted(List<List<LogRow>> groups) {
    if (groups.isEmpty()) {
      setAlarm();
      return;
    }
    List<LogRow> group = groups.remove(0);
    inOrder(() -> interruptions.resolve(group))
        .onComplete(done -> endInterrupted(done.succeeded() && done.result() ? groups : List.of()));
  }

  /** Sets the timer for the entry that becomes too old next. */
  private void setAlarm() {
    alarm.run();
    alarm = () -> {};
    double due = interruptions.nextDue();
    if (!stopping && Double.isFinite(due)) {
      double wait = due - project.time().millis();
      long least = interruptions.failing() ? RETRY_MS : 1;
      alarm = project.time().schedule(Math.max(least, (long) wait), this::endInterrupted);
    }
  }
}
