package org.dreamkeeper.file;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file that is there and that this process may not open. */
final class ForeignFile {
  private ForeignFile() {}

  /** Says in one line whose it is, and what mends that. */
  static FileSystemException refusal(Path file, String user, AccessDeniedException denied) {
    String quoted = "'" + file.toString().replace("'", "'\\''") + "'";
    String reason;
    try {
      boolean ours = Files.getAttribute(file, "unix:uid").toString().equals(user);
      reason =
          ours
              ? "its mode forbids it. Try: chmod u+rw " + quoted
              : "it is " + Files.getOwner(file) + "'s. Try: sudo chown $(id -u) " + quoted;
    } catch (IOException | UnsupportedOperationException unknown) {
      reason = "it is somebody else's";
    }
    FileSystemException refusal =
        new FileSystemException(file.toString(), null, file + " cannot be opened: " + reason);
    refusal.initCause(denied);
    return refusal;
  }
}
