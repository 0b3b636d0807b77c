package org.dreamkeeper.file;

import io.vertx.core.Future;
import io.vertx.core.file.FileSystem;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import org.dreamkeeper.bus.impl.BlockingExecutor;

/**
 * Two spare files beside a marker file, {@code .dreamkeeper.spare-0} and {@code -1}: the next
 * content is written over the one that is not published, and linked into place. Its blocks are
 * allocated already; a new file's would be flushed by the rename (ext4's {@code auto_da_alloc}),
 * which costs more than all else.
 *
 * <p>Content is padded with blanks before its last byte, so that it never gets shorter and nothing
 * of an older one shows behind it.
 *
 * <p>They are created through Vert.x's {@link FileSystem}. Its threads are the application's, too:
 * a thread of the project's own has just heard from the disk then, and stays behind where that is
 * silent. They are written on the project's own threads, for Vert.x writes on the worker pool that
 * the application may use up. One call at a time.
 */
final class Spares {
  private static final int PADDED_BYTES = 512;
  private static final int NONE = -1;

  private final FileSystem fileSystem;
  private final DiskWatch watch;
  private final Disk disk;
  private final BlockingExecutor blocking;
  private final Path[] paths;
  private final OpenFile[] open = new OpenFile[2];
  private final int[] length = new int[2];
  private int next;
  private int published = NONE;

  Spares(
      FileSystem fileSystem, DiskWatch watch, Disk disk, BlockingExecutor blocking, Path marker) {
    this.fileSystem = fileSystem;
    this.watch = watch;
    this.disk = disk;
    this.blocking = blocking;
    this.paths =
        new Path[] {
          marker.resolveSibling(".dreamkeeper.spare-0"),
          marker.resolveSibling(".dreamkeeper.spare-1")
        };
  }

  /**
   * Sees to it that there is a spare to be written.
   *
   * @return completes when there is; fails with an IOException or Vert.x's own FileSystemException
   */
  Future<Void> ready() {
    next = published == 0 ? 1 : 0;
    if (open[next] != null) {
      return Future.succeededFuture();
    }
    Path path = paths[next];
    return blocking
        .run(() -> hear(path))
        .compose(
            gone -> watch.later(() -> fileSystem.createFile(path.toString(), Modes.ownerOnly())))
        .compose(
            made ->
                blocking.run(
                    () -> {
                      open[next] = disk.open(path, false);
                      length[next] = 0;
                      return null;
                    }));
  }

  /** Frees the name, and makes a change: a frozen disk lets itself be looked at all the same. */
  private Void hear(Path path) throws IOException {
    // A crashed host's spare may still be the marker file itself: never written over, only unnamed.
    disk.delete(path);
    disk.create(path, new byte[0], path, false);
    disk.delete(path);
    return null;
  }

  /**
   * Writes a content over the spare that is not published. Blocks.
   *
   * @param content not empty
   * @return the spare's path
   * @throws IOException if it cannot be written
   */
  Path write(byte[] content) throws IOException {
    boolean fresh = length[next] == 0;
    byte[] padded = pad(content, Math.max(PADDED_BYTES, length[next]));
    length[next] = padded.length;
    open[next].writeAll(padded, 0);
    if (fresh) {
      // After a power cut it may say something old, but it is never empty: an empty lock file is
      // one that somebody has released.
      open[next].force();
    }
    return paths[next];
  }

  private static byte[] pad(byte[] content, int length) {
    int size = Math.max(length, content.length);
    byte[] padded = Arrays.copyOf(content, size);
    int last = content.length - 1;
    Arrays.fill(padded, last, size, (byte) ' ');
    padded[size - 1] = content[last];
    return padded;
  }

  /**
   * Notes that the marker file is the spare that was written last: it is left alone from now on.
   */
  void published() {
    published = next;
  }

  /**
   * Parts with the spare that was written last: after a failure, nobody knows what it is.
   *
   * @return completes when that was tried; never fails
   */
  Future<Void> discard() {
    return abandon(next).transform(done -> Future.succeededFuture());
  }

  /** Notes that something else has taken the marker file's place: both spares are free. */
  void withdrawn() {
    published = NONE;
  }

  private Future<Void> abandon(int which) {
    return blocking.run(
        () -> {
          OpenFile spare = open[which];
          open[which] = null;
          try (spare) {
            disk.delete(paths[which]);
          }
          return null;
        });
  }

  /**
   * Closes and deletes both.
   *
   * @return completes when that was tried; never fails
   */
  Future<Void> close() {
    return Future.join(abandon(0), abandon(1)).transform(done -> Future.succeededFuture());
  }
}
