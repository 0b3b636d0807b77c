package org.dreamkeeper.run;

import java.util.Objects;

/** How a dream is to be undone. Mutable and not thread-safe; an undo works on a copy. */
public final class UndoOptions {
  /** How long the revert may take unless set, ms. */
  public static final long DEFAULT_TIMEOUT_MS = 300_000;

  private static final long DAY_MS = 86_400_000;

  private long timeoutMs = DEFAULT_TIMEOUT_MS;

  /** Makes the defaults. */
  public UndoOptions() {}

  /**
   * Makes a copy.
   *
   * @param other of which, not null
   */
  public UndoOptions(UndoOptions other) {
    Objects.requireNonNull(other, "options is null");
    timeoutMs = other.timeoutMs;
  }

  /** {@return how long the revert may take, ms} */
  public long getTimeoutMs() {
    return timeoutMs;
  }

  /**
   * Sets how long the revert may take until the undo gives up and the lock back.
   *
   * @param ms 1 to 86,400,000, default 300,000
   * @return this
   * @throws IllegalArgumentException if it is out of range
   */
  public UndoOptions setTimeoutMs(long ms) {
    if (ms < 1 || ms > DAY_MS) {
      throw new IllegalArgumentException("timeoutMs is " + ms + ", expected 1 to " + DAY_MS);
    }
    timeoutMs = ms;
    return this;
  }
}
