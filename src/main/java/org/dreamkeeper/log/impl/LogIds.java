package org.dreamkeeper.log.impl;

import io.vertx.core.Future;
import org.dreamkeeper.bus.DreamkeeperException;
import org.dreamkeeper.bus.FailureCode;
import org.dreamkeeper.store.LogId;
import org.dreamkeeper.store.LogStore;

/**
 * Hands out ids that only grow, whatever the clock does and whatever is deleted: none is handed out
 * before the store durably says that it may have been.
 */
final class LogIds {
  /** How far ahead ids are reserved, so that not every one costs a sync. */
  private static final long AHEAD = 1_000;

  /** Ours are integers that JavaScript can hold; a greater one was learnt from a stray entry. */
  private static final long MAX = (1L << 53) - 1;

  private final LogStore store;
  private final Rows rows;
  private long last;
  private long ceiling;

  LogIds(LogStore store, Rows rows) {
    this.store = store;
    this.rows = rows;
    // After a crash: the highest that may have been handed out.
    this.ceiling = store.reservedIds() > MAX ? 0 : store.reservedIds();
    this.last = ceiling;
  }

  /** Hands out what is greater than an id, if there is one and it can be counted from. */
  void exceed(String id) {
    if (id != null && LogId.valid(id)) {
      last = Math.max(last, LogId.number(id));
    }
  }

  /** Gives the next id; the rows have just been brought in step with the store. */
  Future<String> next(long millis) {
    long id = Math.max(millis, Math.max(last, rows.highestId()) + 1);
    while (rows.get(LogId.of(id)) != null) {
      id++;
    }
    if (id > MAX) {
      throw new DreamkeeperException(
          FailureCode.STORAGE_FAILED, LogId.of(id - 1) + " is taken, and no greater id is left");
    }
    String next = LogId.of(id);
    last = id;
    return reserve(id).map(next);
  }

  private Future<Void> reserve(long id) {
    if (id <= ceiling) {
      return Future.succeededFuture();
    }
    return store.reserveIds(id + AHEAD).onSuccess(done -> ceiling = id + AHEAD);
  }

  /** Gives back what was reserved and not used, in a clean stop. */
  Future<Void> giveBack() {
    long used = Math.max(last, rows.highestId());
    return used == ceiling ? Future.succeededFuture() : store.reserveIds(used);
  }
}
