package org.dreamkeeper.lock.impl;

import io.vertx.core.Future;
import java.time.Instant;
import java.util.List;
import org.dreamkeeper.bus.impl.Project;
import org.dreamkeeper.bus.impl.Residents;
import org.dreamkeeper.store.Carried;
import org.dreamkeeper.store.LockRecord;
import org.dreamkeeper.store.LockStore;
import org.dreamkeeper.store.LockView.Free;
import org.dreamkeeper.store.LockView.Held;

/**
 * Puts the lock in order before it is served, once. Tokens go on above each that lock and log
 * carry: the claim may be an old one. A record of ours is a dead host's, unless its holder has
 * outlived that. A free lock takes the completion of the newest completed dream, if that is later,
 * and not in the future: the lock may have lost it with the power.
 */
public record LockStart(
    LockState state, PeerActors peers, Tokens tokens, AbandonedLease abandoned, KeptLock kept) {

  /** Finds a holder who has outlived the deployment before; to be called before any is deployed. */
  public static Future<Void> findKept(Project project, LockStore store) {
    Residents residents = project.residents();
    if (!residents.found()) {
      return Future.succeededFuture();
    }
    return store
        .view()
        .compose(
            view -> {
              LockRecord record = view instanceof Held held ? held.record() : null;
              return record == null || record.home() == null
                  ? Future.succeededFuture(false)
                  : project
                      .threads()
                      .executor()
                      .run(() -> residents.lives(record.home().node()))
                      .onSuccess(lives -> residents.keep(lives ? record.token() : 0));
            })
        .mapEmpty();
  }

  Future<Void> ready() {
    return state
        .look()
        .compose(seen -> peers.highestToken())
        .compose(tokens::exceed)
        .compose(
            exceeded ->
                state.view() instanceof Held held
                    ? tokens
                        .exceed(held.record().token())
                        .compose(above -> goOnOrEnd(held.record()))
                    : Future.<Void>succeededFuture())
        .compose(
            end ->
                state.view() instanceof Free free ? catchUp(free) : Future.<Void>succeededFuture());
  }

  private Future<Void> goOnOrEnd(LockRecord record) {
    return kept.is(record)
        ? kept.goOn(record)
        : abandoned.end(record, "dead", List.of()).mapEmpty();
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
                  : state
                      .swap(new Free(Instant.ofEpochMilli((long) at)), null, Carried.NONE)
                      .mapEmpty();
            });
  }
}
