package org.dreamkeeper.file;

import java.time.Instant;

/** What the machine knows of other processes. All methods block: call them on a worker thread. */
public interface Processes {

  /**
   * One process, told from a later one with the same PID.
   *
   * @param pid its PID
   * @param start when it started, in a form that only equality reads
   * @param namespace where the PID counts; empty if that is not known
   * @param host the machine's name
   */
  record Identity(long pid, String start, String namespace, String host) {}

  /**
   * Names this process.
   *
   * @return the same each time
   */
  Identity self();

  /**
   * Tells whether the very process that wrote a file still runs.
   *
   * @param pid the PID that it wrote, positive
   * @param sign its last sign of life: the file's mtime
   * @return false if there is no such process, it is a zombie, or it started after the sign (the
   *     PID was reused); true where that cannot be known, such as for a process that we may not see
   */
  boolean alive(long pid, Instant sign);

  /**
   * Tells whether a process that named itself still runs.
   *
   * @param other what its {@link #self} said
   * @return true only if it is seen: the same PID and start, in our own PID namespace
   */
  boolean runs(Identity other);
}
