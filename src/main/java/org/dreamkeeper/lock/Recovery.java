package org.dreamkeeper.lock;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import org.dreamkeeper.bus.impl.Project;

/**
 * Puts the lock in order before it is served.
 *
 * <p>Tokens go on above each that lock and log carry: the claim's file may be gone, or an old one.
 *
 * <p>The claim is exclusive, so a record of this service in the file is an earlier instance's, and
 * that one is dead: its lock ends now, whatever became of its PID. A free lock takes the completion
 * of the newest completed dream, if that is later, and not in the future: {@code dream.lock} itself
 * is not synced.
 */
final class Recovery {
  private final Project project;
  private final LockFile file;
  private final PeerActors peers;
  private final LockKeeper keeper;
  private final Tokens tokens;

  Recovery(Project project, LockFile file, PeerActors peers, LockKeeper keeper, Tokens tokens) {
    this.project = project;
    this.file = file;
    this.peers = peers;
    this.keeper = keeper;
    this.tokens = tokens;
  }

  Future<Void> run() {
    return keeper
        .look()
        .compose(seen -> peers.highestToken())
        .compose(tokens::exceed)
        .compose(
            exceeded ->
                keeper.last() instanceof Verdict.Own dead
                    ? tokens.exceed(dead.lock().token())
                    : Future.succeededFuture())
        .compose(
            exceeded ->
                keeper.last() instanceof Verdict.Own dead
                    ? endDead(dead)
                    : Future.succeededFuture())
        .compose(
            ended ->
                keeper.last() instanceof Verdict.Free free
                    ? catchUp(free)
                    : Future.succeededFuture())
        .recover(LockKeeper::storageFailed);
  }

  private Future<Void> endDead(Verdict.Own dead) {
    return keeper
        .unaskedEnd()
        .of(dead.lock())
        .compose(
            end ->
                free(end.mtime(), dead)
                    .onSuccess(
                        freed ->
                            project
                                .events()
                                .publish(
                                    "lock.takenOver",
                                    new JsonObject()
                                        .put("from", Lease.former(dead.lock()))
                                        .put("why", "dead")
                                        .put("completed", end.completed()))));
  }

  private Future<Void> catchUp(Verdict.Free free) {
    return peers
        .lastCompleted()
        .compose(
            last -> {
              Number completedAt = last.getNumber("completedAt");
              double at = completedAt == null ? 0 : completedAt.doubleValue();
              return at <= LockRecord.millis(free.completedAt()) || at > project.time().millis()
                  ? Future.succeededFuture()
                  : free(Instant.ofEpochMilli((long) at), free);
            });
  }

  private Future<Void> free(Instant mtime, Verdict over) {
    return file.free(mtime, over::stillSo)
        .compose(
            outcome -> {
              if (outcome.judgement() instanceof Verdict.Unclaimed unclaimed) {
                return Future.failedFuture(unclaimed.refusal());
              }
              keeper.found(
                  outcome.done() ? new Verdict.Free(outcome.sight()) : outcome.judgement());
              return Future.succeededFuture();
            });
  }
}
