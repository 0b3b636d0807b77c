package org.dreamkeeper.store;

import org.dreamkeeper.bus.DreamkeeperException;
import org.dreamkeeper.bus.FailureCode;

/** A store said no; the message says in one line where and why. */
public final class StoreException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final boolean inDoubt;

  /**
   * Makes one.
   *
   * @param reason where and why, such as {@code dream-state.json: No space left on device}
   * @param inDoubt whether what was asked may have been done; false: it surely was not
   */
  public StoreException(String reason, boolean inDoubt) {
    super(reason);
    this.inDoubt = inDoubt;
  }

  /** Tells whether what was asked may have been done; false: it surely was not. */
  public boolean inDoubt() {
    return inDoubt;
  }

  /** Gives what a request is answered with that failed so. */
  public static DreamkeeperException refusal(Throwable failure) {
    return failure instanceof StoreException no
        ? new DreamkeeperException(FailureCode.STORAGE_FAILED, no.getMessage())
        : DreamkeeperException.of(failure);
  }
}
