package org.dreamkeeper.file;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.file.CopyOptions;
import io.vertx.core.file.FileSystem;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;

/**
 * A small file whose content and mtime both say something, replaced together in one step and
 * without syncs, through Vert.x's asynchronous {@link FileSystem}. What that lacks (an mtime to the
 * nanosecond, setting it) runs on a worker thread.
 *
 * <p>Asynchronous; its methods may be called from any context, one at a time.
 */
public final class MarkerFile {
  private static final CopyOptions REPLACE =
      new CopyOptions().setReplaceExisting(true).setAtomicMove(true);

  /**
   * What was found.
   *
   * @param content as text; null if there is no file
   * @param modified the mtime; 1970 if there is no file
   */
  public record Sight(String content, Instant modified) {
    static final Sight NOTHING = new Sight(null, Instant.EPOCH);
  }

  private final FileSystem fileSystem;
  private final Disk disk;
  private final Workers workers;
  private final Path file;
  private final String temporaryMark;
  private final AtomicLong temporaries;

  MarkerFile(
      FileSystem fileSystem,
      Disk disk,
      Workers workers,
      Path file,
      long epoch,
      AtomicLong temporaries) {
    this.fileSystem = fileSystem;
    this.disk = disk;
    this.workers = workers;
    this.file = file;
    this.temporaryMark = ".dk" + epoch + "-";
    this.temporaries = temporaries;
  }

  /**
   * Looks at the file.
   *
   * @return what is there; fails with an IOException if it cannot be read
   */
  public Future<Sight> look() {
    return workers.run(this::see);
  }

  private Sight see() throws IOException {
    try {
      Optional<FileStat> stat = disk.stat(file);
      if (stat.isEmpty()) {
        return Sight.NOTHING;
      }
      // Only the beginning says something; a file that is longer than any of ours is cut.
      String content =
          stat.get().size() == 0
              ? ""
              : new String(disk.read(file, 1 << 20), java.nio.charset.StandardCharsets.UTF_8);
      return new Sight(content, stat.get().modified());
    } catch (NoSuchFileException meanwhile) {
      return Sight.NOTHING;
    }
  }

  /**
   * Replaces content and mtime, unless what is found just before forbids it. The new file is
   * complete before the look, so that nothing stands between the look and the replacement.
   *
   * @param content the new content
   * @param modified the new mtime; null for the time of writing
   * @param go judges what is there
   * @return what was there, if {@code go} refused it; otherwise what is there now, with {@code
   *     replaced} true
   */
  public Future<Replacement> replace(String content, Instant modified, Predicate<Sight> go) {
    Path temporary =
        file.resolveSibling(
            file.getFileName() + temporaryMark + temporaries.incrementAndGet() + ".tmp");
    return fileSystem
        .writeFile(temporary.toString(), Buffer.buffer(content))
        .compose(written -> workers.run(() -> stampAndSee(temporary, content, modified)))
        .compose(
            seen -> {
              if (!go.test(seen.before())) {
                return discard(temporary).map(new Replacement(false, seen.before()));
              }
              return fileSystem
                  .move(temporary.toString(), file.toString(), REPLACE)
                  .map(new Replacement(true, seen.after()));
            })
        .recover(failure -> discard(temporary).transform(gone -> Future.failedFuture(failure)));
  }

  /**
   * How a replacement ended.
   *
   * @param replaced whether it was done
   * @param sight what is there now
   */
  public record Replacement(boolean replaced, Sight sight) {}

  private record Seen(Sight before, Sight after) {}

  private Seen stampAndSee(Path temporary, String content, Instant modified) throws IOException {
    if (modified != null) {
      disk.setModified(temporary, modified);
    }
    Instant stamp = disk.stat(temporary).map(FileStat::modified).orElse(Instant.EPOCH);
    return new Seen(see(), new Sight(content, stamp));
  }

  /**
   * Deletes the file, unless what is found just before forbids it.
   *
   * @param go judges what is there
   * @return as {@link #replace}
   */
  public Future<Replacement> delete(Predicate<Sight> go) {
    return look()
        .compose(
            before -> {
              if (!go.test(before)) {
                return Future.succeededFuture(new Replacement(false, before));
              }
              Future<Void> gone =
                  before.content() == null
                      ? Future.succeededFuture()
                      : fileSystem.delete(file.toString());
              return gone.map(new Replacement(true, Sight.NOTHING));
            });
  }

  private Future<Void> discard(Path temporary) {
    return fileSystem.delete(temporary.toString()).otherwiseEmpty();
  }
}
