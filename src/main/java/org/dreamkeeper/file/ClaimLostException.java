package org.dreamkeeper.file;

import java.nio.file.FileSystemException;

/** Nothing was written, for the directory is not ours any more. */
final class ClaimLostException extends FileSystemException {
  private static final long serialVersionUID = 1L;

  ClaimLostException(String file, String reason) {
    super(file, null, reason);
  }
}
