package org.dreamkeeper.file;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A disk whose changes stay in memory: what a host that starts now would find and do is seen, and
 * nothing is done. What nobody changed is read as it is.
 *
 * <p>Temporary files that others have left are not removed even here: they are to be told of. Safe
 * from any thread; all methods block.
 */
final class PreviewDisk implements Disk {
  private final Disk real;

  /** What was changed: a file, or nothing where one was removed. */
  private final Map<Path, Optional<Kept>> changed = new HashMap<>();

  private final Set<Path> directories = new HashSet<>();
  private int count;

  PreviewDisk(Disk real) {
    this.real = real;
  }

  /** A file in memory; nobody changes its bytes. */
  @SuppressWarnings("ArrayRecordComponent") // versions are told apart by stat
  private record Kept(byte[] bytes, Instant modified, String key) {
    FileStat stat() {
      return new FileStat(true, false, bytes.length, modified, key);
    }
  }

  /** Writes as {@link Machine.Writer} does. */
  Future<Void> write(Vertx vertx, Path file, Buffer content) {
    keep(file, content.getBytes());
    return Future.succeededFuture();
  }

  private synchronized void keep(Path file, byte[] bytes) {
    Optional<Kept> before = changed.getOrDefault(file, Optional.empty());
    String key = before.map(Kept::key).orElse("preview " + ++count);
    changed.put(file, Optional.of(new Kept(bytes, Instant.now(), key)));
  }

  /** Gives a file as it is by now, taken into memory. */
  private Kept kept(Path file) throws IOException {
    Optional<Kept> known = changed.get(file);
    if (known == null) {
      FileStat stat = real.stat(file).orElseThrow(() -> new NoSuchFileException(file.toString()));
      byte[] bytes = real.read(file, Integer.MAX_VALUE);
      known = Optional.of(new Kept(bytes, stat.modified(), stat.key()));
    }
    return known.orElseThrow(() -> new NoSuchFileException(file.toString()));
  }

  @Override
  public synchronized Optional<FileStat> stat(Path file) throws IOException {
    Optional<Kept> known = changed.get(file);
    if (known != null) {
      return known.map(Kept::stat);
    }
    return directories.contains(file)
        ? Optional.of(new FileStat(false, true, 0, Instant.EPOCH, "preview " + file))
        : real.stat(file);
  }

  @Override
  public byte[] read(Path file, long maxBytes) throws IOException {
    Kept mine = null;
    synchronized (this) {
      mine = changed.containsKey(file) ? kept(file) : null;
    }
    return mine == null
        ? real.read(file, maxBytes)
        : Arrays.copyOf(mine.bytes(), (int) Math.min(maxBytes, mine.bytes().length));
  }

  @Override
  public synchronized void create(Path file, byte[] content, Path like, boolean sync)
      throws IOException {
    if (stat(file).isPresent()) {
      throw new FileAlreadyExistsException(file.toString());
    }
    if (stat(file.getParent()).isEmpty()) {
      throw new NoSuchFileException(file.toString());
    }
    keep(file, content.clone());
  }

  @Override
  public synchronized void rename(Path from, Path to) throws IOException {
    changed.put(to, Optional.of(kept(from)));
    changed.put(from, Optional.empty());
  }

  @Override
  public synchronized void link(Path name, Path file) throws IOException {
    if (stat(name).isPresent()) {
      throw new FileAlreadyExistsException(name.toString());
    }
    changed.put(name, Optional.of(kept(file)));
  }

  @Override
  public synchronized boolean delete(Path file) throws IOException {
    boolean there = stat(file).isPresent();
    if (there && !changed.containsKey(file) && file.toString().endsWith(".tmp")) {
      throw new FileSystemException(file.toString(), null, "is only looked at");
    }
    changed.put(file, Optional.empty());
    return there;
  }

  @Override
  public synchronized void setModified(Path file, Instant modified, Path like) throws IOException {
    Kept before = kept(file);
    changed.put(file, Optional.of(new Kept(before.bytes(), modified, before.key())));
  }

  @Override
  public synchronized List<String> list(Path directory) throws IOException {
    Set<String> names =
        new HashSet<>(directories.contains(directory) ? List.of() : real.list(directory));
    changed.forEach(
        (file, kept) -> {
          if (directory.equals(file.getParent())) {
            String name = file.getFileName().toString();
            if (kept.isPresent()) {
              names.add(name);
            } else {
              names.remove(name);
            }
          }
        });
    return List.copyOf(names);
  }

  @Override
  public void syncDirectory(Path directory) {
    // There is nothing that could be lost.
  }

  @Override
  public synchronized void createDirectories(Path directory) throws IOException {
    for (Path each = directory; each != null && stat(each).isEmpty(); each = each.getParent()) {
      directories.add(each);
    }
  }

  @Override
  public synchronized OpenFile open(Path file, boolean create) throws IOException {
    if (create) {
      create(file, new byte[0], file, false);
    }
    changed.put(file, Optional.of(kept(file)));
    return new InMemory(file);
  }

  private synchronized void write(Path file, byte[] some, long at) throws IOException {
    Kept before = kept(file);
    byte[] bytes =
        Arrays.copyOf(before.bytes(), (int) Math.max(before.bytes().length, at + some.length));
    System.arraycopy(some, 0, bytes, (int) at, some.length);
    changed.put(file, Optional.of(new Kept(bytes, Instant.now(), before.key())));
  }

  private final class InMemory implements OpenFile {
    private final Path file;

    InMemory(Path file) {
      this.file = file;
    }

    @Override
    public int read(ByteBuffer into, long at) throws IOException {
      byte[] bytes = PreviewDisk.this.read(file, Integer.MAX_VALUE);
      int length = (int) Math.min(into.remaining(), bytes.length - at);
      if (length > 0) {
        into.put(bytes, (int) at, length);
      }
      return length > 0 ? length : -1;
    }

    @Override
    public int write(ByteBuffer from, long at) throws IOException {
      byte[] some = new byte[from.remaining()];
      from.get(some);
      PreviewDisk.this.write(file, some, at);
      return some.length;
    }

    @Override
    public void force() {
      // There is nothing that could be lost.
    }

    @Override
    public boolean tryLock() {
      return true;
    }

    @Override
    public boolean isLocked() {
      return true;
    }

    @Override
    public void close() {
      // Memory stays.
    }
  }
}
