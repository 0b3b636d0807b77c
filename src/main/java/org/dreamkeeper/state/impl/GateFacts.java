package org.dreamkeeper.state.impl;

import io.vertx.core.json.JsonObject;
import org.dreamkeeper.state.GateOptions;
import org.dreamkeeper.store.LogId;

/**
 * What lock and log say, for the gates to be judged by.
 *
 * @param options what the project asks of a dream
 * @param lock the lock's {@code status}; empty where only a missed dream is to be recorded
 * @param log the log's {@code lastDreams}: {@code over}, the newest completed dream whose token no
 *     longer holds the lock, {@code past}, when the newest one that is not in the future was
 *     completed, {@code failures}, how many failed in a row of late, and {@code failedAt}
 * @param lastAskedAt when a worker last asked before, ms since 1970; 0 if none did
 * @param undos what {@code StateEngine.undos} gave before the log was asked
 */
record GateFacts(
    GateOptions options, JsonObject lock, JsonObject log, long lastAskedAt, long undos) {

  /** Gives the dream that the log knows and a state does not: {@code {id, …}}, or null. */
  JsonObject missing(State state) {
    JsonObject over = log.getJsonObject("over");
    return over != null && LogId.after(over.getString("id"), state.text(State.LAST_DREAM_LOG_ID))
        ? over
        : null;
  }

  /** Gives when the newest dream that is not in the future was completed, or null. */
  Long past(long now) {
    long past = log.getLong("past", 0L);
    long free = lock.getLong("lastCompletedAt", 0L);
    long newest = Math.max(past <= now ? past : 0, free <= now ? free : 0);
    return newest > 0 ? newest : null;
  }
}
