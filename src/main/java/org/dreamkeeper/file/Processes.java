package org.dreamkeeper.file;

/** What the machine knows of other processes. All methods block: call them on a worker thread. */
public interface Processes {

  /**
   * One process, told from a later one with the same PID.
   *
   * @param pid its PID
   * @param start the boot, a slash and, since then, the moment of its start, in a form that only
   *     equality reads: no wall clock is in it
   * @param namespace where the PID counts; empty if that is not known
   * @param user whose it is; empty if that is not known
   * @param host the machine's name, for people to read; empty if that is not known
   */
  record Identity(long pid, String start, String namespace, String user, String host) {
    private String boot() {
      return start.split("/", 2)[0];
    }
  }

  /**
   * Names this process.
   *
   * @return the same each time
   */
  Identity self();

  /**
   * Tells whether a process lives. Whether the PID was reused cannot be known: nobody says when the
   * one that is meant began, on a clock that does not step.
   *
   * @param pid its PID, positive
   * @return false only if there surely is no such process, or it is a zombie; true where that
   *     cannot be known, as for one that we may not see, or without a descriptor to look with
   */
  boolean alive(long pid);

  /**
   * Tells whether a process named itself on this machine since it was booted, where our PIDs count.
   */
  default boolean here(Identity other) {
    return other.namespace().equals(self().namespace()) && other.boot().equals(self().boot());
  }

  /**
   * Tells whether the very process that named itself lives.
   *
   * @param other what its {@link #self} said
   * @return false also if its PID counts elsewhere, or is another process's now; true where that
   *     cannot be known
   */
  boolean alive(Identity other);
}
