package org.dreamkeeper.postgres;

/** A database cannot be reached; the message says in one line where and why. */
public final class UnreachableException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Makes one of a one-line message. */
  UnreachableException(String message) {
    super(message);
  }
}
