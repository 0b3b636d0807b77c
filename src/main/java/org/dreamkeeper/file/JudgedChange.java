package org.dreamkeeper.file;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.util.function.Predicate;
import org.dreamkeeper.file.MarkerFile.Judge;
import org.dreamkeeper.file.MarkerFile.Outcome;
import org.dreamkeeper.file.MarkerFile.Sight;

/**
 * Changes a file over exactly what was judged.
 *
 * <p>Between the look and the change stands nothing of ours, but another process may write into the
 * file, and find by reading it that it is theirs. So, where the file is shared with such processes:
 *
 * <ol>
 *   <li>What stands there gets a second name, by which it is judged.
 *   <li>Just before the change, its stat is still the same, or it is judged anew: judging takes far
 *       longer than the change.
 *   <li>After the change it is looked at again by that name. What others wrote in between they may
 *       have read, too: if it forbids the change, it gets its place back. What they write later
 *       they do not find, for the path leads to the new file.
 *   <li>Where there was no file, the new one is only placed if there still is none.
 * </ol>
 *
 * <p>Where there are no hard links, only the first look protects. All methods block.
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
  private final Temporaries temporaries;
  private final boolean shared;

  JudgedChange(Disk disk, Path file, Temporaries temporaries, boolean shared) {
    this.disk = disk;
    this.reader = new VersionReader(disk);
    this.file = file;
    this.temporaries = temporaries;
    this.shared = shared;
  }

  Sight see() throws IOException {
    return see(file);
  }

  private Sight see(Path name) throws IOException {
    return reader
        .beginning(name, MAX_BYTES)
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
    for (int tries = 0; ; tries++) {
      Path second = shared ? secondName() : null;
      try {
        Sight before = see(second == null ? file : second);
        J judgement = judge.of(before);
        if (!go.test(judgement)) {
          return new Outcome<>(false, judgement, null);
        }
        if ((second == null || same(second, before)) && change.over(before)) {
          return second == null
              ? new Outcome<>(true, judgement, next)
              : lookAgain(second, before, judgement, next, judge, go);
        }
        if (tries == MAX_TRIES) {
          throw new IOException(file.getFileName() + " comes and goes all the time");
        }
      } finally {
        unname(second);
      }
    }
  }

  /** Tells whether a file has not been written since it was seen, as far as its stat says. */
  private boolean same(Path name, Sight seen) throws IOException {
    return disk.stat(name).filter(is -> is.modified().equals(seen.modified())).isPresent();
  }

  /** Gives what stands at the path another name; null if nothing does, or there are no links. */
  private Path secondName() {
    Path second = temporaries.of(file);
    try {
      disk.link(second, file);
      return second;
    } catch (IOException | UnsupportedOperationException none) {
      return null;
    }
  }

  private void unname(Path second) {
    try {
      if (second != null) {
        disk.delete(second);
      }
    } catch (IOException stays) {
      // swept at the next start
    }
  }

  private <J> Outcome<J> lookAgain(
      Path second, Sight before, J judgement, Sight next, Judge<J> judge, Predicate<J> go)
      throws IOException {
    try {
      if (same(second, before)) {
        return new Outcome<>(true, judgement, next);
      }
      Sight after = see(second);
      if (after.content().equals(before.content())) {
        return new Outcome<>(true, judgement, next);
      }
      J now = judge.of(after);
      if (go.test(now)) {
        return new Outcome<>(true, now, next);
      }
      disk.rename(second, file);
      return new Outcome<>(false, now, null);
    } catch (IOException | RuntimeException unknown) {
      disk.rename(second, file);
      throw unknown;
    }
  }
}
