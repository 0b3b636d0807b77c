package org.dreamkeeper.state;

/** Why a state is not what its file says. */
public enum Degraded {
  /** The file is damaged; the state is what could be read of it. */
  CORRUPT,
  /** The file is of a newer version; the state is the empty one, and cannot be written. */
  NEWER,
  /** The file cannot be read; the state is the empty one. */
  UNREADABLE,
  /** For a reason that this version does not know. */
  OTHER
}
