package org.dreamkeeper.file;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileLock;

/** A file that is open to be read, written in place and locked. All methods block. */
public interface OpenFile extends Closeable {

  /**
   * Reads some bytes.
   *
   * @param into takes what fits
   * @param at where in the file
   * @return how many; -1 at the end
   * @throws IOException if it cannot be read
   */
  int read(ByteBuffer into, long at) throws IOException;

  /**
   * Writes some bytes.
   *
   * @param from has them
   * @param at where in the file
   * @return how many, perhaps not all
   * @throws IOException if nothing was written
   */
  int write(ByteBuffer from, long at) throws IOException;

  /**
   * Writes over the beginning.
   *
   * @param content all of it
   * @throws IOException if it cannot be written, or only in part
   */
  default void writeAll(byte[] content) throws IOException {
    ByteBuffer rest = ByteBuffer.wrap(content);
    while (rest.hasRemaining()) {
      write(rest, rest.position());
    }
  }

  /**
   * Forces what was written to the disk.
   *
   * @throws IOException if that failed
   */
  void force() throws IOException;

  /**
   * Locks the whole file against other processes.
   *
   * @return the lock, which ends with the file's closing; null if another process has it
   * @throws IOException if it cannot be locked
   */
  FileLock tryLock() throws IOException;
}
