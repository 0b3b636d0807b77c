package org.dreamkeeper.file;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.dreamkeeper.bus.impl.async.CallWatch;
import org.dreamkeeper.bus.impl.async.Patience;
import org.dreamkeeper.bus.impl.async.ProjectThreads;
import org.dreamkeeper.bus.impl.async.Time;
import org.dreamkeeper.store.InUseException;
import org.dreamkeeper.store.JournalStore;
import org.dreamkeeper.store.LockStore;
import org.dreamkeeper.store.LogStore;
import org.dreamkeeper.store.ProjectStore;
import org.dreamkeeper.store.StateStore;
import org.dreamkeeper.store.StoreCheck;

/** A base directory that is claimed, and what its actors keep in it. */
public final class FileProjectStore implements ProjectStore {
  private final ProjectThreads threads;
  private final StoreTasks tasks;
  private final CallWatch watch;
  private final Patience patience;
  private final DirectoryClaim claim;
  private final EventFiles events;
  private final Parts parts;

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
    Disk disk = WatchedDisk.of(machine.disk(), watch);
    Path baseDir = path(options.baseDir());
    Directories.create(disk, baseDir, options.sync());
    // A link may be turned later on: what it leads to now is what is served.
    Path path = baseDir.toRealPath();
    this.claim =
        new Claimant(disk, path, options.instance(), options.contact(), machine.processes())
            .claim();
    Temporaries temporaries = new Temporaries(claim.epoch());
    this.events = new EventFiles(disk, path, claim, EventFiles.FULL);
    ClaimedDirectory home = new ClaimedDirectory(disk, path, claim, temporaries, options.sync());
    Time time = patience.time();
    NamedFiles files = home.files();
    temporaries.sweep(files);
    Quarantine quarantine = new Quarantine(files, time);
    StateStore state =
        new FileStateStore(files, threads.executor(), options.budget(), quarantine, events);
    LockStore lock =
        new FileLockStore(
            new StoreTasks(threads.executor(), LockFile.NAME + ": "),
            (file, text) -> watch.later(() -> machine.writer().write(vertx, file, text)),
            new LockFile(home, files, options.lock().settleMs()),
            new LockReader(machine.processes(), options.lock(), time),
            events,
            time);
    NamedFiles entries = home.files(FileLogStore.NAME);
    temporaries.sweep(entries);
    LogStore log =
        new FileLogStore(entries, claim, threads.executor(), options.budget(), time, events);
    JournalStore journal = new FileJournalStore(new StoreTasks(threads.executor(), ""), events);
    events.begin();
    StoreTasks checks = new StoreTasks(threads.executor(), "");
    StoreCheck check = new FileStoreCheck(checks, claim, state, files, entries, options.budget());
    this.parts = new Parts(state, lock, log, check, journal);
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
  public Parts parts() {
    return parts;
  }

  @Override
  public long silentMs() {
    return watch.silentMs();
  }

  @Override
  public Future<Void> close() {
    Future<Void> released =
        threads.finish(
            () -> {
              events.close();
              claim.release();
              return null;
            });
    return patience.with(released).transform(end -> Future.succeededFuture());
  }
}
