package org.dreamkeeper.file;

import java.io.IOException;
import java.nio.file.Path;

/** Makes directories that a power cut does not take away again. */
final class Directories {
  private Directories() {}

  /**
   * Creates a directory and those above it, where missing. Blocks. One that was made, but not
   * durably, is gone again, if the disk lets it be: the next attempt must not take it for durable.
   *
   * @param directory its absolute path
   * @param sync whether their names are forced to the disk
   */
  static void create(Disk disk, Path directory, boolean sync) throws IOException {
    Path parent = directory.getParent();
    boolean missing = parent != null && disk.stat(directory).isEmpty();
    if (missing) {
      create(disk, parent, sync);
    }
    disk.createDirectories(directory);
    if (missing && sync) {
      try {
        disk.syncDirectory(parent);
      } catch (IOException failure) {
        undo(disk, directory, failure);
        throw failure;
      }
    }
  }

  private static void undo(Disk disk, Path directory, IOException failure) {
    try {
      disk.delete(directory);
    } catch (IOException left) {
      failure.addSuppressed(left);
    }
  }
}
