package org.dreamkeeper.file;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Predicate;
import org.dreamkeeper.file.MarkerFile.Judge;
import org.dreamkeeper.file.MarkerFile.Outcome;
import org.dreamkeeper.file.MarkerFile.Sight;
import org.dreamkeeper.file.NamedFiles.Content;

/**
 * Changes a file over exactly what was judged, as far as others let that be known.
 *
 * <p>A process that shares the file does not ask: it judges it free, opens it with truncation,
 * writes its PID, and has the lock if it then reads that at the path. Where it opens the file
 *
 * <ol>
 *   <li>before our last look, the stat is another, and the file is judged anew;
 *   <li>after our rename, it writes into our file, and is found there by whoever looks later: after
 *       {@code settleMs}, at each renewal, every ten seconds;
 *   <li>in between, it writes into a file to which no path leads any more, reads ours, and gives
 *       up. Only if it reads before the rename, too, do both believe: but that is five system calls
 *       of its own between two neighbouring ones of ours.
 *   <li>Where there was no file, the new one is only placed if there still is none.
 * </ol>
 *
 * <p>So what stands at the path after the rename is never put back: who wrote it may have given up.
 * All methods block.
 */
final class JudgedChange {
  /** None of ours is larger; of a foreign file that is, the beginning counts. */
  private static final long MAX_BYTES = 1 << 20;

  /** Against a file that comes and goes all the time. */
  private static final int MAX_TRIES = 10;

  /** Changes the path, once what stands there allows it. */
  private interface Change {
    /** Tells whether it was made; if not, somebody else was faster. */
    boolean over(Sight judged) throws IOException;
  }

  private final Disk disk;
  private final VersionReader reader;
  private final Path file;
  private final boolean shared;

  JudgedChange(Disk disk, Path file, boolean shared) {
    this.disk = disk;
    this.reader = new VersionReader(disk);
    this.file = file;
    this.shared = shared;
  }

  Sight see() throws IOException {
    return sight(reader.beginning(file, MAX_BYTES));
  }

  private static Sight sight(Optional<Content> found) {
    return found
        .map(is -> new Sight(new String(is.bytes(), StandardCharsets.UTF_8), is.stat().modified()))
        .orElse(Sight.NOTHING);
  }

  /** Lets a complete file take the path; it is the caller's to delete if it does not. */
  <J> Outcome<J> replace(Path complete, Sight next, Judge<J> judge, Predicate<J> go)
      throws IOException {
    return change(judged -> place(complete, judged), next, judge, go);
  }

  <J> Outcome<J> delete(Judge<J> judge, Predicate<J> go) throws IOException {
    return change(
        judged -> {
          disk.delete(file);
          return true;
        },
        Sight.NOTHING,
        judge,
        go);
  }

  private boolean place(Path complete, Sight judged) throws IOException {
    if (shared && judged.content() == null) {
      try {
        disk.link(file, complete);
        disk.delete(complete);
        return true;
      } catch (FileAlreadyExistsException another) {
        return false;
      } catch (IOException | UnsupportedOperationException noLinks) {
        // as over a file that is there
      }
    }
    disk.rename(complete, file);
    return true;
  }

  private <J> Outcome<J> change(Change change, Sight next, Judge<J> judge, Predicate<J> go)
      throws IOException {
    for (int tries = 0; tries <= MAX_TRIES; tries++) {
      Optional<Content> found = reader.beginning(file, MAX_BYTES);
      Sight before = sight(found);
      J judgement = judge.of(before);
      if (!go.test(judgement)) {
        return new Outcome<>(false, judgement, null);
      }
      // Judging takes far longer than the change.
      boolean same = !shared || disk.stat(file).equals(found.map(Content::stat));
      if (same && change.over(before)) {
        return new Outcome<>(true, judgement, next);
      }
    }
    throw new IOException(file.getFileName() + " comes and goes all the time");
  }
}
