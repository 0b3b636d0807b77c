package org.dreamkeeper.store;

import org.dreamkeeper.bus.DreamkeeperException;
import org.dreamkeeper.bus.FailureCode;

/** A store said no; the message says in one line where and why. */
public final class StoreException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final boolean inDoubt;
  private final FailureCode code;

  /**
   * Makes one.
   *
   * @param reason where and why, such as {@code dream-state.json: No space left on device}
   * @param inDoubt whether what was asked may have been done; false: it surely was not
   */
  public StoreException(String reason, boolean inDoubt) {
    this(reason, inDoubt, FailureCode.STORAGE_FAILED);
  }

  private StoreException(String reason, boolean inDoubt, FailureCode code) {
    super(reason);
    this.inDoubt = inDoubt;
    this.code = code;
  }

  /** Makes one of why the claim is gone: nothing was done, and nothing will be. */
  public static StoreException claimLost(String reason) {
    return new StoreException(reason, false, FailureCode.NOT_SERVING);
  }

  /** Tells whether what was asked may have been done; false: it surely was not. */
  public boolean inDoubt() {
    return inDoubt;
  }

  /** Gives what a request is refused with: NOT_SERVING once the claim is gone. */
  public FailureCode code() {
    return code;
  }

  /** Gives what a request is answered with that failed so. */
  public static DreamkeeperException refusal(Throwable failure) {
    return failure instanceof StoreException no
        ? new DreamkeeperException(no.code(), no.getMessage())
        : DreamkeeperException.of(failure);
  }
}
