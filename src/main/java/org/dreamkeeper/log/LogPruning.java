package org.dreamkeeper.log;

import java.io.IOException;
import java.util.List;
import java.util.Set;

/**
 * Removes the oldest entries beyond the limit, but never what was saved last, nor a {@code
 * processing} one, nor the newest {@code completed} or {@code partial} one, which is what an undo
 * needs. Ids tell what is old: unlike clocks, they are never set back.
 *
 * <p>Only valid entries count. The index has merely scanned those that were never returned, so they
 * are validated first: once each, a bounded number in a step.
 *
 * <p>All methods block, and are used in the mailbox's order only.
 */
final class LogPruning {
  /** So many are validated before the save is answered, some 0.1 s once. */
  private static final int AT_ONCE = 500;

  /** Where there are more, so many in each step, so that requests do not wait. */
  private static final int STEP = 50;

  private final LogDirectory directory;
  private final LogEntries entries;
  private final LogIds ids;
  private final int maxEntries;

  LogPruning(LogDirectory directory, LogEntries entries, LogIds ids, int maxEntries) {
    this.directory = directory;
    this.entries = entries;
    this.ids = ids;
    this.maxEntries = maxEntries;
  }

  /** Tells whether there may be something to prune. */
  boolean due() {
    return directory.isKnown() && directory.index().readable() > maxEntries;
  }

  /**
   * Validates what has to be before it is known what there is to prune, unless that takes long.
   *
   * @return whether all is valid or known not to be
   */
  boolean check() {
    return directory.index().unchecked().size() <= AT_ONCE && checkSome(AT_ONCE);
  }

  /**
   * Validates a part of that.
   *
   * @return whether nothing is left
   */
  boolean checkStep() {
    return checkSome(STEP);
  }

  private boolean checkSome(int most) {
    LogIndex index = directory.index();
    List<String> some = index.unchecked().stream().limit(most).toList();
    some.forEach(id -> entries.check(index.get(id)));
    return index.unchecked().isEmpty();
  }

  /**
   * Removes what is too much; durable after the directory's next sync.
   *
   * @param saved the ids that were saved last
   * @param pruned takes the ids of those that are removed, also if it ends in a failure
   */
  void prune(Set<String> saved, List<String> pruned) throws IOException {
    LogIndex index = directory.index();
    String undoable = undoable();
    for (LogRow row : index.oldest(index.readable() - maxEntries)) {
      boolean kept = saved.contains(row.id()) || row.id().equals(undoable);
      if (row.status() != DreamStatus.PROCESSING && !kept && unchanged(row)) {
        ids.retire(row.id());
        directory.files().delete(LogId.file(row.id()));
        directory.journals().drop(row.id());
        directory.forget(row.id());
        pruned.add(row.id());
      }
    }
  }

  /** Finds the entry that an undo needs, and makes sure that it is there. */
  private String undoable() throws IOException {
    LogIndex index = directory.index();
    String id = index.latestUndoable();
    while (id != null && !unchanged(index.get(id))) {
      id = index.latestUndoable();
    }
    return id;
  }

  /** Looks whether a foreign process has touched a file; then its row is brought in step. */
  private boolean unchanged(LogRow row) throws IOException {
    if (directory.unchanged(row)) {
      return true;
    }
    entries.again(row.id());
    return false;
  }
}
