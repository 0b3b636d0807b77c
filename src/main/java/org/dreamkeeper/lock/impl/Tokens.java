package org.dreamkeeper.lock.impl;

import io.vertx.core.Future;
import org.dreamkeeper.store.ProjectStore;
import org.dreamkeeper.store.TokenEpoch;

/**
 * Hands out tokens that only ever grow: {@code epoch × 2^20 + n}. The store keeps the epoch, so
 * neither the clock nor a deleted lock takes them back; when a deployment has used up its n, it
 * takes another epoch.
 */
final class Tokens {
  private final ProjectStore store;
  private long last;

  Tokens(ProjectStore store) {
    this.store = store;
    this.last = store.epoch() << TokenEpoch.BITS;
  }

  /** Makes every token from now on greater than one that was found. */
  Future<Void> exceed(long found) {
    return store
        .raiseEpoch(found)
        .onSuccess(epoch -> last = Math.max(last, epoch << TokenEpoch.BITS))
        .mapEmpty();
  }

  Future<Long> next() {
    if (TokenEpoch.of(last + 1) != store.epoch()) {
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
