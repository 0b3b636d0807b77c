package org.dreamkeeper.lock;

import io.vertx.core.Future;
import org.dreamkeeper.file.Storage;

/**
 * Hands out tokens that only ever grow: {@code epoch × 2^20 + n}. The epoch is in the claim file,
 * so neither the clock nor a deleted lock file takes them back; when a deployment has used up its
 * n, it takes another epoch.
 */
final class Tokens {
  private static final int BITS = 20;

  private final Storage storage;
  private long epoch;
  private long n;

  Tokens(Storage storage) {
    this.storage = storage;
    this.epoch = storage.claim().epoch();
  }

  Future<Long> next() {
    if (n + 1 < 1L << BITS) {
      n++;
      return Future.succeededFuture((epoch << BITS) + n);
    }
    return storage
        .executor()
        .run(storage.claim()::nextEpoch)
        .map(
            next -> {
              epoch = next;
              n = 0;
              return epoch << BITS;
            });
  }
}
