package org.dreamkeeper.host.command;

import java.io.IOException;
import java.nio.file.AccessDeniedException;

/** Says what a file system said no with. */
final class DiskText {
  private DiskText() {}

  static String of(IOException failure) {
    return failure instanceof AccessDeniedException
        ? failure.getMessage() + ": Permission denied"
        : String.valueOf(failure.getMessage());
  }
}
