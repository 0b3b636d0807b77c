package org.dreamkeeper.file;

import java.io.IOException;

/** The directory is served by somebody else; the message says by whom. */
public final class InUseException extends IOException {
  private static final long serialVersionUID = 1L;

  InUseException(String message) {
    super(message);
  }
}
