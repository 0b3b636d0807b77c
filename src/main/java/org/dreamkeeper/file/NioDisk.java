package org.dreamkeeper.file;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** The machine's own disk, through java.nio. */
final class NioDisk implements Disk {
  static final Disk INSTANCE = new NioDisk();

  /**
   * As much as is written at once, bytes: of what a channel is given on the heap, the JDK makes a
   * direct copy, and keeps one of the largest size for each thread.
   */
  private static final int MAX_PIECE = 1 << 16;

  private NioDisk() {}

  @Override
  public Optional<FileStat> stat(Path file) throws IOException {
    try {
      BasicFileAttributes is =
          Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      Object key = is.fileKey();
      return Optional.of(
          new FileStat(
              is.isRegularFile(),
              is.isDirectory(),
              is.size(),
              is.lastModifiedTime().toInstant(),
              key == null ? file.toRealPath().toString() : key.toString()));
    } catch (NoSuchFileException missing) {
      return Optional.empty();
    }
  }

  @Override
  public byte[] read(Path file, long maxBytes) throws IOException {
    try (InputStream content =
        Files.newInputStream(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
      return content.readNBytes((int) Math.min(maxBytes, Integer.MAX_VALUE));
    }
  }

  @Override
  public void create(Path file, byte[] content, Path like, boolean sync) throws IOException {
    try (OpenFile open = open(file, true)) {
      Modes.keep(like, file);
      open.writeAll(content, 0);
      if (sync) {
        open.force();
      }
    }
  }

  @Override
  public void rename(Path from, Path to) throws IOException {
    Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  @Override
  public void link(Path name, Path file) throws IOException {
    Files.createLink(name, file);
  }

  @Override
  public boolean delete(Path file) throws IOException {
    return Files.deleteIfExists(file);
  }

  @Override
  public void setModified(Path file, Instant modified, Path like) throws IOException {
    Modes.keep(like, file);
    Files.getFileAttributeView(file, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
        .setTimes(FileTime.from(modified), null, null);
  }

  @Override
  public List<String> list(Path directory) throws IOException {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.map(each -> each.getFileName().toString()).toList();
    } catch (UncheckedIOException failure) {
      throw failure.getCause();
    }
  }

  @Override
  public void syncDirectory(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  @Override
  public void createDirectories(Path directory) throws IOException {
    try {
      Files.createDirectories(directory, Modes.directory());
    } catch (FileAlreadyExistsException other) {
      throw new FileSystemException(directory.toString(), null, "is not a directory");
    }
  }

  @Override
  public OpenFile open(Path file, boolean create) throws IOException {
    return new NioFile(
        FileChannel.open(
            file,
            Set.of(
                StandardOpenOption.READ,
                StandardOpenOption.WRITE,
                create ? StandardOpenOption.CREATE_NEW : StandardOpenOption.CREATE,
                LinkOption.NOFOLLOW_LINKS),
            Modes.file()));
  }

  /** Opens a file that is there, and writes nothing. */
  static OpenFile openToRead(Path file) throws IOException {
    return new NioFile(FileChannel.open(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS));
  }

  private static final class NioFile implements OpenFile {
    private final FileChannel channel;
    private FileLock lock;

    NioFile(FileChannel channel) {
      this.channel = channel;
    }

    @Override
    public int read(ByteBuffer into, long at) throws IOException {
      return channel.read(into, at);
    }

    @Override
    public int write(ByteBuffer from, long at) throws IOException {
      int length = Math.min(MAX_PIECE, from.remaining());
      int written = channel.write(from.slice(from.position(), length), at);
      from.position(from.position() + written);
      return written;
    }

    @Override
    public void force() throws IOException {
      channel.force(true);
    }

    @Override
    public boolean tryLock() throws IOException {
      lock = channel.tryLock();
      return lock != null;
    }

    @Override
    public boolean isLocked() {
      return lock.isValid();
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }
}
