package org.dreamkeeper.file;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.dreamkeeper.bus.impl.text.Log;
import org.dreamkeeper.file.VersionReader.Content;
import org.slf4j.Logger;

/**
 * The files of one directory, by name, read and replaced whole. All methods block; what cannot be
 * done is an IOException.
 *
 * <p>A replacement is durable when it returns (unless the project's durability is {@code os}): the
 * whole content goes into a temporary file beside the target, which is synced; it is renamed over
 * the target, atomically; the directory is synced. If a step fails, the temporary file is removed,
 * never synced again (a second fsync may succeed without the lost pages), and the old content
 * stands; after a failed last step, the new one.
 */
final class NamedFiles {
  private static final Logger LOG = Log.of(NamedFiles.class);

  /** A complete, synced temporary file that waits for its name, and the stat that it will keep. */
  record Draft(Path temporary, String name, FileStat stat) {}

  private final ClaimedDirectory home;
  private final Disk disk;
  private final VersionReader reader;
  private final Path directory;

  /** Whether its own name, made here, may be lost with the power. */
  private boolean unsyncedName;

  NamedFiles(ClaimedDirectory home, Path directory) {
    this.home = home;
    this.disk = home.disk();
    this.reader = new VersionReader(disk);
    this.directory = directory;
  }

  @Override
  public String toString() {
    return directory.toString();
  }

  /** Looks at a file; empty if there is none. */
  Optional<FileStat> stat(String name) throws IOException {
    try {
      return disk.stat(directory.resolve(name));
    } catch (IOException failure) {
      checkDirectory();
      throw failure;
    }
  }

  /** Looks at the directory itself. Whatever else stands in its place, a link too, is refused. */
  Optional<FileStat> statDirectory() throws IOException {
    Optional<FileStat> stat = disk.stat(directory);
    if (stat.isPresent() && !stat.get().directory()) {
      String reason = directory.getFileName() + " is not a directory, and links are not followed";
      throw new FileSystemException(directory.toString(), null, reason);
    }
    return stat;
  }

  /** The base directory itself is the claim's to look after. */
  private void checkDirectory() throws IOException {
    if (!directory.equals(home.path())) {
      statDirectory();
    }
  }

  /** Tells whether an equal stat later on will mean an unchanged file or directory. */
  boolean proves(FileStat stat) {
    return reader.proves(stat);
  }

  /** Reads a version of a file that stood there during this call, whole; empty if there is none. */
  Optional<Content> read(String name, long maxBytes) throws IOException {
    checkDirectory();
    return reader.whole(directory.resolve(name), maxBytes);
  }

  /** Reads the beginning of a file, with the stat that it had; empty if there is none. */
  Optional<Content> beginning(String name, long maxBytes) throws IOException {
    return reader.beginning(directory.resolve(name), maxBytes);
  }

  /** Tells whether a file is still what was seen, null for none; by content where need be. */
  boolean unchanged(String name, Content seen) throws IOException {
    boolean same = stat(name).equals(Optional.ofNullable(seen).map(Content::stat));
    if (!same || seen == null || seen.proves()) {
      return same;
    }
    return beginning(name, seen.bytes().length + 1L)
        .filter(now -> Arrays.equals(now.bytes(), seen.bytes()))
        .isPresent();
  }

  /** Does the first half of a replacement, which nobody sees; in parallel for different names. */
  Draft prepare(String name, byte[] content) throws IOException {
    return prepare(name, content, home.sync());
  }

  /** The same, empty and not synced: somebody else writes into it. */
  Draft draft(String name) throws IOException {
    return prepare(name, new byte[0], false);
  }

  private Draft prepare(String name, byte[] content, boolean sync) throws IOException {
    home.claim().check();
    checkDirectory();
    Path target = directory.resolve(name);
    Path temporary = home.temporaries().of(target);
    try {
      write(temporary, content, target, sync);
      FileStat stat =
          disk.stat(temporary).orElseThrow(() -> new NoSuchFileException(temporary.toString()));
      return new Draft(temporary, name, stat);
    } catch (Throwable failure) {
      discard(temporary);
      throw failure;
    }
  }

  private void write(Path temporary, byte[] content, Path target, boolean sync) throws IOException {
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
   * durable, and that several may share; gives the stat of the new version. After a failure the old
   * one stands, and the draft is gone.
   */
  FileStat publish(Draft draft) throws IOException {
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
  void discard(Draft draft) {
    discard(draft.temporary);
  }

  /** Removes a temporary file, if the disk lets it be. */
  void discard(String name) {
    discard(directory.resolve(name));
  }

  private void discard(Path temporary) {
    try {
      disk.delete(temporary);
    } catch (IOException failure) {
      LOG.debug("{} stays until the next start: {}", temporary, DiskFailure.reason(failure));
    }
  }

  /** Makes durable what names it has, and its own, if it was made here. */
  synchronized void syncDirectory() throws UnsyncedException {
    if (home.sync()) {
      try {
        if (unsyncedName) {
          disk.syncDirectory(directory.getParent());
          unsyncedName = false;
        }
        disk.syncDirectory(directory);
      } catch (IOException failure) {
        throw new UnsyncedException(failure);
      }
    }
  }

  /** Gives a file a second name, durably; the first one stays in any case. */
  void setAside(String name, String aside) throws IOException {
    disk.link(directory.resolve(aside), directory.resolve(name));
    syncDirectory();
  }

  /** Deletes a file, and tells whether there was one; durable after {@link #syncDirectory}. */
  boolean delete(String name) throws IOException {
    checkDirectory();
    return disk.delete(directory.resolve(name));
  }

  /**
   * Writes at the end of a file, durably; where that is 0, a new one, as open as another. After a
   * failure a part of it may be there.
   */
  void append(String name, long end, byte[] content, String like) throws IOException {
    Path file = directory.resolve(name);
    if (end == 0) {
      disk.create(file, content, directory.resolve(like), home.sync());
      syncDirectory();
      return;
    }
    Optional<FileStat> stat = disk.stat(file);
    if (stat.isEmpty() || !stat.get().regular() || stat.get().size() != end) {
      throw new FileSystemException(name, null, "does not end where it did");
    }
    try (OpenFile open = disk.open(file, false)) {
      open.writeAll(content, end);
      if (home.sync()) {
        open.force();
      }
    }
  }

  /** Lists all names, in no order; none if there is no directory. */
  List<String> list() throws IOException {
    checkDirectory();
    try {
      return disk.list(directory);
    } catch (NoSuchFileException missing) {
      return List.of();
    }
  }

  /** Lists the temporary files that nobody will finish, in order. */
  List<String> abandoned() throws IOException {
    return home.temporaries().abandoned(this);
  }

  /** Gives a file another name, which nothing has, durably. */
  void move(String name, String to) throws IOException {
    home.claim().check();
    checkDirectory();
    disk.rename(directory.resolve(name), directory.resolve(to));
    syncDirectory();
  }
}
