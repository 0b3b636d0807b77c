package org.dreamkeeper.file;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;

/**
 * The claim file, open: two slots of a fixed size, written in turn, so that a write that a power
 * cut tears costs the newer record only. The whole one with the higher serial counts.
 *
 * <p>Not safe from several threads.
 */
public record ClaimFile(OpenFile file) implements Closeable {
  private static final int SLOT_BYTES = 1024;

  /** Never closed, nor collected: that would free the lock of another channel on the same file. */
  private static final Queue<ClaimFile> LEFT_OPEN = new ConcurrentLinkedQueue<>();

  /** Locks it against other processes until it is closed; false if another one has it. */
  boolean lock() throws IOException {
    return file.tryLock();
  }

  /** Tells whether the lock still stands, as far as this process knows. */
  boolean isLocked() {
    return file.isLocked();
  }

  ClaimRecord read() throws IOException {
    ByteBuffer content = ByteBuffer.allocate(2 * SLOT_BYTES);
    while (content.hasRemaining() && file.read(content, content.position()) > 0) {
      // until full or at the end
    }
    return Stream.of(0, SLOT_BYTES)
        .map(at -> new String(content.array(), at, SLOT_BYTES, StandardCharsets.UTF_8).trim())
        .flatMap(line -> ClaimRecord.parse(line).stream())
        .max(Comparator.comparingLong(ClaimRecord::serial))
        .orElse(ClaimRecord.NONE);
  }

  /**
   * Reads what a directory's claim file says, without claiming anything; that of nobody if there is
   * none. Blocks.
   */
  public static ClaimRecord look(Path directory) throws IOException {
    ClaimFile content;
    try {
      content = new ClaimFile(NioDisk.openToRead(directory.resolve(DirectoryClaim.NAME)));
    } catch (NoSuchFileException none) {
      return ClaimRecord.NONE;
    }
    try {
      return content.read();
    } finally {
      if (ClaimRegistry.holdsAny()) {
        content.leaveOpen();
      } else {
        content.close();
      }
    }
  }

  /** Does not close it, for this process may hold a lock on the same file. */
  void leaveOpen() {
    LEFT_OPEN.add(this);
  }

  /** Writes a record, durably, and leaves the one before it. */
  void write(ClaimRecord next) throws IOException {
    byte[] line = next.print().getBytes(StandardCharsets.UTF_8);
    byte[] slot = Arrays.copyOf(line, SLOT_BYTES);
    Arrays.fill(slot, line.length, SLOT_BYTES - 1, (byte) ' ');
    slot[SLOT_BYTES - 1] = '\n';
    file.writeAll(slot, next.serial() % 2 * SLOT_BYTES);
    file.force();
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
