package org.dreamkeeper.file;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * Reads a version of a file together with its stat:
 *
 * <ol>
 *   <li>Stat the path, read through one handle, stat the path again.
 *   <li>Equal stats are those of the content.
 *   <li>Another file at the path means that a replacement came between. What a handle leads to is
 *       never replaced, so the content is whole, as of one moment; its stat is not known, so that
 *       the one it gets proves nothing.
 *   <li>The same file with another stat was edited in place: read again.
 * </ol>
 *
 * <p>Blocks; safe from any thread.
 */
final class VersionReader {
  /**
   * A file's content and the stat that belongs to it.
   *
   * @param proves whether an equal stat later on will mean an unchanged file
   */
  @SuppressWarnings("ArrayRecordComponent") // two versions are told apart by stat
  record Content(byte[] bytes, FileStat stat, boolean proves) {}

  /** Against a file that is edited all the time. */
  private static final int MAX_TRIES = 100;

  /** Where fractions of a second count, stamps still follow the kernel's ticks of up to 10 ms. */
  private static final long FINE_MS = 50;

  /** FAT counts in two seconds, many others in one. */
  private static final long COARSE_MS = 2_000 + FINE_MS;

  private final Disk disk;

  /** Whether the file system was seen to stamp more finely than in seconds. */
  private volatile boolean fine;

  VersionReader(Disk disk) {
    this.disk = disk;
  }

  /**
   * Reads all of a file: a version that stood at the path during this call; empty if there is none.
   * Fails if it is no regular file, larger than that, or cannot be read.
   */
  Optional<Content> whole(Path file, long maxBytes) throws IOException {
    Optional<Content> found = read(file, maxBytes + 1, false);
    if (found.isPresent() && found.get().bytes().length > maxBytes) {
      throw new FileSystemException(
          file.toString(), null, "has more than " + maxBytes + " bytes; raise maxBytes");
    }
    return found;
  }

  /** Reads the beginning of a file, with the stat that it had; empty if there is none. */
  Optional<Content> beginning(Path file, long maxBytes) throws IOException {
    return read(file, maxBytes, true);
  }

  private Optional<Content> read(Path file, long maxBytes, boolean withItsStat) throws IOException {
    for (int tries = 0; tries < MAX_TRIES; tries++) {
      Optional<FileStat> stat = disk.stat(file);
      if (stat.isEmpty()) {
        return Optional.empty();
      }
      FileStat before = stat.get();
      if (!before.regular()) {
        throw new FileSystemException(file.toString(), null, "is not a regular file");
      }
      // Asked before the content is read: what comes later must leave another stamp.
      boolean proves = proves(before);
      byte[] bytes;
      try {
        bytes = disk.read(file, maxBytes);
      } catch (NoSuchFileException meanwhile) {
        continue;
      }
      Optional<FileStat> after = disk.stat(file);
      boolean same = stat.equals(after);
      boolean replaced = after.isEmpty() || !after.get().key().equals(before.key());
      if (same || (replaced && !withItsStat)) {
        return Optional.of(new Content(bytes, before, same && proves));
      }
    }
    throw new FileSystemException(file.toString(), null, "changes faster than it can be read");
  }

  /**
   * Tells whether an equal stat later on will mean an unchanged file: not while it is so young that
   * another change could leave the same stamp, nor stamped in the future.
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
