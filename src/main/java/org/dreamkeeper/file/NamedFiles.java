package org.dreamkeeper.file;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.dreamkeeper.bus.impl.Log;
import org.slf4j.Logger;

/**
 * The files of one directory, by name, read and replaced whole. All methods block: call them on a
 * worker thread. What cannot be done is an IOException.
 *
 * <p>A replacement is durable when it returns (unless the project's durability is {@code os}):
 *
 * <ol>
 *   <li>The whole content goes into a temporary file beside the target,
 *   <li>which is synced;
 *   <li>it is renamed over the target, atomically: a reader sees the old content or the new;
 *   <li>the directory is synced.
 * </ol>
 *
 * <p>If a step fails, the temporary file is removed, never synced again (a second fsync may succeed
 * without the lost pages), and the old content stands; after a failed last step, the new one.
 */
public final class NamedFiles {
  private static final Logger LOG = Log.of(NamedFiles.class);

  /**
   * A file's content and the stat that belongs to it.
   *
   * @param proves whether an equal stat later on will mean an unchanged file
   */
  @SuppressWarnings("ArrayRecordComponent") // two versions are told apart by stat
  public record Content(byte[] bytes, FileStat stat, boolean proves) {}

  /**
   * A complete, synced temporary file that waits for its name.
   *
   * @param stat its own, and that of what it will replace: a rename changes neither mtime nor key
   */
  public record Draft(Path temporary, String name, FileStat stat) {}

  private final Disk disk;
  private final VersionReader reader;
  private final Path directory;
  private final DirectoryClaim claim;
  private final boolean below;
  private final boolean sync;
  private final Temporaries temporaries;
  private boolean unsyncedName;

  /**
   * Names the files of a directory, which need not exist yet.
   *
   * @param claim on the base directory: nothing is written into another one
   * @param below whether it is one in the base directory: then it is looked at before it is used,
   *     for a link in its place would lead elsewhere
   * @param sync whether replacements are synced
   */
  NamedFiles(
      Disk disk,
      DirectoryClaim claim,
      Path directory,
      boolean below,
      boolean sync,
      Temporaries temporaries) {
    this.disk = disk;
    this.claim = claim;
    this.reader = new VersionReader(disk);
    this.directory = directory;
    this.below = below;
    this.sync = sync;
    this.temporaries = temporaries;
  }

  /** Looks at a file; empty if there is none. */
  public Optional<FileStat> stat(String name) throws IOException {
    try {
      return disk.stat(directory.resolve(name));
    } catch (IOException failure) {
      checkDirectory();
      throw failure;
    }
  }

  /**
   * Looks at the directory itself; its mtime changes when a name is added, replaced or removed.
   * Whatever else stands in its place, a link too, is refused.
   */
  public Optional<FileStat> statDirectory() throws IOException {
    Optional<FileStat> stat = disk.stat(directory);
    if (stat.isPresent() && !stat.get().directory()) {
      String reason = directory.getFileName() + " is not a directory, and links are not followed";
      throw new FileSystemException(directory.toString(), null, reason);
    }
    return stat;
  }

  private void checkDirectory() throws IOException {
    if (below) {
      statDirectory();
    }
  }

  /**
   * Tells whether an equal stat later on will mean an unchanged file or directory; not while it is
   * so young that another change could leave the same stamp.
   */
  public boolean proves(FileStat stat) {
    return reader.proves(stat);
  }

  /**
   * Reads a regular file of at most that size: a version that stood there during this call, whole,
   * however often it is replaced; empty if there is none.
   */
  public Optional<Content> read(String name, long maxBytes) throws IOException {
    checkDirectory();
    return reader.whole(directory.resolve(name), maxBytes);
  }

  /**
   * Tells whether a file is still what was seen, null where there was none: by content, too, where
   * its stat does not prove it.
   */
  boolean unchanged(String name, Content seen) throws IOException {
    return stat(name).equals(Optional.ofNullable(seen).map(Content::stat))
        && (seen == null || seen.proves() || reader.has(directory.resolve(name), seen.bytes()));
  }

  /** Replaces a file; after an {@link UnsyncedException} the new content stands. */
  public FileStat replace(String name, byte[] content) throws IOException {
    FileStat stat = publish(prepare(name, content));
    syncDirectory();
    return stat;
  }

  /**
   * Does the first half of a replacement: nothing is visible yet, and nothing is left behind by a
   * failure. Drafts of different names may be prepared in parallel.
   *
   * @return what to {@link #publish} or {@link #discard}
   */
  public Draft prepare(String name, byte[] content) throws IOException {
    claim.check();
    checkDirectory();
    Path target = directory.resolve(name);
    Path temporary = temporaries.of(target);
    try {
      write(temporary, content, target);
      FileStat stat =
          disk.stat(temporary).orElseThrow(() -> new NoSuchFileException(temporary.toString()));
      return new Draft(temporary, name, stat);
    } catch (Throwable failure) {
      discard(temporary);
      throw failure;
    }
  }

  private void write(Path temporary, byte[] content, Path target) throws IOException {
    try {
      disk.create(temporary, content, target, sync);
    } catch (NoSuchFileException noDirectory) {
      makeDirectory();
      disk.create(temporary, content, target, sync);
    }
  }

  private synchronized void makeDirectory() throws IOException {
    disk.createDirectories(directory);
    unsyncedName = true;
  }

  /**
   * Does the second half of a replacement, but for the {@link #syncDirectory} that makes it
   * durable: several may share that.
   *
   * @return the stat of the new version; after a failure the old one stands, and the draft is gone
   */
  public FileStat publish(Draft draft) throws IOException {
    try {
      // Nothing else: a caller may just have judged what stands there.
      disk.rename(draft.temporary, directory.resolve(draft.name));
      return draft.stat;
    } catch (Throwable failure) {
      discard(draft);
      throw failure;
    }
  }

  /** Removes a draft that will not be published. */
  public void discard(Draft draft) {
    discard(draft.temporary);
  }

  private void discard(Path temporary) {
    try {
      disk.delete(temporary);
    } catch (IOException failure) {
      LOG.debug("{} stays until the next start: {}", temporary, DiskFailure.reason(failure));
    }
  }

  /**
   * Syncs the directory, so that names that were renamed, linked or deleted in it are durable. So
   * is its own name, if it was made here.
   */
  public void syncDirectory() throws UnsyncedException {
    if (!sync) {
      return;
    }
    try {
      syncName();
      disk.syncDirectory(directory);
    } catch (IOException failure) {
      throw new UnsyncedException(failure);
    }
  }

  private synchronized void syncName() throws IOException {
    if (unsyncedName) {
      disk.syncDirectory(directory.getParent());
      unsyncedName = false;
    }
  }

  /** Gives a file a second name, durably; the first one stays in any case. */
  public void setAside(String name, String aside) throws IOException {
    disk.link(directory.resolve(aside), directory.resolve(name));
    syncDirectory();
  }

  /** Deletes a file, and tells whether there was one; durable after {@link #syncDirectory}. */
  public boolean delete(String name) throws IOException {
    checkDirectory();
    return disk.delete(directory.resolve(name));
  }

  /**
   * Creates a file, which must not exist; after a failure it may be there in part. Its content is
   * durable, its name after {@link #syncDirectory}.
   *
   * @param like the file whose mode it takes
   */
  public void create(String name, byte[] content, String like) throws IOException {
    disk.create(directory.resolve(name), content, directory.resolve(like), sync);
  }

  /** Writes at the end of a file, durably; after a failure a part of it may be there. */
  public void append(String name, long end, byte[] content) throws IOException {
    Path file = directory.resolve(name);
    Optional<FileStat> stat = disk.stat(file);
    if (stat.isEmpty() || !stat.get().regular() || stat.get().size() != end) {
      throw new FileSystemException(name, null, "does not end where it did");
    }
    try (OpenFile open = disk.open(file, false)) {
      open.writeAll(content, end);
      if (sync) {
        open.force();
      }
    }
  }

  /** Lists all names, in no order; none if there is no directory. */
  public List<String> list() throws IOException {
    checkDirectory();
    try {
      return disk.list(directory);
    } catch (NoSuchFileException missing) {
      return List.of();
    }
  }

  /**
   * Removes the temporary files of what is kept here that nobody will finish: those of earlier
   * instances, which the claim proves dead, and those of foreign processes that are an hour old.
   *
   * @return how many
   */
  public int sweep() throws IOException {
    List<String> abandoned = abandoned();
    abandoned.forEach(name -> discard(directory.resolve(name)));
    return abandoned.size();
  }

  /** Lists what {@link #sweep} removes, in order. */
  List<String> abandoned() throws IOException {
    List<String> abandoned = new ArrayList<>();
    for (String name : list()) {
      if (temporaries.abandoned(name, this)) {
        abandoned.add(name);
      }
    }
    Collections.sort(abandoned);
    return abandoned;
  }

  /** Gives a file another name, which nothing has, durably. */
  void move(String name, String to) throws IOException {
    claim.check();
    checkDirectory();
    disk.rename(directory.resolve(name), directory.resolve(to));
    syncDirectory();
  }
}
