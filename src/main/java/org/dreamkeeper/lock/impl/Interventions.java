package org.dreamkeeper.lock.impl;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.List;
import org.dreamkeeper.bus.DreamkeeperException;
import org.dreamkeeper.bus.FailureCode;
import org.dreamkeeper.store.LockView.Foreign;
import org.dreamkeeper.store.LockView.Free;
import org.dreamkeeper.store.StoreException;

/** What an operator does to whoever holds the lock. One call at a time, in the actor's order. */
record Interventions(LockState state, LockEvents events, AbandonedLease abandoned, KeptLock kept) {
  private static final int MAX_TRIES = 10;

  /** Tells the holder with his next renewal that his dream is to stop. */
  Future<JsonObject> cancel(JsonObject body) {
    long token = body.getLong("token");
    Lease lease = state.lease();
    if (lease == null || !lease.holds(token)) {
      return Future.failedFuture(LockRules.notHolder(token));
    }
    return kept.cancel(lease, body.getString("reason"))
        .map(
            noted -> {
              if (!noted) {
                throw LockRules.notHolder(token);
              }
              return new JsonObject().put("expiresAt", lease.record().expiresAt());
            });
  }

  /** Pushes a holder out; gives what became of the lock. */
  Future<JsonObject> evict(JsonObject body) {
    String reason = body.getString("reason");
    return body.containsKey("pid")
        ? evictForeign(body.getLong("pid"), reason, MAX_TRIES)
        : evictOurs(body.getLong("token"), reason);
  }

  private Future<JsonObject> evictOurs(long token, String reason) {
    Lease lease = state.lease();
    if (lease == null || lease.token() != token) {
      return Future.failedFuture(LockRules.notHolder(token));
    }
    return abandoned
        .evict(lease.record(), reason)
        .map(
            outcome -> {
              if (outcome == null) {
                throw LockRules.notHolder(token);
              }
              return freed(outcome.completed(), outcome.completedAt());
            });
  }

  private Future<JsonObject> evictForeign(long pid, String reason, int tries) {
    if (tries == 0) {
      return Future.failedFuture(new StoreException("the lock changes all the time", false));
    }
    return state
        .look()
        .compose(
            seen -> {
              if (!(state.view() instanceof Foreign holder) || holder.pid() != pid) {
                String refusal = "no foreign process with PID " + pid + " holds the lock";
                throw new DreamkeeperException(FailureCode.NOT_HOLDER, refusal);
              }
              List<JsonObject> told = events.evicted(holder, reason);
              return state
                  .swapAndTell(new Free(holder.prior()), null, List.of(), told)
                  .compose(
                      done ->
                          done
                              ? Future.succeededFuture(freed(false, holder.prior()))
                              : evictForeign(pid, reason, tries - 1));
            });
  }

  private static JsonObject freed(boolean completed, Instant completedAt) {
    return JsonObject.of("completed", completed, "lastCompletedAt", LockJson.millis(completedAt));
  }
}
