package org.dreamkeeper.file;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;

/** The machine's disk, with a hook before each operation: it may fail, wait, count or meddle. */
public final class FaultyDisk implements Disk {
  /** What a hook stands before. */
  public enum Op {
    STAT,
    READ,
    CREATE,
    RENAME,
    LINK,
    DELETE,
    SET_MODIFIED,
    LIST,
    SYNC_DIRECTORY,
    CREATE_DIRECTORIES,
    OPEN
  }

  /** Runs on the thread that asks. */
  public interface Hook {
    /**
     * Runs before an operation.
     *
     * @param name the last part of the path; the target's of a rename, the new one of a link
     * @throws IOException what the operation fails with
     */
    void before(String name) throws IOException;
  }

  private static final Hook NOTHING = name -> {};

  private final Disk disk = NioDisk.INSTANCE;
  private volatile UnaryOperator<Instant> stamps = UnaryOperator.identity();
  private final Map<Op, Hook> hooks = new ConcurrentHashMap<>();

  /**
   * Makes the machine that has this disk.
   *
   * @return the rest is real
   */
  public Machine machine() {
    return new Machine(this, Machine.REAL.writer(), Machine.REAL.processes());
  }

  /**
   * Sets a hook, in place of the one before.
   *
   * @param op what it stands before
   * @param hook the hook
   * @return this
   */
  public FaultyDisk on(Op op, Hook hook) {
    hooks.put(op, hook);
    return this;
  }

  /**
   * Makes an operation fail from now on.
   *
   * @param op which
   * @param reason such as {@code No space left on device}
   * @return this
   */
  public FaultyDisk fail(Op op, String reason) {
    return on(
        op,
        name -> {
          throw new FileSystemException(name, null, reason);
        });
  }

  /**
   * Makes it stamp otherwise than the machine's.
   *
   * @param shown gives the mtime that is shown in place of one
   * @return this
   */
  public FaultyDisk stamps(UnaryOperator<Instant> shown) {
    stamps = shown;
    return this;
  }

  /**
   * Takes all hooks away.
   *
   * @return this
   */
  public FaultyDisk heal() {
    hooks.clear();
    return this;
  }

  private void before(Op op, Path file) throws IOException {
    hooks.getOrDefault(op, NOTHING).before(file.getFileName().toString());
  }

  @Override
  public Optional<FileStat> stat(Path file) throws IOException {
    before(Op.STAT, file);
    return disk.stat(file)
        .map(
            is ->
                new FileStat(
                    is.regular(),
                    is.directory(),
                    is.size(),
                    stamps.apply(is.modified()),
                    is.key()));
  }

  @Override
  public byte[] read(Path file, long maxBytes) throws IOException {
    before(Op.READ, file);
    return disk.read(file, maxBytes);
  }

  @Override
  public void create(Path file, byte[] content, Path like, boolean sync) throws IOException {
    before(Op.CREATE, file);
    disk.create(file, content, like, sync);
  }

  @Override
  public void rename(Path from, Path to) throws IOException {
    before(Op.RENAME, to);
    disk.rename(from, to);
  }

  @Override
  public void link(Path name, Path file) throws IOException {
    before(Op.LINK, name);
    disk.link(name, file);
  }

  @Override
  public boolean delete(Path file) throws IOException {
    before(Op.DELETE, file);
    return disk.delete(file);
  }

  @Override
  public void setModified(Path file, Instant modified, Path like) throws IOException {
    before(Op.SET_MODIFIED, file);
    disk.setModified(file, modified, like);
  }

  @Override
  public List<String> list(Path directory) throws IOException {
    before(Op.LIST, directory);
    return disk.list(directory);
  }

  @Override
  public void syncDirectory(Path directory) throws IOException {
    before(Op.SYNC_DIRECTORY, directory);
    disk.syncDirectory(directory);
  }

  @Override
  public void createDirectories(Path directory) throws IOException {
    before(Op.CREATE_DIRECTORIES, directory);
    disk.createDirectories(directory);
  }

  @Override
  public OpenFile open(Path file, boolean create) throws IOException {
    before(Op.OPEN, file);
    return disk.open(file, create);
  }
}
