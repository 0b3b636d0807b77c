package org.dreamkeeper.store;

/** A project cannot be claimed: it is served by somebody else; the message says by whom. */
public final class InUseException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Makes one of a one-line message. */
  public InUseException(String message) {
    super(message);
  }
}
