package org.dreamkeeper.faults;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;

/** What goes wrong at a file operation. */
enum Fault {
  /** It fails. */
  EIO("Input/output error"),
  /** It fails. */
  ENOSPC("No space left on device"),
  /** It fails. */
  EACCES("Permission denied"),
  /** It writes a part, then fails. */
  CUT_SHORT("No space left on device"),
  /** It fails, as does every later one, until the disk is healed. */
  BROKEN("Input/output error"),
  /** It is the last one before the host dies. */
  CRASH("the host is dead"),
  /** It writes a part, and the host dies. */
  TORN_CRASH("the host is dead");

  private final String reason;

  Fault(String reason) {
    this.reason = reason;
  }

  boolean crash() {
    return this == CRASH || this == TORN_CRASH;
  }

  /** Tells whether a part of what is to be written is written. */
  boolean tears() {
    return this == CUT_SHORT || this == TORN_CRASH;
  }

  /** Tells whether it is tried: in the build, not every kind of failure; with torture=long, all. */
  boolean runs() {
    return (this != ENOSPC && this != EACCES)
        || System.getProperty("torture", "short").equals("long");
  }

  /** Makes what an operation fails with. */
  IOException failure(String name) {
    return this == EACCES
        ? new AccessDeniedException(name)
        : new FileSystemException(name, null, reason);
  }
}
