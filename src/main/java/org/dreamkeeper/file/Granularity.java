package org.dreamkeeper.file;

import java.time.temporal.ChronoUnit;

/**
 * How finely a file system stamps, as far as it was seen. Younger than that, an mtime proves
 * nothing: a second change may leave the same one. Safe from any thread.
 */
final class Granularity {
  /** Where fractions of a second count, stamps still follow the kernel's ticks of up to 10 ms. */
  private static final long FINE_MS = 50;

  /** FAT counts in two seconds, many others in one. */
  private static final long COARSE_MS = 2_000 + FINE_MS;

  private volatile boolean fine;

  /**
   * Tells whether an equal stat later on will mean an unchanged file.
   *
   * @return false while the file is so young that another change could leave the same stamp, or
   *     stamped in the future
   */
  boolean proves(FileStat stat) {
    if (!stat.modified().equals(stat.modified().truncatedTo(ChronoUnit.SECONDS))) {
      fine = true;
    }
    // The file system's stamps follow the machine's clock, not an injected one.
    long age = System.currentTimeMillis() - FileStat.millis(stat.modified());
    return age >= (fine ? FINE_MS : COARSE_MS);
  }
}
