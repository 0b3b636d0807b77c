package org.dreamkeeper.lock.impl;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.Set;
import org.dreamkeeper.bus.impl.Project;
import org.dreamkeeper.lock.impl.LockRules.Ask;
import org.dreamkeeper.lock.impl.LockRules.Decision;
import org.dreamkeeper.store.LockRecord;
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
  private boolean ready;

  LockEngine(Project project, LockState state, PeerActors peers, Tokens tokens) {
    this.project = project;
    this.state = state;
    this.peers = peers;
    this.tokens = tokens;
    this.events = new LockEvents(project.events());
    this.abandoned = new AbandonedLease(state, peers, events);
    state.whenLost(abandoned::lost);
  }

  /**
   * Puts the lock in order before it is served, once. Tokens go on above each that lock and log
   * carry: the claim may be an old one. A record of ours is a dead host's. A free lock takes the
   * completion of the newest completed dream, if that is later, and not in the future: the lock may
   * have lost it with the power.
   */
  Future<Void> ready() {
    if (ready) {
      return Future.succeededFuture();
    }
    return state
        .look()
        .compose(seen -> peers.highestToken())
        .compose(tokens::exceed)
        .compose(
            exceeded ->
                state.view() instanceof Held dead
                    ? tokens
                        .exceed(dead.record().token())
                        .compose(above -> abandoned.end(dead.record(), "dead"))
                    : Future.succeededFuture())
        .compose(
            end ->
                state.view() instanceof Free free ? catchUp(free) : Future.<Void>succeededFuture())
        .onSuccess(done -> ready = true);
  }

  private Future<Void> catchUp(Free free) {
    return peers
        .lastCompleted()
        .compose(
            last -> {
              Number completedAt = last.getNumber("completedAt");
              double at = completedAt == null ? 0 : completedAt.doubleValue();
              return at <= LockJson.millis(free.completedAt()) || at > state.now().millis()
                  ? Future.succeededFuture()
                  : state.swap(new Free(Instant.ofEpochMilli((long) at)), null).mapEmpty();
            });
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
                ? Future.succeededFuture()
                : abandon(state.lease().abandoned()));
  }

  /** Ends the present lease as its holder does not, if there is one. */
  Future<Void> abandon(String why) {
    return state.lease() == null
        ? Future.succeededFuture()
        : abandoned.end(state.lease().record(), why).mapEmpty();
  }

  /** Ends a lease of which nobody has heard, if it is still there. */
  Future<Void> unheard(Long token) {
    return token.equals(state.token()) ? abandon("unheard") : Future.succeededFuture();
  }

  /** Ends a lease that its holder has not used, if he lived on one of these nodes. */
  Future<Void> departed(Set<String> nodes) {
    Lease lease = state.lease();
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

  /** Grants the lock, and gives the reply that says so; null where somebody else has it. */
  Future<JsonObject> acquire(Ask.Acquire ask) {
    // A free lock is taken at memory's word: the store looks before it changes it.
    Future<Void> known =
        state.lease() != null || state.view() instanceof Free
            ? Future.succeededFuture()
            : state.look();
    return known.compose(seen -> acquire(ask, null, MAX_TRIES));
  }

  private Future<JsonObject> acquire(Ask.Acquire ask, JsonObject reclaimed, int tries) {
    if (tries == 0) {
      return Future.failedFuture(new StoreException("the lock changes all the time", false));
    }
    Decision decision = LockRules.decide(state.view(), state.lease(), ask, state.now());
    if (decision instanceof Decision.EndFirst first) {
      return abandoned
          .end(first.abandoned(), first.why())
          .compose(former -> acquire(ask, former == null ? reclaimed : former, tries - 1));
    }
    return decision instanceof Decision.Grant grant
        ? tokens.next().compose(token -> grant(ask, token, grant, reclaimed, tries))
        : Future.succeededFuture();
  }

  private Future<JsonObject> grant(
      Ask.Acquire ask, long token, Decision.Grant grant, JsonObject reclaimed, int tries) {
    LockRecord record =
        Lease.record(ask, token, project.instance(), grant.prior(), state.now().millis());
    return state
        .swap(new Held(record), null)
        .compose(
            done -> {
              if (done) {
                return peers.fence(token).map(true);
              }
              tokens.giveBack(token);
              return Future.succeededFuture(false);
            })
        .recover(failure -> undo(record, failure))
        .compose(
            done ->
                done
                    ? Future.succeededFuture(granted(record, ask.node(), grant, reclaimed))
                    : acquire(ask, reclaimed, tries - 1));
  }

  /** Takes back what nobody has heard of. */
  private Future<Boolean> undo(LockRecord record, Throwable failure) {
    if (failure instanceof StoreException no && !no.inDoubt()) {
      return Future.failedFuture(failure);
    }
    state.become(new Held(record), null);
    return state
        .swap(new Free(record.prior()), null)
        .transform(undone -> peers.fence(0))
        .transform(closed -> Future.failedFuture(failure));
  }

  private JsonObject granted(
      LockRecord record, String node, Decision.Grant grant, JsonObject former) {
    Lease lease = Lease.begin(record, node, state.now());
    state.become(state.view(), lease);
    JsonObject reclaimed = grant.reclaimed() == null ? former : events.takenOver(grant.reclaimed());
    events.acquired(lease.record());
    return LockJson.grant(lease.record(), reclaimed);
  }

  /** Prolongs or ends the lock for its holder, and gives the reply. */
  Future<JsonObject> carryOut(Ask.OfHolder ask) {
    JsonObject again = ended.reply(ask);
    if (again != null) {
      return Future.succeededFuture(again);
    }
    Decision decision = LockRules.decide(state.view(), state.lease(), ask, state.now());
    if (decision instanceof Decision.Prolong prolong) {
      return prolong(prolong.next());
    }
    return decision instanceof Decision.End end
        ? end(ask, end)
        : Future.failedFuture(((Decision.Fail) decision).refusal());
  }

  private Future<JsonObject> prolong(Lease next) {
    return swapOurs(new Held(next.record()), next)
        .onSuccess(prolonged -> project.events().stored("lock"))
        .map(new JsonObject().put("expiresAt", next.record().expiresAt()));
  }

  private Future<JsonObject> end(Ask.OfHolder ask, Decision.End end) {
    LockRecord record = state.lease().record();
    return swapOurs(end.next(), null)
        .onSuccess(freed -> ended.remember(ask, end.reply()))
        .onSuccess(freed -> events.ended(record, end))
        .compose(freed -> peers.fence(0))
        .map(end.reply());
  }

  private Future<Void> swapOurs(LockContent next, Lease granted) {
    long token = state.lease().token();
    return state
        .swap(next, granted)
        .compose(
            done ->
                done ? Future.succeededFuture() : Future.failedFuture(LockRules.notHolder(token)));
  }
}
