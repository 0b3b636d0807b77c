package org.dreamkeeper;

import org.dreamkeeper.bus.impl.OneLine;

/** A project that could not be served; the message is one line that says what and where. */
public final class StartException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Why. */
  public enum Reason {
    /** The deployment config is wrong; the message names the key. */
    INVALID_CONFIG,
    /** Another deployment serves the address. */
    ADDRESS_IN_USE,
    /** Another deployment or process serves the directory; the message names its PID. */
    DIRECTORY_IN_USE,
    /** The directory, or a file in it, cannot be used. */
    STORAGE_FAILED
  }

  private final Reason reason;

  StartException(Reason reason, String detail, Throwable cause) {
    super(OneLine.of(reason + ": " + detail), cause);
    this.reason = reason;
  }

  /**
   * Gives the reason.
   *
   * @return why
   */
  public Reason reason() {
    return reason;
  }
}
