package org.dreamkeeper.file;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/** A file that is open to be read, written in place and locked. All methods block. */
public interface OpenFile extends Closeable {

  /** Reads what fits, from some place on; gives how many bytes it was, -1 at the end. */
  int read(ByteBuffer into, long at) throws IOException;

  /** Writes some bytes; gives how many, perhaps not all. */
  int write(ByteBuffer from, long at) throws IOException;

  /** Writes all bytes from some place on; after a failure, some of them may be there. */
  default void writeAll(byte[] content, long at) throws IOException {
    ByteBuffer rest = ByteBuffer.wrap(content);
    while (rest.hasRemaining()) {
      write(rest, at + rest.position());
    }
  }

  /** Forces what was written to the disk. */
  void force() throws IOException;

  /**
   * Locks the whole file against other processes, until it is closed; false if another process has
   * locked it.
   */
  boolean tryLock() throws IOException;

  /** Tells whether that lock still stands, as far as this process knows. */
  boolean isLocked();
}
