package org.dreamkeeper.lock.impl;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.dreamkeeper.bus.FailureCode;
import org.dreamkeeper.bus.impl.Mailbox;
import org.dreamkeeper.bus.impl.Project;
import org.dreamkeeper.bus.impl.Request;
import org.dreamkeeper.bus.impl.text.Log;
import org.dreamkeeper.lock.LockOptions;
import org.dreamkeeper.lock.impl.LockRules.Ask;
import org.dreamkeeper.store.StoreException;
import org.slf4j.Logger;

/**
 * Gives the lock to those who want it: grants it, refuses, or lets them wait in line.
 *
 * <ol>
 *   <li>A newcomer finds people waiting: it joins the line, or is refused.
 *   <li>After each thing that the actor does, the first in line is served if the lock may be free.
 *   <li>A watch serves the line when the lease runs out, and looks at a foreign holder every half
 *       second.
 *   <li>A grant that nobody was there to hear is rolled back at once, or as soon as the store lets
 *       it be.
 *   <li>Whoever lives on a node that has left the cluster waits no longer, and a grant of his that
 *       he has not used ends.
 * </ol>
 */
final class LockDispatcher {
  private static final Logger LOG = Log.of(LockDispatcher.class);

  /** How often a lock is looked at that no lease of ours keeps, while somebody waits, ms. */
  private static final long LOOK_MS = 500;

  private final Project project;
  private final LockOptions options;
  private final Mailbox mailbox;
  private final LockState state;
  private final LockEngine engine;
  private final WaitQueue<Request> line;
  private Runnable cancelWatch = () -> {};
  private boolean watched;
  private long watchedAt;
  private boolean closed;
  private boolean servesSoon;

  LockDispatcher(
      Project project, LockOptions options, Mailbox mailbox, LockState state, LockEngine engine) {
    this.project = project;
    this.options = options;
    this.mailbox = mailbox;
    this.state = state;
    this.engine = engine;
    this.line = new WaitQueue<>(project.time(), Request::remainingNanos);
  }

  int waiting() {
    return line.size();
  }

  /** Answers all who wait, and lets nobody wait from now on. */
  void close() {
    closed = true;
    watch();
  }

  Future<Void> tryAcquire(Request request) {
    if (line.size() > 0) {
      queueOrRefuse(request);
      return Future.succeededFuture();
    }
    return attempt(request, () -> queueOrRefuse(request));
  }

  /**
   * Serves the first in line if the lock may be free; the next one in a turn of its own, so that
   * nobody else waits for a whole line.
   */
  Future<Void> serve() {
    watch();
    WaitQueue.Waiter<Request> first = state.taken() ? null : line.first();
    return first == null
        ? Future.succeededFuture()
        : attempt(first.who(), () -> line.back(first)).onSuccess(served -> serveSoon());
  }

  private void serveSoon() {
    if (!servesSoon) {
      servesSoon = true;
      inOrder(
          () -> {
            servesSoon = false;
            Future<Void> looked = state.lease() == null ? state.look() : Future.succeededFuture();
            return looked.compose(seen -> serve());
          });
    }
  }

  /** Tries to grant somebody the lock; a failure is his answer. */
  private Future<Void> attempt(Request request, Runnable refused) {
    JsonObject body = request.body();
    long leaseMs = body.getLong("leaseMs", options.getLease().toMillis());
    return engine
        .acquire(new Ask.Acquire(body.getString("owner"), leaseMs, request.node()), request)
        .map(
            grant -> {
              if (grant == null) {
                refused.run();
              } else {
                tell(request, grant);
              }
              return grant;
            })
        .onFailure(failure -> request.fail(StoreException.refusal(failure)))
        .transform(answered -> Future.succeededFuture());
  }

  private void tell(Request request, JsonObject grant) {
    long token = grant.getLong("token");
    request
        .replyHeard(grant)
        .onSuccess(
            heard -> {
              if (!heard) {
                List<JsonObject> forgotten = request.forget();
                inOrder(() -> engine.unheard(token, forgotten).compose(ended -> serve()));
              }
            });
  }

  /** Names the nodes of those whom a departure would concern. */
  Set<String> nodes() {
    Set<String> nodes = line.all().map(Request::node).collect(Collectors.toSet());
    Lease lease = state.lease();
    nodes.add(lease == null ? null : lease.node());
    // Of one whom only another deployment could judge, the lease decides.
    nodes.add(lease == null || !project.residents().outlive() ? null : lease.home());
    nodes.remove(null);
    return nodes;
  }

  /** Ends what those on these nodes wait for, or have been granted in vain. */
  void departed(Set<String> nodes) {
    String gone = "the requester's node has left the cluster";
    line.leave(waiter -> nodes.contains(waiter.node()))
        .forEach(waiter -> waiter.fail(FailureCode.NOT_SERVING, gone));
    inOrder(() -> engine.departed(nodes).compose(ended -> serve()));
  }

  private void queueOrRefuse(Request request) {
    long waitMs = request.body().getLong("waitMs", 0L) - request.waitedMs();
    if (waitMs <= 0) {
      request.reply(refusal());
    } else if (line.size() >= project.maxPending() || !request.park()) {
      request.fail(FailureCode.BUSY, line.size() + " wait for the lock; try later");
    } else {
      line.join(request, waitMs);
      watch();
    }
  }

  private JsonObject refusal() {
    return JsonObject.of("acquired", false, "holder", state.lastHolder(), "waiting", line.size());
  }

  private void timeUp(Request request) {
    if (request.overdue()) {
      request.fail(FailureCode.DEADLINE_PASSED, "tryAcquire waited until its deadline");
    } else {
      request.reply(refusal());
    }
  }

  /** Sees to it that nobody waits too long: also where the order of the actor comes to a halt. */
  private void watch() {
    line.overdue().forEach(this::timeUp);
    if (closed) {
      String stopping = project.address("lock") + ": it is stopping";
      line.leave(all -> true).forEach(each -> each.fail(FailureCode.NOT_SERVING, stopping));
    }
    long leaseMs = state.lease() == null ? 0 : state.lease().remainingMs(state.now());
    long delayMs = Math.min(leaseMs > 0 ? leaseMs : LOOK_MS, line.nextMs());
    long due = project.time().nanos() + delayMs * 1_000_000;
    boolean needed = line.size() > 0;
    if (needed && watched && due - watchedAt >= 0) {
      return;
    }
    cancelWatch.run();
    watched = needed;
    watchedAt = due;
    cancelWatch = needed ? project.time().schedule(delayMs, this::wake) : () -> {};
  }

  private void wake() {
    watched = false;
    serveSoon();
    watch();
  }

  private void inOrder(Supplier<Future<Void>> task) {
    mailbox
        .run(task)
        .onFailure(failure -> LOG.warn("{}: {}", project.address("lock"), failure.getMessage()));
  }
}
