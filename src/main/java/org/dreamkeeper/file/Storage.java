package org.dreamkeeper.file;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.file.FileSystem;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.function.UnaryOperator;
import org.dreamkeeper.bus.impl.BlockingExecutor;
import org.dreamkeeper.bus.impl.ProjectThreads;
import org.dreamkeeper.bus.impl.Time;

/** A base directory that is claimed, and what its actors reach on it. */
public final class Storage {

  /**
   * Where the disk and the process table come from: the machine, or a test.
   *
   * @param disk the blocking operations
   * @param fileSystem lets a test stand in front of Vert.x's file system
   * @param processes who is alive
   */
  public record Machine(Disk disk, UnaryOperator<FileSystem> fileSystem, Processes processes) {
    /** The machine itself. */
    public static final Machine REAL =
        new Machine(NioDisk.INSTANCE, UnaryOperator.identity(), ProcTable.INSTANCE);
  }

  private final Machine machine;
  private final FileSystem fileSystem;
  private final ProjectThreads threads;
  private final DiskWatch watch;
  private final Disk disk;
  private final Path directory;
  private final boolean sync;
  private final DirectoryClaim claim;
  private final Temporaries temporaries;

  private Storage(
      Vertx vertx,
      DiskWatch watch,
      ProjectThreads threads,
      Machine machine,
      Path baseDir,
      boolean sync,
      String instance)
      throws IOException {
    this.machine = machine;
    this.fileSystem = machine.fileSystem().apply(vertx.fileSystem());
    this.threads = threads;
    this.watch = watch;
    this.disk = new WatchedDisk(machine.disk(), watch);
    this.sync = sync;
    Directories.create(disk, baseDir, sync);
    // A link may be turned later on: what it leads to now is what is served.
    this.directory = baseDir.toRealPath();
    this.claim = DirectoryClaim.take(disk, directory, instance, machine.processes());
    this.temporaries = new Temporaries(claim.epoch());
  }

  /**
   * Creates a base directory if it is missing, and claims it.
   *
   * @param vertx whose file system
   * @param time for how long the disk is silent
   * @param threads the project's own
   * @param machine the rest
   * @param baseDir its path
   * @param sync whether replacements are synced
   * @param instance the claimant's id
   * @return the storage, to be closed; fails with {@link InUseException} or another IOException,
   *     also where the disk is silent: what it gives later is given back
   */
  public static Future<Storage> open(
      Vertx vertx,
      Time time,
      ProjectThreads threads,
      Machine machine,
      String baseDir,
      boolean sync,
      String instance) {
    DiskWatch watch = new DiskWatch(time);
    Future<Storage> opened =
        threads
            .executor()
            .run(() -> new Storage(vertx, watch, threads, machine, path(baseDir), sync, instance));
    return watch.unlessSilent(opened).onFailure(silent -> opened.onSuccess(Storage::close));
  }

  private static Path path(String baseDir) throws IOException {
    try {
      return Path.of(baseDir).toAbsolutePath();
    } catch (InvalidPathException no) {
      throw new FileSystemException(baseDir, null, "is not a path");
    }
  }

  /**
   * Gives the claim.
   *
   * @return the claim on the directory
   */
  public DirectoryClaim claim() {
    return claim;
  }

  /**
   * Makes an executor for one who has work that may block.
   *
   * @return one with an order of its own, on the project's threads
   */
  public BlockingExecutor executor() {
    return threads.executor();
  }

  /**
   * Gives the watch on the calls to this disk.
   *
   * @return the watch
   */
  public DiskWatch watch() {
    return watch;
  }

  /**
   * Tells who is alive.
   *
   * @return the process table
   */
  public Processes processes() {
    return machine.processes();
  }

  /**
   * Reaches the files of the base directory itself.
   *
   * @return the files
   */
  public NamedFiles files() {
    return new NamedFiles(disk, claim, directory, false, sync, temporaries);
  }

  /**
   * Reaches the files of a directory below the base directory.
   *
   * @param name the directory's; it need not exist
   * @return the files
   */
  public NamedFiles files(String name) {
    return new NamedFiles(disk, claim, directory.resolve(name), true, sync, temporaries);
  }

  /**
   * Reaches a file whose mtime counts, too.
   *
   * @param name the file's, in the base directory
   * @param shared whether processes that do not ask may write into it at the same moment
   * @return the file
   */
  public MarkerFile marker(String name, boolean shared) {
    return new MarkerFile(
        fileSystem, watch, disk, executor(), directory.resolve(name), temporaries, shared);
  }

  /**
   * Gives the claim back when all work is done, after which there is none any more.
   *
   * @return completes when that is done, or the disk is silent: then it is done when the disk
   *     answers. Never fails
   */
  public Future<Void> close() {
    Future<Void> released =
        threads.finish(
            () -> {
              claim.release();
              return null;
            });
    return watch.unlessSilent(released).transform(end -> Future.succeededFuture());
  }
}
