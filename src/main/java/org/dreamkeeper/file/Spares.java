package org.dreamkeeper.file;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.file.AsyncFile;
import io.vertx.core.file.FileSystem;
import io.vertx.core.file.OpenOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import org.dreamkeeper.bus.BlockingExecutor;

/**
 * Two spare files beside a marker file, {@code .dreamkeeper.spare-0} and {@code -1}: the next
 * content is written over the one that is not published, and linked into place. Its blocks are
 * allocated already; a new file's would be flushed by the rename (ext4's {@code auto_da_alloc}),
 * which costs more than all else.
 *
 * <p>Content is padded with blanks before its last byte, so that it never gets shorter and nothing
 * of an older one shows behind it.
 *
 * <p>Asynchronous, through Vert.x's {@link FileSystem}; one call at a time. The threads below that
 * are the application's, too: each time a thread of the project's own hears from the disk first,
 * and stays behind where that is silent.
 */
final class Spares {
  private static final int PADDED_BYTES = 512;
  private static final int NONE = -1;

  /** A spare file, open for as long as it is one. */
  private record Spare(Path path, AsyncFile file) {}

  private final FileSystem fileSystem;
  private final DiskWatch watch;
  private final Disk disk;
  private final BlockingExecutor blocking;
  private final Path[] paths;
  private final Spare[] open = new Spare[2];
  private final int[] length = {PADDED_BYTES, PADDED_BYTES};
  private int written;
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
   * Writes a content over the spare that is not published.
   *
   * @param content not empty
   * @return the spare's path; fails with Vert.x's own FileSystemException
   */
  Future<Path> write(byte[] content) {
    written = published == 0 ? 1 : 0;
    byte[] padded = pad(content, length[written]);
    length[written] = padded.length;
    boolean fresh = open[written] == null;
    return open(written)
        .compose(
            spare ->
                watch
                    .later(() -> spare.file().write(Buffer.buffer(padded), 0))
                    // After a power cut it may say something old, but it is never empty: an empty
                    // lock file is one that somebody has released.
                    .compose(
                        done ->
                            fresh
                                ? watch.later(() -> spare.file().flush())
                                : Future.succeededFuture())
                    .map(spare.path()));
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
    published = written;
  }

  /**
   * Parts with the spare that was written last: after a failure, nobody knows what it is.
   *
   * @return completes when that was tried; never fails
   */
  Future<Void> discard() {
    return abandon(written).transform(done -> Future.succeededFuture());
  }

  /** Notes that something else has taken the marker file's place: both spares are free. */
  void withdrawn() {
    published = NONE;
  }

  private Future<Spare> open(int which) {
    Path path = paths[which];
    if (open[which] != null) {
      return hear(path).map(open[which]);
    }
    OpenOptions fresh =
        new OpenOptions()
            .setRead(false)
            .setWrite(true)
            .setCreate(true)
            .setCreateNew(true)
            .setPerms(Modes.ownerOnly());
    // A crashed host's spare may still be the marker file itself: never written over, only unnamed.
    return unname(path)
        .compose(gone -> watch.later(() -> fileSystem.open(path.toString(), fresh)))
        .map(
            file -> {
              open[which] = new Spare(path, file);
              return open[which];
            });
  }

  /** Changes a thing that nobody looks at: a frozen disk does not let it be, and still is read. */
  private Future<Void> hear(Path path) {
    return blocking.run(
        () -> {
          try {
            disk.setModified(path, Instant.EPOCH, path);
          } catch (IOException no) {
            // An answer, too; whether the spare will do, the write tells.
          }
          return null;
        });
  }

  private Future<Void> abandon(int which) {
    Spare spare = open[which];
    open[which] = null;
    length[which] = PADDED_BYTES;
    Future<Void> closed =
        spare == null ? Future.succeededFuture() : watch.later(() -> spare.file().close());
    return closed.eventually(() -> unname(paths[which]));
  }

  private Future<Void> unname(Path path) {
    return blocking.run(
        () -> {
          disk.delete(path);
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
