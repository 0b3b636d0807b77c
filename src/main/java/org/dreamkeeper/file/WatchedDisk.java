package org.dreamkeeper.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** A disk of whose calls a {@link DiskWatch} knows. */
record WatchedDisk(Disk disk, DiskWatch watch) implements Disk {
  private interface Change {
    void run() throws IOException;
  }

  private static void change(DiskWatch watch, Change change) throws IOException {
    watch.call(
        () -> {
          change.run();
          return null;
        });
  }

  @Override
  public Optional<FileStat> stat(Path file) throws IOException {
    return watch.call(() -> disk.stat(file));
  }

  @Override
  public byte[] read(Path file, long maxBytes) throws IOException {
    return watch.call(() -> disk.read(file, maxBytes));
  }

  @Override
  public void create(Path file, byte[] content, Path like, boolean sync) throws IOException {
    change(watch, () -> disk.create(file, content, like, sync));
  }

  @Override
  public void rename(Path from, Path to) throws IOException {
    change(watch, () -> disk.rename(from, to));
  }

  @Override
  public void link(Path name, Path file) throws IOException {
    change(watch, () -> disk.link(name, file));
  }

  @Override
  public boolean delete(Path file) throws IOException {
    return watch.call(() -> disk.delete(file));
  }

  @Override
  public void setModified(Path file, Instant modified, Path like) throws IOException {
    change(watch, () -> disk.setModified(file, modified, like));
  }

  @Override
  public List<String> list(Path directory) throws IOException {
    return watch.call(() -> disk.list(directory));
  }

  @Override
  public void syncDirectory(Path directory) throws IOException {
    change(watch, () -> disk.syncDirectory(directory));
  }

  @Override
  public void createDirectories(Path directory) throws IOException {
    change(watch, () -> disk.createDirectories(directory));
  }

  @Override
  public OpenFile open(Path file, boolean create) throws IOException {
    return new Watched(watch.call(() -> disk.open(file, create)), watch);
  }

  private record Watched(OpenFile file, DiskWatch watch) implements OpenFile {
    @Override
    public int read(ByteBuffer into, long at) throws IOException {
      return watch.call(() -> file.read(into, at));
    }

    @Override
    public int write(ByteBuffer from, long at) throws IOException {
      return watch.call(() -> file.write(from, at));
    }

    @Override
    public void force() throws IOException {
      change(watch, file::force);
    }

    @Override
    public FileLock tryLock() throws IOException {
      return watch.call(file::tryLock);
    }

    @Override
    public void close() throws IOException {
      change(watch, file::close);
    }
  }
}
