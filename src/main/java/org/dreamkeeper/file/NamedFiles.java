package org.dreamkeeper.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.dreamkeeper.bus.impl.Log;
import org.slf4j.Logger;

/**
 * The files of one directory, by name, read and replaced whole. All methods block: call them on a
 * worker thread.
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
   * @param bytes the content
   * @param stat of that version
   * @param proves whether an equal stat later on will mean an unchanged file
   */
  @SuppressWarnings("ArrayRecordComponent") // two versions are told apart by stat
  public record Content(byte[] bytes, FileStat stat, boolean proves) {}

  /** A complete, synced temporary file that waits for its name. */
  public static final class Draft {
    private final Path temporary;
    private final String name;
    private final FileStat stat;

    private Draft(Path temporary, String name, FileStat stat) {
      this.temporary = temporary;
      this.name = name;
      this.stat = stat;
    }
  }

  private final Disk disk;
  private final VersionReader reader;
  private final Path directory;
  private final DirectoryClaim claim;
  private final boolean below;
  private final boolean sync;
  private final Temporaries temporaries;
  private volatile boolean unsyncedName;

  /**
   * Names the files of a directory, which need not exist yet.
   *
   * @param disk where
   * @param claim on the base directory: nothing is written into another one
   * @param directory its path
   * @param below whether it is one in the base directory: then it is looked at before it is used,
   *     for a link in its place would lead elsewhere
   * @param sync whether replacements are synced
   * @param temporaries names them
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

  /**
   * Looks at a file.
   *
   * @param name of the file
   * @return its stat, empty if there is none
   * @throws IOException if it cannot be looked at
   */
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
   *
   * @return its stat, empty if there is none
   * @throws IOException if it cannot be looked at, or is something else than a directory
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
   * Tells whether an equal stat later on will mean an unchanged file or directory.
   *
   * @param stat of one here
   * @return false while it is so young that another change could leave the same stamp
   */
  public boolean proves(FileStat stat) {
    return reader.proves(stat);
  }

  /**
   * Reads a file: a version that stood there during this call, whole, however often it is replaced.
   *
   * @param name of the file
   * @param maxBytes how large it may be
   * @return the content, empty if there is none
   * @throws IOException if it is no regular file, larger than that, or cannot be read
   */
  public Optional<Content> read(String name, long maxBytes) throws IOException {
    checkDirectory();
    return reader.whole(directory.resolve(name), maxBytes);
  }

  /**
   * Replaces a file.
   *
   * @param name of the file
   * @param content all of it
   * @return the stat of the new version
   * @throws IOException if the old content stands; or, if {@link #read} finds the new one, that
   *     only the last sync failed
   */
  public FileStat replace(String name, byte[] content) throws IOException {
    FileStat stat = publish(prepare(name, content));
    syncDirectory();
    return stat;
  }

  /**
   * Does the first half of a replacement: nothing is visible yet. Drafts of different names may be
   * prepared in parallel.
   *
   * @param name of the file
   * @param content all of it
   * @return what to {@link #publish}
   * @throws IOException if it cannot be written; nothing is left behind
   */
  public Draft prepare(String name, byte[] content) throws IOException {
    claim.check();
    checkDirectory();
    Path temporary = temporaries.of(directory.resolve(name));
    try {
      write(temporary, content, directory.resolve(name));
      // A rename changes neither mtime nor file key.
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
    // What one thread cannot sync, another may have a draft in already: that one's sync does it.
    boolean before = unsyncedName;
    unsyncedName = sync;
    Directories.create(disk, directory, sync);
    unsyncedName = before;
  }

  /**
   * Does the second half of a replacement, but for the {@link #syncDirectory} that makes it
   * durable: several may share that.
   *
   * @param draft complete
   * @return the stat of the new version
   * @throws IOException if the old content stands; the draft is gone
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

  /**
   * Removes a draft that will not be published.
   *
   * @param draft the draft
   */
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
   * Syncs the directory, so that names that were renamed, linked or deleted in it are durable.
   *
   * @throws UnsyncedException if that failed
   */
  public void syncDirectory() throws UnsyncedException {
    try {
      if (unsyncedName) {
        disk.syncDirectory(directory.getParent());
        unsyncedName = false;
      }
      if (sync) {
        disk.syncDirectory(directory);
      }
    } catch (IOException failure) {
      throw new UnsyncedException(failure);
    }
  }

  /**
   * Gives a file a second name, durably; the first one stays.
   *
   * @param name of the file
   * @param aside the second name
   * @throws IOException if that failed; the first name stands in any case
   */
  public void setAside(String name, String aside) throws IOException {
    disk.link(directory.resolve(aside), directory.resolve(name));
    syncDirectory();
  }

  /**
   * Deletes a file; durable after the next {@link #syncDirectory}.
   *
   * @param name of the file
   * @return whether there was one
   * @throws IOException if it is still there
   */
  public boolean delete(String name) throws IOException {
    checkDirectory();
    return disk.delete(directory.resolve(name));
  }

  /**
   * Creates a file; its content is durable, its name after the next {@link #syncDirectory}.
   *
   * @param name of the file, which must not exist
   * @param content all of it
   * @param like the file whose mode it takes
   * @throws IOException if it could not be written; it may be there in part
   */
  public void create(String name, byte[] content, String like) throws IOException {
    disk.create(directory.resolve(name), content, directory.resolve(like), sync);
  }

  /**
   * Writes at the end of a file, durably.
   *
   * @param name of the file
   * @param at where its end must be
   * @param content what to add
   * @throws IOException if it has another end, or could not be written: then a part of it may be
   */
  public void append(String name, long at, byte[] content) throws IOException {
    Path file = directory.resolve(name);
    Optional<FileStat> stat = disk.stat(file);
    if (stat.isEmpty() || !stat.get().regular() || stat.get().size() != at) {
      throw new FileSystemException(name, null, "does not end where it did");
    }
    try (OpenFile open = disk.open(file, false)) {
      ByteBuffer rest = ByteBuffer.wrap(content);
      long end = at;
      while (rest.hasRemaining()) {
        end += open.write(rest, end);
      }
      if (sync) {
        open.force();
      }
    }
  }

  /**
   * Lists the names.
   *
   * @return all names, in no order; none if there is no directory
   * @throws IOException if it cannot be listed
   */
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
   * Others' temporary files are not touched.
   *
   * @return how many
   * @throws IOException if the directory cannot be listed
   */
  public int sweep() throws IOException {
    int swept = 0;
    for (String name : list()) {
      if (temporaries.abandoned(name, this::stat)) {
        discard(directory.resolve(name));
        swept++;
      }
    }
    return swept;
  }
}
