package org.dreamkeeper.log;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Function;
import org.dreamkeeper.bus.impl.JsonText;
import org.dreamkeeper.file.FileStat;
import org.dreamkeeper.file.NamedFiles;

/**
 * Replaces an entry by what becomes of it, unless a foreign process is faster.
 *
 * <ol>
 *   <li>It is judged by its file, not by the index.
 *   <li>The new content is complete beside it before it is looked at once more: one that has
 *       meanwhile changed is judged again.
 * </ol>
 *
 * <p>All methods block, and are used in the mailbox's order only.
 */
final class EntryRewrite {
  private static final int TRIES = 3;

  private final LogDirectory directory;
  private final LogEntries entries;

  EntryRewrite(LogDirectory directory, LogEntries entries) {
    this.directory = directory;
    this.entries = entries;
  }

  /**
   * Replaces an entry; durable after the directory's next sync.
   *
   * @param change gives what becomes of the entry with all that was appended to it; null to leave
   *     it as it is
   * @return whether it was replaced; not if there is no valid one
   * @throws IOException if the disk refuses, or somebody changes it all the time
   */
  boolean replace(String id, Function<Entry, JsonObject> change) throws IOException {
    NamedFiles files = directory.files();
    for (int tries = 0; tries < TRIES; tries++) {
      Optional<NamedFiles.Content> seen = directory.read(id);
      if (seen.isEmpty()) {
        directory.forget(id);
        return false;
      }
      Optional<Entry> entry = entries.judge(id, seen.get());
      JsonObject next = entry.map(change).orElse(null);
      if (next == null) {
        return false;
      }
      NamedFiles.Draft draft = files.prepare(LogId.file(id), JsonText.print(next));
      if (unchanged(id, seen.get(), draft)) {
        FileStat stat = directory.publish(id, draft);
        directory.adopt(LogRow.of(id, next::getValue, stat, false, true));
        return true;
      }
    }
    throw new IOException(LogId.file(id) + " changes faster than it can be replaced");
  }

  /** Looks once more, with the draft complete; discards it unless it may be published now. */
  private boolean unchanged(String id, NamedFiles.Content seen, NamedFiles.Draft draft)
      throws IOException {
    boolean same = false;
    try {
      Optional<NamedFiles.Content> now = directory.read(id);
      same =
          now.isPresent()
              && now.get().stat().equals(seen.stat())
              && Arrays.equals(now.get().bytes(), seen.bytes());
    } finally {
      if (!same) {
        directory.files().discard(draft);
      }
    }
    return same;
  }

  /**
   * Writes an entry whole, with all that was appended to it, durably, and removes its journal.
   *
   * @throws IOException if the journal stays; nothing of it is lost
   */
  void fold(String id) throws IOException {
    // After a crash right behind this, the entry has it already.
    boolean folded =
        directory.journals().has(id)
            && replace(id, entry -> entry.appended() ? entry.json() : null);
    if (folded) {
      directory.sync();
      directory.wrote();
    }
    if (directory.journals().has(id)) {
      directory.journals().remove(id);
      entries.changed(id);
    }
  }
}
