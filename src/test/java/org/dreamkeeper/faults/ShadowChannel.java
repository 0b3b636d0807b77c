package org.dreamkeeper.faults;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;

/** A channel on a {@link ShadowDisk}: what the claim does with one, and nothing else. */
final class ShadowChannel extends FileChannel {
  private final FileChannel channel;
  private final Path file;
  private final ShadowDisk disk;

  ShadowChannel(FileChannel channel, Path file, ShadowDisk disk) {
    this.channel = channel;
    this.file = file;
    this.disk = disk;
  }

  @Override
  public int read(ByteBuffer into, long at) throws IOException {
    return disk.readInPlace(channel, file, into, at);
  }

  @Override
  public int write(ByteBuffer from, long at) throws IOException {
    return disk.writeInPlace(channel, file, from, at);
  }

  @Override
  public void force(boolean metaData) throws IOException {
    disk.syncInPlace(file);
  }

  @Override
  public FileLock tryLock(long position, long size, boolean shared) throws IOException {
    return channel.tryLock(position, size, shared);
  }

  @Override
  protected void implCloseChannel() throws IOException {
    channel.close();
  }

  private static UnsupportedOperationException unused() {
    return new UnsupportedOperationException();
  }

  @Override
  public int read(ByteBuffer into) {
    throw unused();
  }

  @Override
  public long read(ByteBuffer[] into, int offset, int length) {
    throw unused();
  }

  @Override
  public int write(ByteBuffer from) {
    throw unused();
  }

  @Override
  public long write(ByteBuffer[] from, int offset, int length) {
    throw unused();
  }

  @Override
  public long position() {
    throw unused();
  }

  @Override
  public FileChannel position(long position) {
    throw unused();
  }

  @Override
  public long size() {
    throw unused();
  }

  @Override
  public FileChannel truncate(long size) {
    throw unused();
  }

  @Override
  public long transferTo(long position, long count, WritableByteChannel target) {
    throw unused();
  }

  @Override
  public long transferFrom(ReadableByteChannel source, long position, long count) {
    throw unused();
  }

  @Override
  public MappedByteBuffer map(MapMode mode, long position, long size) {
    throw unused();
  }

  @Override
  public FileLock lock(long position, long size, boolean shared) {
    throw unused();
  }
}
