package org.dreamkeeper.bus;

/**
 * Why a request was refused: the {@code failureCode()} of the {@code ReplyException} that answers
 * it.
 *
 * <p>The numbers are part of the bus contract and never change their meaning.
 */
public enum FailureCode {
  /** Missing, wrong-typed or out-of-range input, or a malformed header. */
  INVALID_REQUEST(400),
  /** The {@code action} header is absent or names nothing that this address does. */
  UNKNOWN_ACTION(404),
  /** The request's turn came after its {@code deadline}; worth another try. */
  DEADLINE_PASSED(408),
  /** The token is not the current holder's. */
  NOT_HOLDER(409),
  /** The fence of state and log: the token is not, or no longer, the holder's. */
  SUPERSEDED(410),
  /** The state has moved on since the revision that the caller saw; read, then try again. */
  REVISION_MISMATCH(412),
  /**
   * Body, entry or state would be larger than {@code maxMessageBytes} or {@code maxBytes} allow.
   */
  TOO_LARGE(413),
  /** The file on disk is of a newer version than this build knows; it is never overwritten. */
  NEWER_FORMAT(422),
  /** The actor's queue, or the waiting line of the lock, is full; worth another try, later. */
  BUSY(429),
  /** A bug; logged with its stack. */
  INTERNAL(500),
  /** The actor is stopping, or has lost its claim on the directory. */
  NOT_SERVING(503),
  /** The disk said no, or did not answer; read before another try. */
  STORAGE_FAILED(507);

  private final int code;

  FailureCode(int code) {
    this.code = code;
  }

  /**
   * Gives the number that travels on the bus.
   *
   * @return the number, 400 to 507
   */
  public int code() {
    return code;
  }

  /**
   * Finds the code of a number.
   *
   * @param code a {@code failureCode()}
   * @return the code, or null if the number is none of this contract's (the bus itself answers -1)
   */
  public static FailureCode of(int code) {
    for (FailureCode each : values()) {
      if (each.code == code) {
        return each;
      }
    }
    return null;
  }
}
