package org.dreamkeeper.file;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Makes directories that a power cut does not take away again. */
final class Directories {
  private Directories() {}

  /**
   * Creates a directory and those above it, where missing. Blocks.
   *
   * @param directory its absolute path
   * @param sync whether their names are forced to the disk
   * @throws IOException if it cannot be one, or not durably: then what was new is gone again, if
   *     the disk lets it be, so that the next attempt does not take it for durable
   */
  static void create(Disk disk, Path directory, boolean sync) throws IOException {
    List<Path> missing = new ArrayList<>();
    for (Path each = directory; isMissing(disk, each); each = each.getParent()) {
      missing.add(each);
    }
    disk.createDirectories(directory);
    try {
      for (Path each : sync ? missing : List.<Path>of()) {
        disk.syncDirectory(each.getParent());
      }
    } catch (IOException failure) {
      undo(disk, missing, failure);
      throw failure;
    }
  }

  private static boolean isMissing(Disk disk, Path each) throws IOException {
    return each.getParent() != null && disk.stat(each).isEmpty();
  }

  private static void undo(Disk disk, List<Path> innermostFirst, IOException failure) {
    try {
      for (Path each : innermostFirst) {
        disk.delete(each);
      }
    } catch (IOException left) {
      failure.addSuppressed(left);
    }
  }
}
