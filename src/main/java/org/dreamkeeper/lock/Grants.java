package org.dreamkeeper.lock;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.function.Predicate;
import org.dreamkeeper.bus.DreamkeeperException;
import org.dreamkeeper.bus.FailureCode;
import org.dreamkeeper.bus.impl.Project;
import org.dreamkeeper.file.MarkerFile.Outcome;

/**
 * Grants the lock. One call at a time, in the actor's order.
 *
 * <ol>
 *   <li>A lease that runs is refused. One that has run out is pushed out: the fence moves, then the
 *       log is asked how its dream ended.
 *   <li>Otherwise the file decides, as it was last seen: free, left by a dead process, or held.
 *   <li>The record is written over exactly what was judged; if the file has changed meanwhile, what
 *       is there now is judged anew.
 *   <li>With {@code settleMs}, the file is looked at again after that time: a foreign process that
 *       judged it at the same moment has then written its own PID.
 * </ol>
 */
final class Grants {
  private static final int MAX_TRIES = 10;

  /**
   * What a try ended with.
   *
   * @param lease the grant, or null
   * @param reclaimed who was pushed out and why, or null
   * @param holder who holds the lock where it was not granted
   */
  record Attempt(Lease lease, JsonObject reclaimed, JsonObject holder) {
    boolean granted() {
      return lease != null;
    }
  }

  /** Over what the lock is to be written. */
  private record Target(Instant prior, JsonObject reclaimed, Predicate<Verdict> go) {}

  /** Whom the lock is for, and under which token. */
  private final class Bid {
    private final String owner;
    private final long leaseMs;
    private final long token;
    private Future<Void> fence;

    private Bid(String owner, long leaseMs, long token) {
      this.owner = owner;
      this.leaseMs = leaseMs;
      this.token = token;
    }

    /** Moves the fence to the token, once. */
    private Future<Void> fence() {
      if (fence == null) {
        fence = peers.fence(token);
      }
      return fence;
    }
  }

  private final Project project;
  private final LockOptions options;
  private final LockFile file;
  private final PeerActors peers;
  private final Tokens tokens;
  private final LockKeeper keeper;

  Grants(
      Project project,
      LockOptions options,
      LockFile file,
      PeerActors peers,
      Tokens tokens,
      LockKeeper keeper) {
    this.project = project;
    this.options = options;
    this.file = file;
    this.peers = peers;
    this.tokens = tokens;
    this.keeper = keeper;
  }

  /**
   * Tries to grant the lock.
   *
   * @param owner the requester's name for itself, or null
   * @param leaseMs the lease
   */
  Future<Attempt> acquire(String owner, long leaseMs) {
    Lease present = keeper.lease();
    if (present != null && !present.expired(project.time())) {
      return Future.succeededFuture(new Attempt(null, null, present.holder(project.time())));
    }
    Future<Attempt> attempt =
        tokens
            .next()
            .map(token -> new Bid(owner, leaseMs, token))
            .compose(
                bid ->
                    present != null
                        ? takeOver(present, bid)
                        : present().compose(found -> over(found, bid, MAX_TRIES)));
    return attempt.recover(LockKeeper::storageFailed);
  }

  /** A free lock is taken at memory's word: the file is judged again before it is replaced. */
  private Future<Verdict> present() {
    return keeper.last() instanceof Verdict.Free
        ? Future.succeededFuture(keeper.last())
        : keeper.look().map(seen -> keeper.last());
  }

  private Future<Attempt> takeOver(Lease old, Bid bid) {
    // From here on the old holder is out, whatever becomes of this grant.
    keeper.pushOut();
    return bid.fence()
        .compose(fenced -> keeper.unaskedEnd().of(old.lock()))
        .compose(
            end ->
                write(
                    new Target(end.mtime(), reclaimed(old.lock(), "expired"), old::owns),
                    bid,
                    MAX_TRIES))
        .recover(this::unfence);
  }

  private Future<Attempt> over(Verdict found, Bid bid, int tries) {
    if (found instanceof Verdict.Free free) {
      return write(new Target(free.completedAt(), null, found::stillSo), bid, tries);
    }
    if (found instanceof Verdict.Own dead) {
      return bid.fence()
          .compose(fenced -> keeper.unaskedEnd().of(dead.lock()))
          .compose(
              end ->
                  write(
                      new Target(end.mtime(), reclaimed(dead.lock(), "dead"), found::stillSo),
                      bid,
                      tries));
    }
    if (found instanceof Verdict.Foreign foreign && !foreign.holds()) {
      JsonObject who =
          new JsonObject()
              .put("pid", foreign.pid())
              .put("foreign", true)
              .put("why", foreign.pushedOut());
      return write(new Target(foreign.prior(), who, found::stillSo), bid, tries);
    }
    keeper.found(found);
    if (found instanceof Verdict.Unclaimed unclaimed) {
      return Future.failedFuture(unclaimed.refusal());
    }
    return Future.succeededFuture(new Attempt(null, null, holder((Verdict.Foreign) found)));
  }

  private Future<Attempt> write(Target target, Bid bid, int tries) {
    Lease lease =
        Lease.begin(
            file.pid(),
            bid.token,
            project.instance(),
            bid.owner,
            bid.leaseMs,
            target.prior(),
            project.time());
    Instant now = Instant.ofEpochMilli(lease.lock().acquiredAt());
    // Nobody knows this token yet, so the fence may move while the file is written.
    Future<Void> fence = bid.fence();
    Future<Outcome<Verdict>> written = file.write(lease.lock(), now, target.go());
    return Future.join(fence, written)
        .transform(
            both -> {
              if (written.failed()) {
                return unfence(written.cause());
              }
              if (!written.result().done()) {
                return again(written.result().judgement(), bid, tries);
              }
              return fence.failed()
                  ? undo(lease, fence.cause())
                  : settle(lease, target, bid, tries);
            });
  }

  private Future<Attempt> again(Verdict found, Bid bid, int tries) {
    Future<Attempt> next =
        tries > 0
            ? over(found, bid, tries - 1)
            : Future.failedFuture(
                new DreamkeeperException(
                    FailureCode.STORAGE_FAILED, LockFile.NAME + " changes all the time"));
    return next.compose(
            attempt ->
                attempt.granted() ? Future.succeededFuture(attempt) : peers.fence(0).map(attempt))
        .recover(this::unfence);
  }

  private Future<Attempt> settle(Lease lease, Target target, Bid bid, int tries) {
    Future<Verdict> settled =
        options.settleMs() == 0 ? Future.succeededFuture(null) : file.settle();
    return settled.transform(
        looked ->
            looked.failed()
                ? undo(lease, looked.cause())
                : settled(lease, target, bid, tries, looked.result()));
  }

  /** Decides by what is in the file now; null where nobody has looked. */
  private Future<Attempt> settled(Lease lease, Target target, Bid bid, int tries, Verdict found) {
    if (found == null || lease.stands(found)) {
      // Pauses are not the holder's time.
      Lease granted = found == null ? lease : lease.renewed(bid.leaseMs, project.time());
      keeper.begin(granted);
      told(granted, target.reclaimed());
      return Future.succeededFuture(new Attempt(granted, target.reclaimed(), null));
    }
    if (lease.owns(found) && tries > 0) {
      Target own = new Target(target.prior(), target.reclaimed(), lease::owns);
      return write(own, bid, tries - 1);
    }
    return again(found, bid, tries);
  }

  private void told(Lease lease, JsonObject reclaimed) {
    if (reclaimed != null) {
      JsonObject from = reclaimed.copy();
      JsonObject why = new JsonObject().put("why", from.remove("why"));
      project.events().publish("lock.takenOver", why.put("from", from));
    }
    project
        .events()
        .publish("lock.acquired", lease.named().put("expiresAt", lease.lock().expiresAt()));
  }

  private Future<Attempt> undo(Lease lease, Throwable failure) {
    return file.free(lease.lock().prior(), lease::owns).transform(undone -> unfence(failure));
  }

  private Future<Attempt> unfence(Throwable failure) {
    return peers.fence(0).transform(closed -> Future.failedFuture(failure));
  }

  private static JsonObject reclaimed(LockRecord lock, String why) {
    return Lease.former(lock).put("why", why);
  }

  /** What is told of a foreign holder. */
  JsonObject holder(Verdict.Foreign foreign) {
    long since = LockRecord.millis(foreign.since());
    return new JsonObject()
        .put("pid", foreign.pid())
        .put("acquiredAt", since)
        .put("expiresAt", since + options.staleTimeoutMs())
        .put("foreign", true);
  }
}
