package org.dreamkeeper;

/** What it means that a write of state or log is acknowledged. */
public enum Durability {
  /** It is synced: a power cut does not undo it, as far as the disk keeps its word. */
  FSYNC,
  /** The operating system has it: a crash of the process does not undo it. */
  OS
}
