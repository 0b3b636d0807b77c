package org.dreamkeeper.file;

import java.util.HashMap;
import java.util.Map;
import java.util.Properties;

/**
 * What one claim has reserved within the JVM, by file key: kernel locks keep other processes away,
 * not ourselves. In the system properties, so that copies of this class in other class loaders see
 * it, too. Safe from any thread.
 */
final class ClaimRegistry {
  private static final String PREFIX = "org.dreamkeeper.claim.";
  private static final String STARTING = "";

  private final Properties all = System.getProperties();
  private final Map<String, String> reserved = new HashMap<>();

  /**
   * Reserves a directory. One whose claim file no longer stands in it is free, though its claim may
   * not have noticed yet: a new directory may get the key of one that was deleted.
   *
   * @param claimFile the key of the claim file in it; empty if there is none
   * @return false if another claim has it, or is about to
   */
  synchronized boolean reserveDirectory(String key, String claimFile) {
    String other = (String) all.putIfAbsent(PREFIX + key, STARTING);
    boolean free =
        other == null
            || (!other.equals(STARTING)
                && !other.equals(claimFile)
                && all.replace(PREFIX + key, other, STARTING));
    return noted(free, PREFIX + key, STARTING);
  }

  /** Reserves a claim file; false if another claim has it. */
  synchronized boolean reserveFile(String key) {
    return noted(all.putIfAbsent(PREFIX + key, STARTING) == null, PREFIX + key, STARTING);
  }

  /** Notes by which claim file a reserved directory is held. */
  synchronized void held(String directory, String claimFile) {
    noted(all.replace(PREFIX + directory, STARTING, claimFile), PREFIX + directory, claimFile);
  }

  private boolean noted(boolean done, String name, String value) {
    if (done) {
      reserved.put(name, value);
    }
    return done;
  }

  /** Gives back what was reserved, once, unless somebody else has it by now. */
  synchronized void release() {
    reserved.forEach(all::remove);
    reserved.clear();
  }
}
