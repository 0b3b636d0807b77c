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
  private static final long LAST = (1L << BITS) - 1;

  private final ProjectStore store;
  private long epoch;
  private long n;

  Tokens(ProjectStore store) {
    this.store = store;
    this.epoch = store.epoch();
  }

  /** Makes every token from now on greater than one that was found in a file. */
  Future<Void> exceed(long found) {
    if (found < (epoch << BITS)) {
      return Future.succeededFuture();
    }
    return store.raiseEpoch(found).onSuccess(this::begin).mapEmpty();
  }

  private void begin(long next) {
    n = next == epoch ? n : 0;
    epoch = next;
  }

  Future<Long> next() {
    if (n == LAST) {
      return store.raiseEpoch(token()).onSuccess(this::begin).compose(begun -> next());
    }
    n++;
    return Future.succeededFuture(token());
  }

  private long token() {
    return (epoch << BITS) + n;
  }
}
