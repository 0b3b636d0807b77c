package org.dreamkeeper.file;

import java.util.ArrayList;
import java.util.List;

/**
 * What one claim has reserved within the JVM, by file key: kernel locks keep other processes away,
 * not ourselves. In the system properties, so that copies of this class in other class loaders see
 * it, too. Safe from any thread.
 */
final class ClaimRegistry {
  private static final String PREFIX = "org.dreamkeeper.claim.";

  private final List<String> reserved = new ArrayList<>();

  /** Reserves a file or directory; false if another claim has it. */
  synchronized boolean reserve(String key) {
    boolean free = System.getProperties().putIfAbsent(PREFIX + key, "") == null;
    if (free) {
      reserved.add(PREFIX + key);
    }
    return free;
  }

  /** Gives back what was reserved, once. */
  synchronized void release() {
    reserved.forEach(System::clearProperty);
    reserved.clear();
  }
}
