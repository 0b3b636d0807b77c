package org.dreamkeeper.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** The limit that everything is held against: plain java.nio, one thread, the same operations. */
final class Raw {
  private Raw() {}

  /** Replaces a file: temporary file, sync, rename, sync of the directory; or without the syncs. */
  static void replace(Path target, byte[] content, boolean sync) throws IOException {
    Path temporary = target.resolveSibling(target.getFileName() + ".raw.tmp");
    try (FileChannel channel =
        FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(content));
      if (sync) {
        channel.force(true);
      }
    }
    Files.move(
        temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    if (sync) {
      try (FileChannel directory = FileChannel.open(target.getParent(), StandardOpenOption.READ)) {
        directory.force(true);
      }
    }
  }
}
