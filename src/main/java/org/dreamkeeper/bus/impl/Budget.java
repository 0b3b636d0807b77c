package org.dreamkeeper.bus.impl;

/**
 * How much memory a project may hold, and how that is shared out: three fifths to the queues of the
 * three actors, one fifth to the state, a twentieth to the replies that each actor remembers, and a
 * twentieth to the log's parsed entries. Bytes are as estimated: a text, and what its values need
 * when it is parsed.
 *
 * @param maxBytes all of it
 * @param maxMessageBytes how large a body or a page may be, as JSON
 * @param replyBytes how much each actor may remember of its replies
 */
public record Budget(long maxBytes, int maxMessageBytes, long replyBytes) {
  /** The least that still serves. */
  public static final long MIN_BYTES = 1 << 20;

  /** The most that can be asked for. */
  public static final long MAX_BYTES = 1L << 50;

  private static final int SHARES = 5;
  private static final int SMALL_SHARES = 20;
  private static final int HEAP_SHARES = 10;
  private static final long REPLY_BYTES_AMONG_MANY = 64 << 10;

  /** Shares it out as for a project that may be the only one. */
  public Budget(long maxBytes, int maxMessageBytes) {
    this(maxBytes, maxMessageBytes, maxBytes / SMALL_SHARES);
  }

  /**
   * Shares it out as for one of many: the replies of all are in memory all the time, and another
   * node reads them before it serves.
   */
  public Budget amongMany() {
    return new Budget(maxBytes, maxMessageBytes, Math.min(replyBytes, REPLY_BYTES_AMONG_MANY));
  }

  /** Gives what is held unless that is set: a tenth of what the JVM may use, bytes. */
  public static long defaultBytes() {
    return Math.max(MIN_BYTES, Runtime.getRuntime().maxMemory() / HEAP_SHARES);
  }

  /**
   * Gives the most that one thing may need: a body, an entry, a page, the state; and that the queue
   * of one actor may.
   */
  public long share() {
    return maxBytes / SHARES;
  }

  /** Gives what may be kept of one kind only to be quicker: a twentieth, bytes. */
  public long smallShare() {
    return maxBytes / SMALL_SHARES;
  }

  /** Says why a body of the greatest size is refused all the same; null if it is not. */
  public String shortage() {
    if (share() >= maxMessageBytes) {
      return null;
    }
    long needed = (long) SHARES * maxMessageBytes;
    return "a body may have %d bytes, but only %d fit, a fifth of maxBytes; "
            .formatted(maxMessageBytes, share())
        + "maxBytes of %d, or -Xmx%dm, would do"
            .formatted(needed, ((needed * HEAP_SHARES) >> 20) + 1);
  }

  /** Says why something of so many bytes is refused; null if it is not. */
  public String excess(long bytes) {
    return bytes <= share()
        ? null
        : "needs " + bytes + " bytes of memory, more than " + share() + ", a fifth of maxBytes";
  }
}
