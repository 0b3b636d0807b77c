package org.dreamkeeper.file;

import java.util.Properties;

/**
 * A directory reserved within the JVM, by file key: kernel locks keep other processes away, not
 * ourselves. In the system properties, so that copies of this class in other class loaders see it,
 * too. Safe from any thread.
 */
final class ClaimRegistry {
  private static final String STARTING = "";
  private static final String PREFIX = "org.dreamkeeper.claim.";

  private final Properties all = System.getProperties();
  private final String name;
  private String held;

  ClaimRegistry(String directoryKey) {
    this.name = PREFIX + directoryKey;
  }

  /** Tells whether this JVM holds any directory. */
  static boolean holdsAny() {
    return System.getProperties().stringPropertyNames().stream()
        .anyMatch(name -> name.startsWith(PREFIX));
  }

  /**
   * Reserves the directory. One whose claim file no longer stands in it is free, though its claim
   * may not have noticed yet: a new directory may get the key of one that was deleted.
   *
   * @param claimFile the key of the claim file in it; empty if there is none
   * @return false if another claim has it, or is about to
   */
  synchronized boolean reserve(String claimFile) {
    String other = (String) all.putIfAbsent(name, STARTING);
    boolean left = other != null && !other.equals(STARTING) && !other.equals(claimFile);
    if (other == null || (left && all.replace(name, other, STARTING))) {
      held = STARTING;
    }
    return held != null;
  }

  /** Notes by which claim file the reserved directory is held. */
  synchronized void hold(String claimFile) {
    if (all.replace(name, held, claimFile)) {
      held = claimFile;
    }
  }

  /** Gives back what was reserved, unless somebody else has it by now. */
  synchronized void release() {
    if (held != null) {
      all.remove(name, held);
      held = null;
    }
  }
}
