package org.dreamkeeper.lock;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.function.Function;
import org.dreamkeeper.bus.DreamkeeperException;
import org.dreamkeeper.bus.FailureCode;
import org.dreamkeeper.bus.impl.Log;
import org.dreamkeeper.bus.impl.LogKeys;
import org.dreamkeeper.bus.impl.Project;
import org.dreamkeeper.file.DiskFailure;
import org.dreamkeeper.file.MarkerFile.Outcome;
import org.dreamkeeper.store.StoreException;
import org.slf4j.Logger;

/**
 * Keeps the lock: who holds it, until when, and how it passes on. One call at a time, in the
 * actor's order.
 *
 * <ol>
 *   <li>A lease that has not run out is the holder's; so is one that has, until somebody takes it.
 *   <li>Whoever changes the file has looked at it first: a foreign PID in it means that the lock is
 *       lost to that process; a file that was deleted, emptied or torn is written back.
 *   <li>The fence of state and log moves before a grant or an end is told.
 * </ol>
 */
final class LockKeeper {
  private static final Logger LOG = Log.of(LockKeeper.class);

  private final Project project;
  private final LockFile file;
  private final PeerActors peers;
  private final UnaskedEnd unaskedEnd;
  private final EndedTokens endings = new EndedTokens();
  private Lease lease;
  private boolean renewed;
  private Verdict last;
  private long lastCompletedAt;

  LockKeeper(Project project, LockFile file, PeerActors peers) {
    this.project = project;
    this.file = file;
    this.peers = peers;
    this.unaskedEnd = new UnaskedEnd(peers, project.time());
  }

  /** The present lease, or null. */
  Lease lease() {
    return lease;
  }

  /** What the file said when it was last seen without a lease of ours; null if that is unknown. */
  Verdict last() {
    return last;
  }

  UnaskedEnd unaskedEnd() {
    return unaskedEnd;
  }

  long lastCompletedAt() {
    return lastCompletedAt;
  }

  /** Notes what the file says while no lease of ours is on it. */
  void found(Verdict verdict) {
    last = verdict;
    if (verdict instanceof Verdict.Free free) {
      lastCompletedAt = LockRecord.millis(free.completedAt());
    }
  }

  /** Begins a lease that the file carries and the fence lets through. */
  void begin(Lease granted) {
    lease = granted;
    renewed = false;
    last = null;
    lastCompletedAt = LockRecord.millis(granted.lock().prior());
  }

  /** Takes the lease from a holder whose place somebody else takes now. */
  void pushOut() {
    lease = null;
    last = null;
  }

  /** Tells whether a holder has not renewed its lease yet. */
  boolean fresh(long token) {
    return holds(token) && !renewed;
  }

  /** Tells whether a holder has come back: renewed its lease, written under its fence, or ended. */
  Future<Boolean> used(long token) {
    return fresh(token) ? peers.used(token) : Future.succeededFuture(true);
  }

  Future<JsonObject> renew(long token, Long leaseMs) {
    if (!holds(token)) {
      return Future.failedFuture(notHolder(token));
    }
    Lease mine = lease;
    long length = leaseMs == null ? mine.lock().leaseMs() : leaseMs;
    Lease next = mine.renewed(length, project.time());
    return rewrite(mine, next)
        .map(
            done -> {
              lease = next;
              renewed = true;
              project.events().stored("lock");
              return new JsonObject().put("expiresAt", next.lock().expiresAt());
            });
  }

  /**
   * Ends a dream that completed.
   *
   * @param completedAt when the dream before it completed, where the last one was undone: 0 for
   *     never; null for now
   */
  Future<JsonObject> release(long token, Long completedAt) {
    if (!holds(token)) {
      return ended(token, EndedTokens.Kind.RELEASE);
    }
    long now = project.time().millis();
    if (completedAt == null) {
      JsonObject reply = new JsonObject().put("completedAt", now);
      JsonObject event = lease.named().mergeIn(reply);
      return end(
          EndedTokens.Kind.RELEASE, Instant.ofEpochMilli(now), reply, "lock.released", event);
    }
    if (completedAt > now) {
      return Future.failedFuture(
          new DreamkeeperException(
              FailureCode.INVALID_REQUEST,
              "/completedAt: " + completedAt + " is in the future, expected at most " + now));
    }
    Instant mtime = completedAt == 0 ? null : Instant.ofEpochMilli(completedAt);
    JsonObject reply = new JsonObject().put("completedAt", completedAt);
    JsonObject event = lease.named().put("mtime", completedAt).put("why", "undone");
    return end(EndedTokens.Kind.RELEASE, mtime, reply, "lock.rolledBack", event);
  }

  Future<JsonObject> rollback(long token) {
    if (!holds(token)) {
      return ended(token, EndedTokens.Kind.ROLLBACK);
    }
    Instant prior = lease.lock().prior();
    JsonObject reply = new JsonObject().put("mtime", LockRecord.millis(prior));
    JsonObject event = lease.named().mergeIn(reply);
    return end(EndedTokens.Kind.ROLLBACK, prior, reply, "lock.rolledBack", event);
  }

  private boolean holds(long token) {
    return lease != null && lease.token() == token;
  }

  private Future<JsonObject> ended(long token, EndedTokens.Kind kind) {
    JsonObject reply = endings.reply(token, kind);
    return reply == null ? Future.failedFuture(notHolder(token)) : Future.succeededFuture(reply);
  }

  private Future<JsonObject> end(
      EndedTokens.Kind kind, Instant mtime, JsonObject reply, String type, JsonObject event) {
    Lease mine = lease;
    Runnable freed =
        () -> {
          endings.remember(mine.token(), kind, reply);
          project.events().publish(type, event);
        };
    return free(mine, mtime, peers.fence(0), freed).map(reply);
  }

  /** Ends the present lease, if any, as its holder did not; told as {@code why}. */
  Future<Void> endUnasked(String why) {
    if (lease == null) {
      return Future.succeededFuture();
    }
    Lease mine = lease;
    return peers
        .fence(0)
        .compose(fenced -> unaskedEnd.of(mine.lock()))
        .compose(
            end -> free(mine, end.mtime(), Future.succeededFuture(), () -> told(mine, end, why)));
  }

  private void told(Lease mine, UnaskedEnd.Decision end, String why) {
    JsonObject event = mine.named().put("why", why);
    long mtime = LockRecord.millis(end.mtime());
    if (end.completed()) {
      project.events().publish("lock.released", event.put("completedAt", mtime));
    } else {
      project.events().publish("lock.rolledBack", event.put("mtime", mtime));
    }
  }

  /**
   * Looks at the file. A lease of ours that a foreign process has overwritten is lost; one whose
   * record was deleted, emptied or torn is written back.
   */
  Future<Void> look() {
    Lease mine = lease;
    return file.look()
        .compose(
            found -> {
              if (mine == null) {
                found(found);
                return Future.<Void>succeededFuture();
              }
              if (mine.stands(found)) {
                return Future.<Void>succeededFuture();
              }
              return mine.owns(found)
                  ? rewrite(mine, mine).recover(LockKeeper::unlessLost)
                  : lost(mine, found);
            })
        .recover(LockKeeper::storageFailed);
  }

  private Future<Void> rewrite(Lease mine, Lease next) {
    Instant now = Instant.ofEpochMilli(project.time().millis());
    return file.write(next.lock(), now, mine::owns)
        .compose(outcome -> outcome.done() ? Future.succeededFuture() : refused(mine, outcome))
        .recover(LockKeeper::storageFailed);
  }

  /**
   * Frees the file while the fence closes; completes when both are done.
   *
   * @param fence completes when it is closed
   * @param told runs when the file is free, also if state or log then fail to confirm the fence
   */
  private Future<Void> free(Lease mine, Instant mtime, Future<Void> fence, Runnable told) {
    Future<Outcome<Verdict>> freed = file.free(mtime, mine::owns);
    return Future.join(fence, freed)
        .transform(
            both -> {
              if (freed.failed()) {
                // It is still held: let its holder write again, and try again.
                return peers
                    .fence(mine.token())
                    .transform(restored -> storageFailed(freed.cause()));
              }
              if (!freed.result().done()) {
                return refused(mine, freed.result());
              }
              lease = null;
              found(new Verdict.Free(freed.result().sight()));
              told.run();
              return fence;
            });
  }

  private Future<Void> refused(Lease mine, Outcome<Verdict> outcome) {
    if (outcome.judgement() instanceof Verdict.Unclaimed unclaimed) {
      return Future.failedFuture(unclaimed.refusal());
    }
    return lost(mine, outcome.judgement())
        .transform(gone -> Future.failedFuture(notHolder(mine.token())));
  }

  /** A foreign process has put its PID in the file: it has the lock now, and its file is left. */
  private Future<Void> lost(Lease mine, Verdict found) {
    pushOut();
    found(found);
    JsonObject event = mine.named();
    if (found instanceof Verdict.Foreign foreign) {
      event.put("pid", foreign.pid());
    } else if (found instanceof Verdict.Own other) {
      // An older file of this service, put back from a backup, say.
      event.put("pid", other.lock().pid());
    }
    return peers
        .fence(0)
        .onComplete(fenced -> project.events().publish("lock.lost", event))
        // Nobody takes this lock over who would do it: a dream that completed is recorded now.
        .compose(fenced -> unaskedEnd.of(mine.lock()))
        .recover(unrecorded(mine))
        .mapEmpty();
  }

  private static Function<Throwable, Future<UnaskedEnd.Decision>> unrecorded(Lease mine) {
    return failure -> {
      LogKeys.dream(LOG.atWarn(), null, mine.token())
          .log("how the dream ended is not known: {}", failure.getMessage());
      return Future.succeededFuture();
    };
  }

  private static Future<Void> unlessLost(Throwable failure) {
    return DreamkeeperException.of(failure).code() == FailureCode.NOT_HOLDER
        ? Future.succeededFuture()
        : Future.failedFuture(failure);
  }

  static DreamkeeperException notHolder(long token) {
    return new DreamkeeperException(
        FailureCode.NOT_HOLDER, "token " + token + " is not the holder's");
  }

  static <T> Future<T> storageFailed(Throwable failure) {
    return Future.failedFuture(
        StoreException.refusal(DiskFailure.told(LockFile.NAME + ": ", failure)));
  }
}
