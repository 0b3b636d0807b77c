package org.dreamkeeper.log;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.dreamkeeper.bus.impl.JsonText;
import org.dreamkeeper.bus.impl.Log;
import org.dreamkeeper.bus.impl.LogKeys;
import org.dreamkeeper.bus.impl.Project;
import org.dreamkeeper.file.FileStat;
import org.dreamkeeper.file.NamedFiles;
import org.slf4j.Logger;

/**
 * The directory of entries, and the index that follows it.
 *
 * <p>How foreign changes are noticed:
 *
 * <ol>
 *   <li>A name that is added, replaced or removed changes the directory's stat. While that is the
 *       known one, and was old enough to prove something when it was taken, the names are known.
 *   <li>Otherwise the directory is listed, each file is looked at, and what differs is scanned.
 *   <li>A file that the disk did not let be read is tried again each time.
 *   <li>Our own writes change the directory, too: its stat after them is known, but proves nothing,
 *       for a foreign change may hide in it.
 *   <li>Edits in place change no name. {@link LogEntries} sees them, for it looks at each file that
 *       is returned; so that filters do, too, all files are looked at when that was last done
 *       {@link #LOOK_AGAIN_NS} ago.
 * </ol>
 *
 * <p>All methods block. Not safe from several threads but for {@link #scan}: used in the mailbox's
 * order only.
 */
final class LogDirectory {
  /** The directory's name. */
  static final String NAME = "dream-log";

  private static final String NO_FILE = "it is not a regular file";

  private static final long LOOK_AGAIN_NS = 10_000_000_000L;
  private static final Logger LOG = Log.of(LogDirectory.class);

  private final NamedFiles files;
  private final Project project;
  private final LogIndex index = new LogIndex();
  private final LogJournals journals;

  /** Of the directory when the index was last in step with it; null if it never was. */
  private Optional<FileStat> known;

  /** The entries whose names may be lost with the power. */
  private final Set<String> unsynced = new HashSet<>();

  private boolean namesProven;
  private long lookedAt;

  LogDirectory(NamedFiles files, Project project) {
    this.files = files;
    this.project = project;
    this.journals = new LogJournals(files, project.budget().share());
  }

  LogIndex index() {
    return index;
  }

  NamedFiles files() {
    return files;
  }

  LogJournals journals() {
    return journals;
  }

  /** Takes the directory's stat and lists the ids in it: the first step of a build. */
  List<String> list() throws IOException {
    known = null;
    Optional<FileStat> stat = files.statDirectory();
    namesProven = stat.isEmpty() || files.proves(stat.get());
    List<String> ids = new ArrayList<>();
    List<String> names = files.list();
    for (String name : names) {
      String id = LogId.ofFile(name);
      if (id != null) {
        ids.add(id);
      }
    }
    journals.listed(names);
    known = stat;
    lookedAt = project.time().nanos();
    return ids;
  }

  /** Sees all that foreign processes have added, replaced or removed. */
  void refresh() throws IOException {
    boolean sameNames = known != null && namesProven && known.equals(files.statDirectory());
    if (!sameNames) {
      look(list());
    } else if (project.time().nanos() - lookedAt > LOOK_AGAIN_NS) {
      look(index.ids());
      lookedAt = project.time().nanos();
    } else {
      for (LogRow row : index.unread()) {
        rescan(row.id());
      }
    }
  }

  /** Does the same for a write, which is content with a stat that is equal. */
  void refreshForWrite() throws IOException {
    if (known == null || !known.equals(files.statDirectory())) {
      look(list());
    }
  }

  /** Tells whether the index has ever been in step with the directory. */
  boolean isKnown() {
    return known != null;
  }

  private void look(Iterable<String> ids) throws IOException {
    Set<String> gone = new HashSet<>(index.ids());
    try {
      for (String id : ids) {
        gone.remove(id);
        rescan(id);
      }
    } catch (IOException failure) {
      known = null;
      throw failure;
    }
    gone.forEach(this::forget);
  }

  /** Brings the row of an id in step with its file, at the price of a stat if it is. */
  void rescan(String id) throws IOException {
    Optional<FileStat> stat = files.stat(LogId.file(id));
    LogRow row = index.get(id);
    if (stat.isEmpty()) {
      forget(id);
    } else if (row == null || !row.describes(stat.get())) {
      scan(id, stat.get()).ifPresentOrElse(this::adopt, () -> forget(id));
    }
  }

  /** Reads a file for its row; empty if it is gone. Changes nothing: any thread may. */
  Optional<LogRow> scan(String id, FileStat stat) {
    String flaw = flaw(stat);
    if (flaw != null) {
      return Optional.of(LogRow.unreadable(id, stat, files.proves(stat), flaw));
    }
    try {
      return read(id)
          .map(
              is -> {
                String large = flaw(is.bytes());
                return large == null
                    ? EntryScan.scan(id, is)
                    : LogRow.unreadable(id, is.stat(), is.proves(), large);
              });
    } catch (IOException failure) {
      return Optional.of(LogRow.unread(id, stat, failure));
    }
  }

  /** Says why a file is not read; null if it is. */
  String flaw(FileStat stat) {
    return stat.regular() ? flaw(stat.size()) : NO_FILE;
  }

  /** Says why a content is not parsed, or not written; null if it is. */
  String flaw(byte[] content) {
    return flaw(JsonText.held(content));
  }

  private String flaw(long bytes) {
    String excess = project.budget().excess(bytes);
    return excess == null ? null : "it " + excess;
  }

  /** Reads a file that has no {@link #flaw}. */
  Optional<NamedFiles.Content> read(String id) throws IOException {
    return files.read(LogId.file(id), project.budget().share());
  }

  /** Takes a row into the index; tells once of each version that is no entry. */
  void adopt(LogRow row) {
    LogRow old = index.put(row);
    boolean told = old != null && old.flaw() != null && old.stat().equals(row.stat());
    if (!row.readable() && !told) {
      LogKeys.dream(LOG.atWarn(), row.id(), null)
          .log(
              "{}: {}/{} is skipped: {}",
              project.address("log"),
              NAME,
              LogId.file(row.id()),
              row.flaw());
      JsonObject details = new JsonObject().put("id", row.id()).put("reason", row.flaw());
      project.events().publish("log.unreadable", details);
    }
  }

  void forget(String id) {
    index.remove(id);
  }

  /** Tells whether a row is that of the file as it is now, by its stat. */
  boolean unchanged(LogRow row) throws IOException {
    return files.stat(LogId.file(row.id())).filter(row.stat()::equals).isPresent();
  }

  /** Gives an entry its new content; durable after the next {@link #sync}. */
  FileStat publish(String id, NamedFiles.Draft draft) throws IOException {
    FileStat stat = files.publish(draft);
    unsynced.add(id);
    return stat;
  }

  /** Makes all names durable. */
  void sync() throws IOException {
    files.syncDirectory();
    unsynced.clear();
  }

  /** Makes sure that an entry that is about to be told is durable. */
  void settle(String id) throws IOException {
    if (unsynced.contains(id)) {
      sync();
    }
  }

  /** Makes sure of all entries; an earlier host may have left some that are not. */
  void settle(Collection<String> ids) throws IOException {
    unsynced.addAll(ids);
    settle();
  }

  /** Makes sure of all entries. */
  void settle() throws IOException {
    if (!unsynced.isEmpty()) {
      sync();
    }
  }

  /** Looks at everything again before it is relied on. */
  void distrust() {
    known = null;
  }

  /** Takes note that the directory has changed by our own hand. */
  void wrote() {
    namesProven = false;
    try {
      known = known == null ? null : files.statDirectory();
    } catch (IOException failure) {
      known = null;
    }
  }
}
