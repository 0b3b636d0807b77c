package org.dreamkeeper.file;

import java.io.IOException;

/** A directory could not be synced: its new names are there, but may be lost with the power. */
public final class UnsyncedException extends IOException {
  private static final long serialVersionUID = 1L;

  UnsyncedException(IOException cause) {
    super(cause.getMessage(), cause);
  }
}
