package org.dreamkeeper.file;

import java.io.IOException;
import java.util.concurrent.ThreadLocalRandom;
import org.dreamkeeper.store.TokenEpoch;

/**
 * The numbers that claims take: each is greater than the one before. Tokens are {@code epoch × 2^20
 * + n}, and JavaScript, which reads them, counts to 2^53.
 */
final class Epochs {
  /** The greatest of which every token can be written. */
  private static final long MAX = (1L << (53 - TokenEpoch.BITS)) - 1;

  /** 2020 and 2106 in seconds, the unit of the first epoch: outside of it a clock is wrong. */
  private static final long EARLIEST = 1_577_836_800;

  private static final long LATEST = 1L << 32;

  /** So that a claim whose file is deleted time and again does not begin where it did before. */
  private static final int SPREAD = 1 << 20;

  private Epochs() {}

  /** Gives the one after the last; where that says nothing, one by the latest of times. */
  static long next(long last, long nowMs, long touchedMs) throws IOException {
    return counts(last)
        ? after(last)
        : Math.max(plausible(nowMs), plausible(touchedMs))
            + ThreadLocalRandom.current().nextInt(SPREAD);
  }

  private static long plausible(long ms) {
    long seconds = ms / 1000;
    return seconds >= EARLIEST && seconds < LATEST ? seconds : EARLIEST;
  }

  private static boolean counts(long epoch) {
    return epoch > 0 && epoch < MAX;
  }

  private static long after(long epoch) throws IOException {
    if (!counts(epoch)) {
      throw new IOException("no epoch is left");
    }
    return epoch + 1;
  }

  /** Gives the present one, or one whose tokens are greater than that one, if it counts. */
  static long above(long token, long present) throws IOException {
    return TokenEpoch.reaches(token, present) ? after(TokenEpoch.of(token)) : present;
  }
}
