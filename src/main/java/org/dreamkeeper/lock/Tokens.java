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

  /** Makes every token from now on greater than one that was found in a file. */
  Future<Void> exceed(long found) {
    return found < (epoch << BITS)
        ? Future.succeededFuture()
        : storage
            .executor()
            .run(() -> storage.claim().exceed(found))
            .map(
                next -> {
                  n = next == epoch ? n : 0;
                  epoch = next;
                  return null;
                });
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
