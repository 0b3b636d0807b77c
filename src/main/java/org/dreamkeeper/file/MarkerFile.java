package org.dreamkeeper.file;

import io.vertx.core.Future;
import io.vertx.core.file.FileSystem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.function.Predicate;
import org.dreamkeeper.bus.impl.BlockingExecutor;

/**
 * A small file whose content and mtime both say something, replaced together in one step and
 * without syncs. What is new is created through Vert.x's asynchronous {@link FileSystem}; all else
 * runs on the project's own threads. To be closed.
 *
 * <p>Asynchronous; its methods may be called from any context, one at a time.
 */
public final class MarkerFile {
  /**
   * What was found.
   *
   * @param content as text; null if there is no file
   * @param modified the mtime; null if there is no file
   */
  public record Sight(String content, Instant modified) {
    static final Sight NOTHING = new Sight(null, null);
  }

  /**
   * Judges what was found.
   *
   * @param <J> what it says
   */
  public interface Judge<J> {
    /**
     * Judges, on a thread of the project's: it may block.
     *
     * @param sight what was found
     * @return the judgement
     * @throws IOException if it cannot; then nothing is changed
     */
    J of(Sight sight) throws IOException;
  }

  private final Disk disk;
  private final JudgedChange change;
  private final BlockingExecutor blocking;
  private final Path file;
  private final Temporaries temporaries;
  private final Spares spares;

  MarkerFile(
      FileSystem fileSystem,
      DiskWatch watch,
      Disk disk,
      BlockingExecutor blocking,
      Path file,
      Temporaries temporaries,
      boolean shared) {
    this.disk = disk;
    this.change = new JudgedChange(disk, file, shared);
    this.blocking = blocking;
    this.file = file;
    this.temporaries = temporaries;
    this.spares = new Spares(fileSystem, watch, disk, blocking, file);
  }

  /**
   * How a change of the file ended.
   *
   * @param done whether it was made
   * @param judgement of what was there just before
   * @param sight what is there now
   * @param <J> what a judge says
   */
  public record Outcome<J>(boolean done, J judgement, Sight sight) {}

  /**
   * Looks at the file.
   *
   * @param judge judges what is there
   * @param <J> what it says
   * @return the judgement; fails with an IOException if the file cannot be read
   */
  public <J> Future<J> look(Judge<J> judge) {
    return blocking.run(() -> judge.of(change.see()));
  }

  /**
   * Replaces content and mtime, unless what is found just before forbids it. The new file is
   * complete before the look, and judging and replacing are one step on one thread.
   *
   * @param content the new content, not empty; blanks may be added before its last character
   * @param modified the new mtime
   * @param judge judges what is there
   * @param go decides by the judgement, on the same thread
   * @param <J> what a judge says
   * @return how it ended; fails with an IOException or Vert.x's own FileSystemException, and then
   *     the old file stands
   */
  public <J> Future<Outcome<J>> replace(
      String content, Instant modified, Judge<J> judge, Predicate<J> go) {
    byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
    return spares
        .ready()
        .compose(
            ready ->
                blocking.run(
                    () ->
                        publish(
                            temporary -> linkOrCopy(temporary, spares.write(bytes), bytes),
                            new Sight(content, modified),
                            judge,
                            go)))
        .onSuccess(
            outcome -> {
              if (outcome.done()) {
                spares.published();
              }
            })
        .recover(failure -> spares.discard().transform(gone -> Future.failedFuture(failure)));
  }

  private void linkOrCopy(Path temporary, Path spare, byte[] content) throws IOException {
    try {
      disk.link(temporary, spare);
    } catch (IOException | UnsupportedOperationException noLinks) {
      disk.create(temporary, content, file, false);
    }
  }

  /**
   * Empties the file and sets its mtime, in the same way. There is nothing to write, so all of it
   * is one step; and it works while the JVM ends, when Vert.x's file system no longer does.
   *
   * @param modified the new mtime
   * @param judge judges what is there
   * @param go decides by the judgement, on the same thread
   * @param <J> what a judge says
   * @return how it ended; fails with an IOException, and then the old file stands
   */
  public <J> Future<Outcome<J>> clear(Instant modified, Judge<J> judge, Predicate<J> go) {
    return withdrawn(
        blocking.run(
            () ->
                publish(
                    temporary -> disk.create(temporary, new byte[0], file, false),
                    new Sight("", modified),
                    judge,
                    go)));
  }

  /** Makes a complete temporary file. */
  private interface Maker {
    void make(Path temporary) throws IOException;
  }

  private <J> Outcome<J> publish(Maker maker, Sight next, Judge<J> judge, Predicate<J> go)
      throws IOException {
    Path temporary = temporaries.of(file);
    try {
      maker.make(temporary);
      disk.setModified(temporary, next.modified(), file);
      Outcome<J> outcome = change.replace(temporary, next, judge, go);
      if (!outcome.done()) {
        disk.delete(temporary);
      }
      return outcome;
    } catch (Throwable failure) {
      discard(temporary, failure);
      throw failure;
    }
  }

  private void discard(Path temporary, Throwable failure) {
    try {
      disk.delete(temporary);
    } catch (IOException stays) {
      failure.addSuppressed(stays);
    }
  }

  /**
   * Deletes the file, unless what is found just before forbids it.
   *
   * @param judge judges what is there
   * @param go decides by the judgement, on the same thread
   * @param <J> what a judge says
   * @return how it ended; fails with an IOException, and then the old file stands
   */
  public <J> Future<Outcome<J>> delete(Judge<J> judge, Predicate<J> go) {
    return withdrawn(blocking.run(() -> change.delete(judge, go)));
  }

  private <J> Future<Outcome<J>> withdrawn(Future<Outcome<J>> change) {
    return change.onSuccess(
        outcome -> {
          if (outcome.done()) {
            spares.withdrawn();
          }
        });
  }

  /**
   * Gives back what was open for the next replacement; another one opens it again.
   *
   * @return completes when done; never fails
   */
  public Future<Void> close() {
    return spares.close();
  }
}
