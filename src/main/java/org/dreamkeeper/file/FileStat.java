package org.dreamkeeper.file;

import java.time.Instant;

/**
 * What tells one version of a file from another: its kind, size, modification time and file key
 * (device and inode where the system has them).
 *
 * @param regular whether it is a regular file, not a directory or symbolic link
 * @param directory whether it is a directory
 * @param size bytes
 * @param modified to the precision that the file system has
 * @param key the file key, as text
 */
public record FileStat(
    boolean regular, boolean directory, long size, Instant modified, String key) {

  /**
   * Younger than this when looked at, an mtime proves nothing: file systems stamp in ticks of up to
   * 10 ms, so a second change may leave the same stamp. In ms.
   */
  private static final long RACY_MS = 50;

  /** Some file systems keep any number of seconds; nobody can reckon with those beyond. */
  private static final Instant LATEST = Instant.ofEpochMilli(1L << 53);

  private static final Instant EARLIEST = Instant.ofEpochMilli(-(1L << 53));

  /** A stat; a modification time beyond what JavaScript counts in ms is the last that it does. */
  public FileStat {
    modified = modified.isAfter(LATEST) ? LATEST : modified;
    modified = modified.isBefore(EARLIEST) ? EARLIEST : modified;
  }

  /**
   * Tells whether an equal stat later on will mean an unchanged file.
   *
   * @return false while the file is so young that another change could leave the same stamp
   */
  public boolean proves() {
    // The file system's stamps follow the machine's clock, not an injected one.
    return Math.abs(System.currentTimeMillis() - modified.toEpochMilli()) >= RACY_MS;
  }
}
