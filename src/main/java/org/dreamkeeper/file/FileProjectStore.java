package org.dreamkeeper.file;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.file.FileSystem;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.dreamkeeper.bus.impl.CallWatch;
import org.dreamkeeper.bus.impl.Log;
import org.dreamkeeper.bus.impl.Patience;
import org.dreamkeeper.bus.impl.ProjectThreads;
import org.dreamkeeper.bus.impl.Time;
import org.dreamkeeper.store.InUseException;
import org.dreamkeeper.store.LockStore;
import org.dreamkeeper.store.LogStore;
import org.dreamkeeper.store.ProjectStore;
import org.dreamkeeper.store.StateStore;
import org.dreamkeeper.store.StoreCheck;
import org.slf4j.Logger;

/** A base directory that is claimed, and what its actors keep in it. */
public final class FileProjectStore implements ProjectStore {
  private static final Logger LOG = Log.of(FileProjectStore.class);

  private final ProjectThreads threads;
  private final StoreTasks tasks;
  private final CallWatch watch;
  private final Patience patience;
  private final Disk disk;
  private final Path directory;
  private final boolean sync;
  private final DirectoryClaim claim;
  private final Temporaries temporaries;
  private final StateStore state;
  private final LockStore lock;
  private final LogStore log;
  private final StoreCheck check;

  private FileProjectStore(
      Vertx vertx,
      CallWatch watch,
      Patience patience,
      ProjectThreads threads,
      Machine machine,
      FileOptions options)
      throws IOException {
    this.threads = threads;
    this.tasks = new StoreTasks(threads.executor(), DirectoryClaim.NAME + ": ");
    this.watch = watch;
    this.patience = patience;
    this.disk = WatchedDisk.of(machine.disk(), watch);
    this.sync = options.sync();
    Path baseDir = path(options.baseDir());
    Directories.create(disk, baseDir, sync);
    // A link may be turned later on: what it leads to now is what is served.
    this.directory = baseDir.toRealPath();
    this.claim = new Claimant(disk, directory, options.instance(), machine.processes()).claim();
    this.temporaries = new Temporaries(claim.epoch());
    sweep(files());
    Quarantine quarantine = new Quarantine(files(), patience.time());
    this.state = new FileStateStore(files(), threads.executor(), options.budget(), quarantine);
    FileSystem fileSystem = machine.fileSystem().apply(vertx.fileSystem());
    Time time = patience.time();
    this.lock =
        new FileLockStore(
            new StoreTasks(threads.executor(), LockFile.NAME + ": "),
            (file, text) -> watch.later(() -> fileSystem.writeFile(file, text)),
            new LockFile(disk, claim, directory, temporaries, sync, options.lock().settleMs() > 0),
            new LockReader(machine.processes(), options.lock(), time),
            options.lock().settleMs(),
            time);
    NamedFiles entries = files(FileLogStore.NAME);
    sweep(entries);
    this.log = new FileLogStore(entries, claim, threads.executor(), options.budget(), time);
    StoreTasks checks = new StoreTasks(threads.executor(), "");
    this.check = new FileStoreCheck(checks, claim, state, files(), entries, options.budget());
  }

  private void sweep(NamedFiles files) {
    try {
      files.sweep();
    } catch (Throwable stay) {
      LOG.warn("{}: temporary files stay: {}", directory, DiskFailure.reason(stay));
    }
  }

  /**
   * Creates a base directory if it is missing, and claims it.
   *
   * @param vertx whose file system
   * @param time for how long the disk is silent
   * @param threads the project's own; closing the store ends them
   * @param machine the rest
   * @param options which directory
   * @return the store, to be closed; fails with {@link InUseException} or a StoreException that
   *     says why, not where; also where the disk is silent: what it gives later is given back
   */
  public static Future<FileProjectStore> open(
      Vertx vertx, Time time, ProjectThreads threads, Machine machine, FileOptions options) {
    CallWatch watch = new CallWatch(time);
    Patience patience = new Patience(time, watch::silentMs);
    Future<FileProjectStore> opened =
        new StoreTasks(threads.executor(), "")
            .run(() -> new FileProjectStore(vertx, watch, patience, threads, machine, options));
    return patience.with(opened).onFailure(silent -> opened.onSuccess(FileProjectStore::close));
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

  @Override
  public long epoch() {
    return claim.epoch();
  }

  @Override
  public Future<Long> raiseEpoch(long token) {
    return tasks.run(() -> claim.exceed(token));
  }

  @Override
  public String lost() {
    return claim.lost();
  }

  @Override
  public Future<String> look() {
    return tasks.run(claim::obstacle);
  }

  @Override
  public StateStore state() {
    return state;
  }

  @Override
  public LockStore lock() {
    return lock;
  }

  @Override
  public LogStore log() {
    return log;
  }

  /** Judges and mends what is kept beside what is served. */
  public StoreCheck check() {
    return check;
  }

  @Override
  public long silentMs() {
    return watch.silentMs();
  }

  /**
   * Reaches the files of the base directory itself.
   *
   * @return the files
   */
  public NamedFiles files() {
    return new NamedFiles(disk, claim, directory, false, sync, temporaries);
  }

  private NamedFiles files(String name) {
    return new NamedFiles(disk, claim, directory.resolve(name), true, sync, temporaries);
  }

  @Override
  public Future<Void> close() {
    Future<Void> released =
        threads.finish(
            () -> {
              claim.release();
              return null;
            });
    return patience.with(released).transform(end -> Future.succeededFuture());
  }
}
