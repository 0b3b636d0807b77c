package org.dreamkeeper.lock.impl;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Set;
import org.dreamkeeper.bus.impl.Project;
import org.dreamkeeper.bus.impl.Request;
import org.dreamkeeper.lock.impl.LockRules.Ask;
import org.dreamkeeper.lock.impl.LockRules.Decision;
import org.dreamkeeper.store.Carried;
import org.dreamkeeper.store.LockRecord;
import org.dreamkeeper.store.LockView.Foreign;
import org.dreamkeeper.store.LockView.Free;
import org.dreamkeeper.store.LockView.Held;
import org.dreamkeeper.store.LockView.LockContent;
import org.dreamkeeper.store.StoreException;

/**
 * Carries out what the rules decide. One call at a time, in the actor's order.
 *
 * <ol>
 *   <li>It is decided by what was last seen. The store changes exactly that, or says what is there
 *       instead: then it is decided again.
 *   <li>What is known changes after the store has said yes.
 *   <li>The fence of state and log moves once: to the token after a grant, to nobody after an end;
 *       before one that nobody asked for.
 *   <li>Then it is told.
 * </ol>
 */
final class LockEngine {
  private static final int MAX_TRIES = 10;

  private final Project project;
  private final LockState state;
  private final PeerActors peers;
  private final Tokens tokens;
  private final LockEvents events;
  private final AbandonedLease abandoned;
  private final EndedTokens ended = new EndedTokens();
  private final KeptLock kept;
  private boolean ready;

  LockEngine(Project project, LockState state, PeerActors peers, Tokens tokens) {
    this.project = project;
    this.state = state;
    this.peers = peers;
    this.tokens = tokens;
    this.events = new LockEvents(project.events());
    this.abandoned = new AbandonedLease(state, peers, events);
    this.kept = new KeptLock(project, state, events);
    state.whenLost(abandoned::lost);
  }

  /** Gives what an operator may do. */
  Interventions interventions() {
    return new Interventions(state, events, abandoned, kept);
  }

  /** Puts the lock in order before it is served. */
  Future<Void> ready() {
    return ready
        ? Future.succeededFuture()
        : new LockStart(state, peers, tokens, abandoned, kept)
            .ready()
            .onSuccess(done -> ready = true);
  }

  /** Looks at a lock that is held, and goes on with what the store has not let be done. */
  Future<Void> check() {
    if (!ready) {
      // Its failure was told at the start, and each request is told again.
      return ready().otherwiseEmpty();
    }
    Future<Void> looked = state.lease() == null ? Future.succeededFuture() : state.look();
    return looked.compose(
        seen ->
            state.lease() == null || state.lease().abandoned() == null
                ? kept.note()
                : abandon(state.lease().abandoned()));
  }

  /** Leaves the lock to the next deployment, if its holder outlives this one; else ends it. */
  Future<Void> stop() {
    return kept.left().compose(left -> left ? Future.succeededFuture() : abandon("stopped"));
  }

  /** Ends the present lease as its holder does not, if there is one. */
  Future<Void> abandon(String why) {
    return abandon(why, List.of());
  }

  private Future<Void> abandon(String why, List<JsonObject> forgotten) {
    return state.lease() == null
        ? Future.succeededFuture()
        : abandoned.end(state.lease().record(), why, forgotten).mapEmpty();
  }

  /** Ends a lease of which nobody has heard, if it is still there. */
  Future<Void> unheard(Long token, List<JsonObject> forgotten) {
    return token.equals(state.token()) ? abandon("unheard", forgotten) : Future.succeededFuture();
  }

  /** Ends a lease that its holder has not used, if he lived on one of these nodes. */
  Future<Void> departed(Set<String> nodes) {
    Lease lease = state.lease();
    if (lease != null && lease.home() != null && nodes.contains(lease.home())) {
      return abandon("dead");
    }
    if (lease == null || !nodes.contains(lease.node())) {
      return Future.succeededFuture();
    }
    return peers
        .used(lease.token())
        .compose(
            used -> {
              if (!used) {
                return abandon("unheard");
              }
              state.become(state.view(), lease.used());
              return Future.succeededFuture();
            });
  }

  /**
   * Grants the lock, and gives the reply that says so; null where somebody else has it.
   *
   * @param request whose reply is kept with the grant
   */
  Future<JsonObject> acquire(Ask.Acquire ask, Request request) {
    // A free lock is taken at memory's word: the store looks before it changes it.
    Future<Void> known =
        state.lease() != null || state.view() instanceof Free
            ? Future.succeededFuture()
            : state.look();
    return known.compose(seen -> acquire(new Wish(ask, request, null), MAX_TRIES));
  }

  /** Who wants it, and what a grant tells of whom it was taken from. */
  private record Wish(Ask.Acquire ask, Request request, JsonObject reclaimed) {
    Wish after(Decision.EndFirst end) {
      JsonObject former = LockEvents.reclaimed(end.abandoned(), end.why());
      return former == null ? this : new Wish(ask, request, former);
    }
  }

  private Future<JsonObject> acquire(Wish wish, int tries) {
    if (tries == 0) {
      return Future.failedFuture(new StoreException("the lock changes all the time", false));
    }
    Decision decision = LockRules.decide(state.view(), state.lease(), wish.ask(), state.now());
    if (decision instanceof Decision.EndFirst first) {
      return abandoned
          .end(first.abandoned(), first.why(), List.of())
          .compose(outcome -> acquire(outcome == null ? wish : wish.after(first), tries - 1));
    }
    return decision instanceof Decision.Grant grant
        ? tokens.next().compose(token -> grant(wish, token, grant, tries))
        : Future.succeededFuture();
  }

  private Future<JsonObject> grant(Wish wish, long token, Decision.Grant grant, int tries) {
    LockRecord record =
        Lease.record(wish.ask(), token, project.instance(), grant.prior(), state.now().millis())
            .at(kept.home(wish.ask().node()));
    Foreign from = grant.reclaimed();
    JsonObject reclaimed = from == null ? wish.reclaimed() : LockEvents.reclaimed(from);
    List<JsonObject> told = events.granted(record, from);
    List<JsonObject> kept = wish.request().kept(LockJson.grant(record, reclaimed), false);
    return state
        .swap(new Held(record), null, new Carried(kept, told))
        .compose(
            done -> {
              if (done) {
                return peers.fence(token).map(true);
              }
              tokens.giveBack(token);
              return Future.succeededFuture(false);
            })
        .recover(failure -> abandoned.undo(record, wish.request().forget(), failure))
        .compose(
            done -> {
              if (!done) {
                return acquire(wish, tries - 1);
              }
              Lease lease = Lease.begin(record, wish.ask().node(), state.now());
              state.become(state.view(), lease);
              events.publish(told);
              return Future.succeededFuture(LockJson.grant(lease.record(), reclaimed));
            });
  }

  /** Prolongs or ends the lock for its holder, and gives the reply, which is kept with that. */
  Future<JsonObject> carryOut(Ask.OfHolder ask, Request request) {
    JsonObject again = ended.reply(ask);
    if (again != null) {
      return Future.succeededFuture(again);
    }
    Decision decision = LockRules.decide(state.view(), state.lease(), ask, state.now());
    if (decision instanceof Decision.Prolong prolong) {
      return prolong(prolong.next(), request);
    }
    return decision instanceof Decision.End end
        ? end(ask, end, request)
        : Future.failedFuture(((Decision.Fail) decision).refusal());
  }

  private Future<JsonObject> prolong(Lease next, Request request) {
    JsonObject reply = LockJson.renewed(next);
    return swapOurs(new Held(next.record()), next, request.kept(reply, false), List.of())
        .onSuccess(prolonged -> project.events().stored("lock"))
        .map(reply);
  }

  private Future<JsonObject> end(Ask.OfHolder ask, Decision.End end, Request request) {
    List<JsonObject> told = events.ended(state.lease().record(), end);
    return swapOurs(end.next(), null, request.kept(end.reply(), false), told)
        .onSuccess(freed -> ended.remember(ask, end.reply()))
        .compose(freed -> peers.fence(0))
        .map(end.reply());
  }

  private Future<Void> swapOurs(
      LockContent next, Lease granted, List<JsonObject> replies, List<JsonObject> told) {
    long token = state.lease().token();
    return state
        .swapAndTell(next, granted, replies, told)
        .compose(
            done ->
                done ? Future.succeededFuture() : Future.failedFuture(LockRules.notHolder(token)));
  }
}
