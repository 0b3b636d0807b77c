package org.dreamkeeper.log;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.dreamkeeper.bus.JsonText;
import org.dreamkeeper.bus.Project;
import org.dreamkeeper.bus.Schemas;
import org.dreamkeeper.file.DiskFailure;
import org.dreamkeeper.file.FileStat;
import org.dreamkeeper.file.NamedFiles;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The directory of entries, and the index that follows it.
 *
 * <p>How foreign changes are noticed:
 *
 * <ol>
 *   <li>A name that is added, replaced or removed changes the directory's stat. While that is the
 *       known one, and was old enough to prove something when it was taken, the names are known.
 *   <li>Otherwise the directory is listed, each file is looked at, and what differs is scanned.
 *   <li>Our own writes change the directory, too: its stat after them is known, but proves nothing,
 *       for a foreign change may hide in it.
 *   <li>Every file is looked at before it is returned; an edit in place changes its stat.
 *   <li>All files are looked at when that was last done {@link #LOOK_AGAIN_NS} ago, so that filters
 *       see edits in place, too.
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
  private static final Logger LOG = LoggerFactory.getLogger(LogDirectory.class);

  private final NamedFiles files;
  private final Project project;
  private final LogIndex index = new LogIndex();
  private final EntryCache cache = new EntryCache();

  /** Of the directory when the index was last in step with it; null if it never was. */
  private Optional<FileStat> known;

  private boolean namesProven;
  private long lookedAt;
  private final Set<String> seenInPass = new HashSet<>();

  LogDirectory(NamedFiles files, Project project) {
    this.files = files;
    this.project = project;
  }

  LogIndex index() {
    return index;
  }

  NamedFiles files() {
    return files;
  }

  /** Begins to serve another group of requests: what they need is looked at again, once. */
  void beginPass() {
    seenInPass.clear();
  }

  /** Takes the directory's stat and lists the ids in it: the first step of a build. */
  List<String> list() throws IOException {
    known = null;
    Optional<FileStat> stat = files.statDirectory();
    // Where the directory is itself a link, its stat tells nothing of what is in it.
    namesProven = stat.isEmpty() || (stat.get().directory() && stat.get().proves());
    List<String> ids = new ArrayList<>();
    for (String name : files.list()) {
      String id = LogId.ofFile(name);
      if (id != null) {
        ids.add(id);
      }
    }
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
    boolean proven = stat.proves();
    if (!stat.regular()) {
      return Optional.of(LogRow.unreadable(id, stat, proven, NO_FILE));
    }
    try {
      return files
          .read(LogId.file(id))
          .map(is -> EntryScan.scan(id, is.bytes(), is.stat(), proven && is.stat().equals(stat)));
    } catch (IOException failure) {
      // It may be readable the next time, with the same stat.
      return Optional.of(LogRow.unreadable(id, stat, false, DiskFailure.reason(failure)));
    }
  }

  /** Takes a row into the index; tells once of each version that is no entry. */
  void adopt(LogRow row) {
    LogRow old = index.put(row);
    boolean told = old != null && old.flaw() != null && old.stat().equals(row.stat());
    cache.remove(row.id());
    if (!row.readable() && !told) {
      LOG.warn("{}/{} is skipped: {}", NAME, LogId.file(row.id()), row.flaw());
      JsonObject details = new JsonObject().put("id", row.id()).put("reason", row.flaw());
      project.events().publish("log.unreadable", details);
    }
  }

  void forget(String id) {
    index.remove(id);
    cache.remove(id);
  }

  /**
   * Gives the entry of an id as it is on disk now, or, after that was asked before in this pass, as
   * it was then.
   *
   * @return the entry; empty if there is none, or no valid one
   * @throws IOException if that cannot be known
   */
  Optional<Entry> current(String id) throws IOException {
    Entry cached = cache.get(id);
    if (cached != null && seenInPass.contains(id)) {
      return Optional.of(cached);
    }
    Optional<FileStat> stat = files.stat(LogId.file(id));
    if (stat.isEmpty()) {
      forget(id);
      return Optional.empty();
    }
    if (cached != null && cached.row().describes(stat.get())) {
      seenInPass.add(id);
      return Optional.of(cached);
    }
    LogRow row = index.get(id);
    if (row != null && !row.readable() && row.describes(stat.get())) {
      return Optional.empty();
    }
    boolean proven = stat.get().proves();
    if (!stat.get().regular()) {
      adopt(LogRow.unreadable(id, stat.get(), proven, NO_FILE));
      return Optional.empty();
    }
    Optional<NamedFiles.Content> content = files.read(LogId.file(id));
    if (content.isEmpty()) {
      forget(id);
      return Optional.empty();
    }
    Optional<Entry> entry =
        judge(id, content.get(), proven && content.get().stat().equals(stat.get()));
    entry.ifPresent(
        valid -> {
          cache.put(valid);
          seenInPass.add(id);
        });
    return entry;
  }

  /** Tells whether a row is that of the file as it is now, by its stat. */
  boolean unchanged(LogRow row) throws IOException {
    return files.stat(LogId.file(row.id())).filter(row.stat()::equals).isPresent();
  }

  /** Does the same as {@link #current}, but takes a file that cannot be read for no valid entry. */
  Optional<Entry> currentOrFlawed(String id) {
    try {
      return current(id);
    } catch (IOException failure) {
      LogRow row = index.get(id);
      if (row != null) {
        adopt(LogRow.unreadable(id, row.stat(), false, DiskFailure.reason(failure)));
      }
      return Optional.empty();
    }
  }

  /** Does the same as {@link #current}, whatever was asked before in this pass. */
  Optional<Entry> again(String id) throws IOException {
    seenInPass.remove(id);
    return current(id);
  }

  /** Validates a file's content, and takes its row into the index. */
  Optional<Entry> judge(String id, NamedFiles.Content content, boolean proven) {
    Optional<JsonObject> json = JsonText.parseObject(content.bytes());
    Optional<String> flaw =
        json.isEmpty()
            ? Optional.of("it is not a JSON object")
            : Schemas.check("storedEntry", json.get());
    LogRow row =
        flaw.isPresent()
            ? LogRow.unreadable(id, content.stat(), proven, flaw.get())
            : LogRow.of(id, json.get()::getValue, content.stat(), proven, true);
    adopt(row);
    return row.readable()
        ? Optional.of(new Entry(json.get(), content.bytes().length, row))
        : Optional.empty();
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
