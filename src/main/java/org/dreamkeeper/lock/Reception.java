package org.dreamkeeper.lock;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Supplier;
import org.dreamkeeper.bus.DreamkeeperException;
import org.dreamkeeper.bus.FailureCode;
import org.dreamkeeper.bus.impl.Log;
import org.dreamkeeper.bus.impl.Mailbox;
import org.dreamkeeper.bus.impl.Project;
import org.dreamkeeper.bus.impl.Request;
import org.slf4j.Logger;

/**
 * Receives those who want the lock: grants it, refuses, or lets them wait in line.
 *
 * <ol>
 *   <li>A newcomer finds people waiting: it joins the line, or is refused.
 *   <li>After each thing that the actor does, the first in line is served if the lock may be free.
 *   <li>A watch serves the line when the lease runs out, and looks at a foreign holder every half
 *       second.
 *   <li>A grant that nobody was there to hear is rolled back at once, or as soon as the disk lets
 *       it be.
 *   <li>Whoever lives on a node that has left the cluster waits no longer, and a grant of his that
 *       he has not used ends.
 * </ol>
 */
final class Reception {
  private static final Logger LOG = Log.of(Reception.class);

  /** How often a foreign holder is looked at while somebody waits, ms. */
  private static final long FOREIGN_MS = 500;

  private final Project project;
  private final LockOptions options;
  private final Mailbox mailbox;
  private final LockKeeper keeper;
  private final Grants grants;
  private final WaitQueue line;
  private JsonObject lastHolder = new JsonObject();
  private Runnable watch = () -> {};
  private boolean closed;
  private boolean nextIsDue;

  /** The token of the latest grant that nobody was there to hear; 0 if there was none. */
  private long unheard;

  /** The latest grant to somebody who said on which node he lives. */
  private record Fresh(long token, String node) {}

  private Fresh fresh;

  Reception(
      Project project, LockOptions options, Mailbox mailbox, LockKeeper keeper, Grants grants) {
    this.project = project;
    this.options = options;
    this.mailbox = mailbox;
    this.keeper = keeper;
    this.grants = grants;
    this.line = new WaitQueue(project.time(), this::refusal);
  }

  int waiting() {
    return line.size();
  }

  /** Answers all who wait, and lets nobody wait from now on. */
  void close() {
    closed = true;
    watch.run();
    line.leave().forEach(waiter -> refuseClosed(waiter.request()));
  }

  Future<Void> tryAcquire(Request request) {
    if (!line.isEmpty()) {
      queueOrRefuse(request);
      return Future.succeededFuture();
    }
    return attempt(request)
        .onSuccess(
            granted -> {
              if (!granted) {
                queueOrRefuse(request);
              }
            })
        .onFailure(failure -> request.fail(DreamkeeperException.of(failure)))
        .transform(answered -> Future.succeededFuture());
  }

  /** Who holds the lock as far as is known; null if nobody does. */
  JsonObject holder() {
    if (keeper.lease() != null) {
      return keeper.lease().holder(project.time());
    }
    return keeper.last() instanceof Verdict.Foreign foreign && foreign.holds()
        ? grants.holder(foreign)
        : null;
  }

  /**
   * Serves the first in line if the lock may be free; the next one in a turn of its own, so that
   * nobody else waits for a whole line. At a foreign holder, the watch looks.
   */
  Future<Void> serve() {
    Lease lease = keeper.lease();
    boolean held =
        lease != null
            ? !lease.expired(project.time())
            : keeper.last() instanceof Verdict.Foreign foreign && foreign.holds();
    WaitQueue.Waiter first = held ? null : line.first();
    if (first == null) {
      scheduleWatch();
      return Future.succeededFuture();
    }
    return attempt(first.request())
        .transform(
            end -> {
              if (end.failed()) {
                first.request().fail(DreamkeeperException.of(end.cause()));
              } else if (!end.result()) {
                backOrRefuse(first);
              }
              serveNext();
              return Future.succeededFuture();
            });
  }

  private void serveNext() {
    if (!nextIsDue) {
      nextIsDue = true;
      inOrder(
          () -> {
            nextIsDue = false;
            return serve();
          });
    }
  }

  private Future<Boolean> attempt(Request request) {
    JsonObject body = request.body();
    long leaseMs = body.getLong("leaseMs", options.leaseMs());
    return grants
        .acquire(body.getString("owner"), leaseMs)
        .map(
            attempt -> {
              if (attempt.granted()) {
                tell(request, attempt);
              } else {
                lastHolder = attempt.holder();
              }
              return attempt.granted();
            });
  }

  private void tell(Request request, Grants.Attempt grant) {
    LockRecord lock = grant.lease().lock();
    JsonObject reply =
        new JsonObject()
            .put("acquired", true)
            .put("token", lock.token())
            .put("priorMtime", LockRecord.millis(lock.prior()))
            .put("acquiredAt", lock.acquiredAt())
            .put("expiresAt", lock.expiresAt());
    if (grant.reclaimed() != null) {
      reply.put("reclaimed", grant.reclaimed());
    }
    lastHolder = grant.lease().holder(project.time());
    fresh = request.node() == null ? null : new Fresh(lock.token(), request.node());
    request
        .replyHeard(reply)
        .onSuccess(
            heard -> {
              if (!heard) {
                request.forget();
                unheard = lock.token();
                inOrder(this::giveBack);
              }
            });
  }

  /** Ends a grant that nobody has heard of, if it still stands, and serves the first in line. */
  Future<Void> giveBack() {
    boolean held = keeper.lease() != null && keeper.lease().token() == unheard;
    Future<Void> ended = held ? keeper.endUnasked("unheard") : Future.succeededFuture();
    return ended.compose(free -> serve());
  }

  /** Names the nodes of those whom a departure would concern. */
  Set<String> nodes() {
    Set<String> nodes = new HashSet<>(line.nodes());
    if (fresh != null && keeper.fresh(fresh.token())) {
      nodes.add(fresh.node());
    }
    return nodes;
  }

  /** Ends what those on these nodes wait for, or have been granted in vain. */
  Future<Void> departed(Set<String> nodes) {
    for (WaitQueue.Waiter waiter : line.leave(nodes)) {
      waiter.request().fail(FailureCode.NOT_SERVING, "the requester's node has left the cluster");
    }
    if (fresh == null || !nodes.contains(fresh.node())) {
      return Future.succeededFuture();
    }
    long token = fresh.token();
    return keeper
        .used(token)
        .compose(
            used -> {
              fresh = null;
              unheard = used ? unheard : token;
              return giveBack();
            });
  }

  private void queueOrRefuse(Request request) {
    long waitMs = request.body().getLong("waitMs", 0L);
    if (waitMs <= 0) {
      request.reply(refusal());
    } else if (closed) {
      refuseClosed(request);
    } else if (line.size() >= project.maxPending() || !line.join(request, waitMs)) {
      request.fail(FailureCode.BUSY, line.size() + " wait for the lock; try later");
    } else {
      scheduleWatch();
    }
  }

  private void backOrRefuse(WaitQueue.Waiter waiter) {
    if (closed) {
      refuseClosed(waiter.request());
    } else {
      line.back(waiter);
    }
  }

  private void refuseClosed(Request request) {
    request.fail(FailureCode.NOT_SERVING, project.address("lock") + ": it is stopping");
  }

  private JsonObject refusal() {
    JsonObject holder = holder();
    return new JsonObject()
        .put("acquired", false)
        .put("holder", holder == null ? lastHolder : holder)
        .put("waiting", line.size());
  }

  private void scheduleWatch() {
    watch.run();
    watch = () -> {};
    if (line.isEmpty() || closed) {
      return;
    }
    Lease lease = keeper.lease();
    long delayMs = lease == null ? FOREIGN_MS : Math.max(1, lease.remainingMs(project.time()));
    watch = project.time().schedule(delayMs, () -> inOrder(this::lookAndServe));
  }

  private Future<Void> lookAndServe() {
    Future<?> looked = keeper.lease() == null ? keeper.look() : Future.succeededFuture();
    return looked.compose(seen -> serve()).onFailure(unseen -> scheduleWatch());
  }

  void inOrder(Supplier<Future<Void>> task) {
    mailbox
        .run(task)
        .onFailure(failure -> LOG.warn("{}: {}", project.address("lock"), failure.getMessage()));
  }
}
