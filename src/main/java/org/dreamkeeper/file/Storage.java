package org.dreamkeeper.file;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.file.FileSystem;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.function.UnaryOperator;

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
  private final Workers workers;
  private final Path directory;
  private final boolean sync;
  private final DirectoryClaim claim;
  private final Temporaries temporaries;

  private Storage(
      Machine machine,
      FileSystem fileSystem,
      Workers workers,
      Path directory,
      boolean sync,
      DirectoryClaim claim,
      Temporaries temporaries) {
    this.machine = machine;
    this.fileSystem = fileSystem;
    this.workers = workers;
    this.directory = directory;
    this.sync = sync;
    this.claim = claim;
    this.temporaries = temporaries;
  }

  /**
   * Creates a base directory if it is missing, and claims it.
   *
   * @param vertx whose threads and file system
   * @param machine the rest
   * @param baseDir its path
   * @param sync whether replacements are synced
   * @param instance the claimant's id
   * @return the storage, to be closed; fails with {@link InUseException} or another IOException
   */
  public static Future<Storage> open(
      Vertx vertx, Machine machine, String baseDir, boolean sync, String instance) {
    Workers workers = new Workers(vertx);
    FileSystem fileSystem = machine.fileSystem().apply(vertx.fileSystem());
    return workers
        .run(
            () -> {
              Path directory = path(baseDir);
              Directories.create(machine.disk(), directory, sync);
              DirectoryClaim claim =
                  DirectoryClaim.take(machine.disk(), directory, instance, machine.processes());
              Temporaries temporaries = new Temporaries(claim.epoch());
              return new Storage(machine, fileSystem, workers, directory, sync, claim, temporaries);
            })
        .recover(failure -> workers.close().transform(closed -> Future.failedFuture(failure)));
  }

  private static Path path(String baseDir) throws IOException {
    try {
      return Path.of(baseDir).toAbsolutePath();
    } catch (InvalidPathException no) {
      throw new FileSystemException(baseDir, null, "is not a path");
    }
  }

  /**
   * Gives the same to one who wants to know that the disk answers.
   *
   * @param onAnswer runs after each file operation that is asked for through the result, and after
   *     each task on its threads, on the thread that did it
   * @return the storage; not to be closed
   */
  public Storage telling(Runnable onAnswer) {
    Machine heard =
        new Machine(
            new HeardDisk(machine.disk(), onAnswer), machine.fileSystem(), machine.processes());
    return new Storage(
        heard, fileSystem, workers.telling(onAnswer), directory, sync, claim, temporaries);
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
   * Gives the threads that may block.
   *
   * @return the threads
   */
  public Workers workers() {
    return workers;
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
    return new NamedFiles(machine.disk(), directory, sync, temporaries);
  }

  /**
   * Reaches the files of a directory below the base directory.
   *
   * @param name the directory's; it need not exist
   * @return the files
   */
  public NamedFiles files(String name) {
    return new NamedFiles(machine.disk(), directory.resolve(name), sync, temporaries);
  }

  /**
   * Reaches a file whose mtime counts, too.
   *
   * @param name the file's, in the base directory
   * @return the file
   */
  public MarkerFile marker(String name) {
    return new MarkerFile(
        fileSystem, machine.disk(), workers, directory.resolve(name), temporaries);
  }

  /**
   * Gives the claim and the threads back.
   *
   * @return completes when that is done; never fails for the disk's sake
   */
  public Future<Void> close() {
    return workers
        .run(
            () -> {
              claim.release();
              return null;
            })
        .transform(released -> workers.close());
  }
}
