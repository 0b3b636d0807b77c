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

  /** What JavaScript's Date can hold. */
  private static final long MAX_MS = 8_640_000_000_000_000L;

  /**
   * Gives an mtime in ms. Some file systems keep any: one before 1970 is 0, and one that is too far
   * away is the last one that can be counted with.
   *
   * @param modified an mtime
   * @return ms since 1970, 0 to 8.64e15
   */
  public static long millis(Instant modified) {
    long seconds = Math.max(0, Math.min(MAX_MS / 1000, modified.getEpochSecond()));
    return seconds == modified.getEpochSecond() ? modified.toEpochMilli() : seconds * 1000;
  }
}
