package org.dreamkeeper.lock.impl;

import io.vertx.core.Future;
import org.dreamkeeper.store.ProjectStore;

/**
 * Hands out tokens that only ever grow: {@code epoch × 2^20 + n}. The store keeps the epoch, so
 * neither the clock nor a deleted lock takes them back; when a deployment has used up its n, it
 * takes another epoch.
 */
final class Tokens {
  private static final int BITS = 20;

  private final ProjectStore store;
  private long last;

  Tokens(ProjectStore store) {
    this.store = store;
    this.last = store.epoch() << BITS;
  }

  /** Makes every token from now on greater than one that was found. */
  Future<Void> exceed(long found) {
    return store
        .raiseEpoch(found)
        .onSuccess(epoch -> last = Math.max(last, epoch << BITS))
        .mapEmpty();
  }

  Future<Long> next() {
    if ((last + 1) >> BITS != store.epoch()) {
      return exceed(last).compose(raised -> next());
    }
    last++;
    return Future.succeededFuture(last);
  }

  /** Takes the last one back, which was put nowhere. */
  void giveBack(long token) {
    if (token == last) {
      last--;
    }
  }
}
