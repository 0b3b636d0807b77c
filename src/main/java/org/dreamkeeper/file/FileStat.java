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
