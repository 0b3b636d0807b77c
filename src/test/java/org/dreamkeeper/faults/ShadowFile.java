package org.dreamkeeper.faults;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.dreamkeeper.file.OpenFile;

/** A file that is open on a {@link ShadowDisk}. */
record ShadowFile(OpenFile opened, Path file, ShadowDisk disk) implements OpenFile {
  @Override
  public int read(ByteBuffer into, long at) throws IOException {
    return disk.readInPlace(opened, file, into, at);
  }

  @Override
  public int write(ByteBuffer from, long at) throws IOException {
    return disk.writeInPlace(opened, file, from, at);
  }

  @Override
  public void force() throws IOException {
    disk.syncInPlace(file);
  }

  @Override
  public boolean tryLock() throws IOException {
    return opened.tryLock();
  }

  @Override
  public boolean isLocked() {
    return opened.isLocked();
  }

  @Override
  public void close() throws IOException {
    opened.close();
  }
}
