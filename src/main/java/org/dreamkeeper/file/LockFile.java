package org.dreamkeeper.file;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Function;
import org.dreamkeeper.file.NamedFiles.Draft;
import org.dreamkeeper.file.VersionReader.Content;

/**
 * {@code dream.lock}, whose content and mtime both say something: replaced together, over exactly
 * what was judged, as far as others let that be known.
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
record LockFile(ClaimedDirectory home, NamedFiles files, long settleMs) {
  static final String NAME = "dream.lock";

  /** None of ours is larger; of a foreign file that is, the beginning counts. */
  private static final long MAX_BYTES = 1 << 20;

  /** Against a file that comes and goes all the time. */
  private static final int MAX_TRIES = 10;

  /**
   * What was found.
   *
   * @param content as text; null if there is no file
   * @param modified the mtime; null if there is no file
   */
  record Sight(String content, Instant modified) {
    static final Sight NOTHING = new Sight(null, null);
  }

  Sight see() throws IOException {
    return sight(files.beginning(NAME, MAX_BYTES));
  }

  private static Sight sight(Optional<Content> found) {
    return found
        .map(is -> new Sight(new String(is.bytes(), StandardCharsets.UTF_8), is.stat().modified()))
        .orElse(Sight.NOTHING);
  }

  /** Makes an empty file that may take this one's place; it is the caller's to discard. */
  Draft draft() throws IOException {
    return files.draft(NAME);
  }

  /**
   * Lets a complete draft take this file's place. Whatever happens, the draft is gone then.
   *
   * @param draft null to delete the file
   * @param modified its mtime
   * @param force whether it must not be empty after a power cut, which would mean that somebody has
   *     released the lock
   * @param objection what speaks against it, by what stands there; null if nothing does
   * @return the objection; null if it has been done
   */
  <R> R change(Draft draft, Instant modified, boolean force, Function<Sight, R> objection)
      throws IOException {
    boolean done = false;
    try {
      if (draft != null) {
        complete(draft, modified, force && home.sync());
      }
      for (int tries = 0; tries <= MAX_TRIES; tries++) {
        Optional<Content> found = files.beginning(NAME, MAX_BYTES);
        home.claim().refuseUnlessItStands();
        R refused = objection.apply(sight(found));
        if (refused != null) {
          return refused;
        }
        // Judging takes far longer than the change.
        boolean same = settleMs == 0 || files.stat(NAME).equals(found.map(Content::stat));
        if (same && place(draft, found.isPresent())) {
          done = true;
          return null;
        }
      }
      throw new IOException(NAME + " comes and goes all the time");
    } finally {
      if (!done && draft != null) {
        files.discard(draft);
      }
    }
  }

  private void complete(Draft draft, Instant modified, boolean force) throws IOException {
    if (force) {
      try (OpenFile open = home.disk().open(draft.temporary(), false)) {
        open.force();
      }
    }
    home.disk().setModified(draft.temporary(), modified, home.path().resolve(NAME));
  }

  /** Tells whether it was done; if not, somebody else was faster. */
  private boolean place(Draft draft, boolean over) throws IOException {
    if (draft == null) {
      files.delete(NAME);
      return true;
    }
    if (settleMs > 0 && !over) {
      try {
        home.disk().link(home.path().resolve(NAME), draft.temporary());
        files.discard(draft);
        return true;
      } catch (FileAlreadyExistsException another) {
        return false;
      } catch (IOException | UnsupportedOperationException noLinks) {
        // as over a file that is there
      }
    }
    files.publish(draft);
    return true;
  }
}
