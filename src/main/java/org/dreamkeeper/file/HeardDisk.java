package org.dreamkeeper.file;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Says of each operation that it has ended, well or not: long work is no silence. */
final class HeardDisk implements Disk {
  private interface Operation<T> {
    T run() throws IOException;
  }

  private interface Change {
    void run() throws IOException;
  }

  private final Disk disk;
  private final Runnable onAnswer;

  /**
   * Stands in front of a disk.
   *
   * @param onAnswer runs on the thread that asked
   */
  HeardDisk(Disk disk, Runnable onAnswer) {
    this.disk = disk;
    this.onAnswer = onAnswer;
  }

  private <T> T ask(Operation<T> operation) throws IOException {
    try {
      return operation.run();
    } finally {
      onAnswer.run();
    }
  }

  private void change(Change change) throws IOException {
    try {
      change.run();
    } finally {
      onAnswer.run();
    }
  }

  @Override
  public Optional<FileStat> stat(Path file) throws IOException {
    return ask(() -> disk.stat(file));
  }

  @Override
  public byte[] read(Path file, long maxBytes) throws IOException {
    return ask(() -> disk.read(file, maxBytes));
  }

  @Override
  public void create(Path file, byte[] content, boolean sync) throws IOException {
    change(() -> disk.create(file, content, sync));
  }

  @Override
  public void rename(Path from, Path to) throws IOException {
    change(() -> disk.rename(from, to));
  }

  @Override
  public void link(Path name, Path file) throws IOException {
    change(() -> disk.link(name, file));
  }

  @Override
  public boolean delete(Path file) throws IOException {
    return ask(() -> disk.delete(file));
  }

  @Override
  public void setModified(Path file, Instant modified) throws IOException {
    change(() -> disk.setModified(file, modified));
  }

  @Override
  public List<String> list(Path directory) throws IOException {
    return ask(() -> disk.list(directory));
  }

  @Override
  public void syncDirectory(Path directory) throws IOException {
    change(() -> disk.syncDirectory(directory));
  }

  @Override
  public void createDirectories(Path directory) throws IOException {
    change(() -> disk.createDirectories(directory));
  }

  @Override
  public FileChannel open(Path file, boolean create) throws IOException {
    return ask(() -> disk.open(file, create));
  }
}
