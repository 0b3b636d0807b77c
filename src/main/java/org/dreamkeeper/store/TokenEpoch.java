package org.dreamkeeper.store;

/** How a token holds the epoch of the claim under which it was handed out: epoch × 2^20 + n. */
public final class TokenEpoch {
  /** How many bits of a token are not its epoch's. */
  public static final int BITS = 20;

  /** Tokens above it are nobody's to go on from: half of all epochs are left after it. */
  private static final long MAX_COUNTED = 1L << 52;

  private TokenEpoch() {}

  /** Gives the epoch of a token. */
  public static long of(long token) {
    return token >> BITS;
  }

  /** Tells whether an epoch must be left behind for its tokens to be greater than that one. */
  public static boolean reaches(long token, long present) {
    return of(token) == present || (of(token) > present && token <= MAX_COUNTED);
  }
}
