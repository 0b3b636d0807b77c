package org.dreamkeeper.log;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.dreamkeeper.bus.DreamkeeperException;
import org.dreamkeeper.bus.impl.Action;
import org.dreamkeeper.bus.impl.Actor;
import org.dreamkeeper.bus.impl.BlockingExecutor;
import org.dreamkeeper.bus.impl.Fence;
import org.dreamkeeper.bus.impl.Log;
import org.dreamkeeper.bus.impl.Mailbox;
import org.dreamkeeper.bus.impl.Patience;
import org.dreamkeeper.bus.impl.Peers;
import org.dreamkeeper.bus.impl.Project;
import org.dreamkeeper.bus.impl.Request;
import org.dreamkeeper.bus.impl.Starts;
import org.dreamkeeper.file.DiskFailure;
import org.dreamkeeper.file.FileProjectStore;
import org.dreamkeeper.store.ProjectStore;
import org.slf4j.Logger;

/**
 * The actor that keeps the log.
 *
 * <p>Requests are carried out in order. What queued up next to each other is a batch: saves are one
 * group commit, as are appends, and everything else is one task. All of it runs on the project's
 * threads, one at a time, so the index needs no locks.
 */
public final class LogVerticle extends VerticleBase {
  private static final String NAME = "log";
  private static final String SAVE = "save";
  private static final String APPEND = "append";
  private static final String NEXT_ID = "nextId";

  /** As many as a slow disk can sync, each by itself, long before it counts as hanging. */
  private static final int MAX_BATCH = 256;

  private static final Logger LOG = Log.of(LogVerticle.class);

  private static final List<Action> ACTIONS =
      List.of(
          Action.writing(NEXT_ID, null),
          Action.writing(SAVE, "log.save"),
          Action.writing(APPEND, "log.append"),
          Action.reading("getById", "log.getById"),
          Action.reading("list", "log.list"));

  private final Project project;
  private final ProjectStore store;
  private final BlockingExecutor blocking;
  private final Mailbox mailbox;
  private final Fence fence;
  private final LogIds ids;
  private final Interruptions interruptions;
  private final LogBuild build;
  private final LogReads reads;
  private final Outcomes outcomes;
  private final LogSaves saves;
  private final LogAppends appends;
  private final LogUpkeep upkeep;
  private Actor actor;
  private Peers peers;

  /**
   * Makes the actor of a project.
   *
   * @param project which
   * @param store where it is kept
   * @param options how much to keep
   */
  public LogVerticle(Project project, FileProjectStore store, LogOptions options) {
    this.project = project;
    this.mailbox =
        new Mailbox(
            project.time(),
            store::silentMs,
            MAX_BATCH,
            (a, b) -> kind(a).equals(kind(b)),
            this::carryOut);
    this.store = store;
    this.blocking = project.threads().executor();
    this.fence =
        new Fence(
            project,
            NAME,
            mailbox,
            Map.of(
                "outcome",
                this::outcome,
                "lastCompleted",
                body -> lastCompleted(),
                "lastDreams",
                this::lastDreams,
                "highestToken",
                body -> highestToken()),
            this::moved);
    LogDirectory directory = new LogDirectory(store.files(LogDirectory.NAME), project);
    LogEntries entries = new LogEntries(directory, project.budget());
    this.ids = new LogIds(store.claim(), directory.index(), project.time());
    InterruptionRule rule =
        new InterruptionRule(project, options.staleProcessingMs(), fence::holder);
    EntryRewrite rewrite = new EntryRewrite(directory, entries);
    this.interruptions = new Interruptions(directory, rewrite, project, rule);
    this.build = new LogBuild(blocking, directory, interruptions, rewrite);
    LogPages pages = new LogPages(directory, entries, interruptions, project.budget());
    this.reads = new LogReads(directory, entries, pages, interruptions, ids, fence);
    this.outcomes = new Outcomes(directory, entries, project.time());
    LogPruning pruning = new LogPruning(directory, entries, ids, options.maxEntries());
    this.saves =
        new LogSaves(blocking, directory, entries, rewrite, pruning, fence, project.events());
    this.appends =
        new LogAppends(
            blocking,
            directory,
            entries,
            rewrite,
            interruptions,
            fence,
            project.budget(),
            project.events());
    this.upkeep = new LogUpkeep(mailbox, blocking, project.time(), interruptions, saves);
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
    peers = new Peers(vertx, project);
    return Starts.told(serve());
  }

  private Future<Void> serve() {
    return build
        .run()
        .compose(built -> fence.start(vertx))
        .compose(listening -> actor.start())
        .onSuccess(serving -> upkeep.look())
        .recover(
            failure ->
                Future.join(actor.stop(), fence.stop())
                    .transform(left -> Future.failedFuture(failure)));
  }

  @Override
  public Future<?> stop() {
    upkeep.stop();
    return actor
        .drain()
        .compose(drained -> fence.stop())
        .compose(deaf -> actor.stop())
        .eventually(
            () ->
                new Patience(project.time(), store::silentMs)
                    .with(blocking.run(this::giveBackIds)));
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
    Future<Void> done =
        switch (kind(batch.get(0))) {
          case SAVE -> saves.commit(batch);
          case APPEND -> appends.commit(batch);
          default -> learn(batch).compose(known -> read(batch));
        };
    return done.andThen(end -> upkeep.look());
  }

  /** Names what can be carried out together. */
  private static String kind(Request request) {
    return request.action().equals(SAVE) || request.action().equals(APPEND) ? request.action() : "";
  }

  /** A dream counts only if its id exceeds that of the last one which the state knows. */
  private Future<Void> learn(List<Request> batch) {
    List<Request> asked = batch.stream().filter(each -> each.action().equals(NEXT_ID)).toList();
    if (asked.isEmpty()) {
      return Future.succeededFuture();
    }
    return peers
        .request("state", "read", null)
        .compose(
            state ->
                blocking.<Void>run(
                    () -> {
                      ids.exceed(state.getString("lastDreamLogId"));
                      return null;
                    }))
        .recover(
            failure -> {
              asked.forEach(each -> each.fail(DreamkeeperException.of(failure)));
              return Future.succeededFuture();
            });
  }

  private Future<Void> read(List<Request> batch) {
    return blocking
        .run(() -> reads.begin(batch))
        .compose(
            groups ->
                groups.isEmpty()
                    ? Future.succeededFuture()
                    : interruptions.resolve(groups, blocking::run).compose(ended -> answer(batch)));
  }

  private Future<Void> answer(List<Request> batch) {
    return blocking.run(
        () -> {
          reads.answer(batch);
          return null;
        });
  }

  private Future<JsonObject> outcome(JsonObject body) {
    long token = body.getLong("token");
    long since = body.getLong("since");
    return forPeer(() -> outcomes.outcome(token, since));
  }

  private Future<JsonObject> lastCompleted() {
    return forPeer(outcomes::lastCompleted);
  }

  private Future<JsonObject> lastDreams(JsonObject body) {
    return forPeer(() -> outcomes.lastDreams(body.getLong("now"), fence.holder()));
  }

  private Future<JsonObject> highestToken() {
    return forPeer(outcomes::highestToken);
  }

  private Future<JsonObject> forPeer(Callable<JsonObject> question) {
    return upkeep
        .inOrder(question)
        .recover(failure -> Future.failedFuture(DiskTrouble.refusal(LogDirectory.NAME, failure)));
  }

  private void moved() {
    upkeep.endInterrupted();
  }
}
