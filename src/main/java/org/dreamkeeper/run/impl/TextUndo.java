package org.dreamkeeper.run.impl;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.dreamkeeper.bus.DreamkeeperException;
import org.dreamkeeper.bus.FailureCode;
import org.dreamkeeper.bus.impl.json.JsonFields;
import org.dreamkeeper.log.DreamLogEntry;
import org.dreamkeeper.log.DreamStatus;
import org.dreamkeeper.run.UndoOptions;
import org.dreamkeeper.run.UndoRun;
import org.dreamkeeper.run.impl.Rewind.Reverted;
import org.dreamkeeper.run.impl.UndoSteps.Done;
import org.dreamkeeper.state.DreamState;
import org.dreamkeeper.texts.TextFolder;
import org.dreamkeeper.texts.Texts;
import org.dreamkeeper.texts.UndoBin;

/**
 * Puts texts back that a dream has changed: first a plan, which anybody may read; then, under the
 * lock, exactly that plan, or nothing.
 */
final class TextUndo {
  /** So long what was moved away stays: 30 days. */
  private static final long KEPT_MS = 30L * 24 * 60 * 60 * 1_000;

  private static final String LAST_DREAM =
      "This is the last dream: once it is taken back, the gates are as open as they were before it,"
          + " and a worker may do the same again at once. Stop it first, unless it is one that"
          + " keeper.schedule runs: that rests by itself as after a dream.";

  private final OwnContext own;
  private final Clients clients;
  private final JsonObject request;
  private final UndoWanted wanted;
  private Done done;

  /** The request is as its schema says. */
  TextUndo(OwnContext own, Clients clients, JsonObject request) {
    this.own = own;
    this.clients = clients;
    this.request = request;
    this.wanted = UndoWanted.of(request);
  }

  Future<JsonObject> run() {
    if (wanted == null) {
      return Clients.refused(
          "/id: " + request.getString("id") + " cannot be saved, expected drm- and 1 to 16 digits");
    }
    if (request.getBoolean("dryRun", false)) {
      return clients
          .folder()
          .compose(folder -> clients.entry(wanted.id()).compose(entry -> plan(folder, entry)));
    }
    if (request.getString("plan") == null) {
      return Clients.refused("/plan: missing, expected the one that dryRun gives");
    }
    return clients.folder().compose(this::carryOut);
  }

  private Future<JsonObject> plan(TextFolder folder, DreamLogEntry entry) {
    if (entry.status() == DreamStatus.UNDONE) {
      return Clients.refused(entry.id() + " is undone already");
    }
    return clients
        .state()
        .read()
        .compose(
            state ->
                folder.with(
                    texts -> {
                      UndoPlan plan = UndoPlan.of(entry, wanted, texts, null);
                      Done planned = plan.done(plan.rows(), null);
                      JsonObject json = planned.toJson(plan.hash());
                      return JsonFields.put(json, "warning", warning(state, entry, planned));
                    }));
  }

  /** Says what follows if all of the last dream is taken back; null if it would not be. */
  private static String warning(DreamState state, DreamLogEntry entry, Done planned) {
    Set<Integer> undone = entry.undoneOperations();
    undone.addAll(planned.undone());
    boolean last = state.lastDreamLogId().filter(entry.id()::equals).isPresent();
    return last && undone.size() == entry.operations().size() ? LAST_DREAM : null;
  }

  private Future<JsonObject> carryOut(TextFolder folder) {
    long timeoutMs = request.getLong("timeoutMs", UndoOptions.DEFAULT_TIMEOUT.toMillis());
    Undo undo = new Undo(own, clients, timeoutMs, (run, finished) -> revert(folder, run, finished));
    return undo.run(wanted.id())
        .map(
            entry -> {
              Done told = done == null ? undo.finished(entry) : done;
              Done nothing = new Done(entry.id(), new TreeSet<>(), List.of(), null);
              return (told == null ? nothing : told).toJson(request.getString("plan"));
            });
  }

  private Future<Reverted> revert(TextFolder folder, UndoRun run, boolean finished) {
    DreamLogEntry entry = run.entry();
    if (finished) {
      // It is what a crash has left of this one.
      return Future.succeededFuture(new Reverted(entry.undoneOperations(), true));
    }
    return folder
        .with(texts -> confirmed(texts, entry))
        .compose(
            plan ->
                run.state()
                    .update(new JsonObject().put(Rewind.UNDOING, wanted.toJson(entry)))
                    .compose(named -> folder.with(texts -> steps(texts, run, plan))))
        .onSuccess(carriedOut -> done = carriedOut)
        .map(Done::reverted);
  }

  /** Makes the plan again, under the lock: it must be the one that was read. */
  private UndoPlan confirmed(Texts texts, DreamLogEntry entry) {
    texts.sweep(clients.time().millis() - KEPT_MS);
    UndoBin bin = texts.bin(entry.id());
    bin.recover();
    UndoPlan plan = UndoPlan.of(entry, wanted, texts, null);
    if (!plan.hash().equals(request.getString("plan"))) {
      throw new DreamkeeperException(
          FailureCode.REVISION_MISMATCH,
          "the plan does not fit any more: files or the entry have changed; ask for a new one");
    }
    bin.begin(plan.seen());
    return plan;
  }

  private static Done steps(Texts texts, UndoRun run, UndoPlan plan) {
    Done done =
        new UndoSteps(texts.bin(run.entry().id()), () -> run.ended().isComplete()).carryOut(plan);
    Reviews.clear(texts, run.entry(), done.undone());
    return done;
  }

  /** Finishes what a crash has cut short; what is not as it was seen then, is a conflict. */
  static Done resume(Texts texts, UndoWanted wanted, DreamLogEntry entry) {
    UndoBin bin = texts.bin(entry.id());
    bin.recover();
    JsonObject confirmed = bin.begun().orElse(new JsonObject());
    Done done =
        new UndoSteps(bin, () -> false).carryOut(UndoPlan.of(entry, wanted, texts, confirmed));
    Reviews.clear(texts, entry, done.undone());
    return done;
  }
}
