package org.dreamkeeper;

import org.dreamkeeper.bus.DreamkeeperException;
import org.dreamkeeper.bus.impl.text.OneLine;
import org.dreamkeeper.postgres.UnreachableException;
import org.dreamkeeper.store.InUseException;

/** A project that could not be served; the message is one line that says what and where. */
public final class StartException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Why. */
  public enum Reason {
    /** The deployment config is wrong; the message names the key. */
    INVALID_CONFIG,
    /** Another deployment serves the address. */
    ADDRESS_IN_USE,
    /** Another deployment or process serves the project; the message names its PID. */
    DIRECTORY_IN_USE,
    /** The directory, or a file in it, cannot be used; or the database says no. */
    STORAGE_FAILED,
    /** The database cannot be reached; the message names host, port and reason. */
    DATABASE_UNREACHABLE
  }

  private final Reason reason;

  StartException(Reason reason, String detail, Throwable cause) {
    super(OneLine.of(reason + ": " + detail), cause);
    this.reason = reason;
  }

  /** Makes any failure of a start one of this type. */
  static StartException of(String place, Throwable failure) {
    if (failure instanceof StartException known) {
      return known;
    }
    if (failure instanceof InUseException) {
      return new StartException(Reason.DIRECTORY_IN_USE, failure.getMessage(), failure);
    }
    if (failure instanceof UnreachableException) {
      return new StartException(Reason.DATABASE_UNREACHABLE, failure.getMessage(), failure);
    }
    String reason = failure instanceof DreamkeeperException no ? no.reason() : failure.getMessage();
    return new StartException(Reason.STORAGE_FAILED, place + ": " + reason, failure);
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
