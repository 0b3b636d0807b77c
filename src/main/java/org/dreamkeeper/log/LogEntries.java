package org.dreamkeeper.log;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.dreamkeeper.bus.impl.Budget;
import org.dreamkeeper.bus.impl.JsonText;
import org.dreamkeeper.bus.impl.Schemas;
import org.dreamkeeper.file.FileStat;
import org.dreamkeeper.file.NamedFiles;

/**
 * Reads and validates whole entries, through a bounded cache: each file is looked at before its
 * entry is given, once for all requests that are answered together.
 *
 * <p>What it finds, it tells the index. All methods block, and are used in the mailbox's order
 * only.
 */
final class LogEntries {
  private final LogDirectory directory;
  private final EntryCache cache;
  private final Set<String> seenInPass = new HashSet<>();

  LogEntries(LogDirectory directory, Budget budget) {
    this.directory = directory;
    this.cache = new EntryCache(budget.smallShare());
  }

  /** Begins to serve another group of requests: what they need is looked at again. */
  void beginPass() {
    seenInPass.clear();
  }

  /**
   * Gives the entry of an id as it is on disk now, or, after that was asked before in this pass, as
   * it was then.
   *
   * @return the entry; empty if there is none, or no valid one
   * @throws IOException if that cannot be known
   */
  Optional<Entry> current(String id) throws IOException {
    LogRow row = directory.index().get(id);
    Entry cached = cache.get(id);
    boolean inStep = cached != null && cached.row().equals(row);
    if (inStep && seenInPass.contains(id)) {
      return Optional.of(cached);
    }
    Optional<FileStat> stat = directory.files().stat(LogId.file(id));
    if (stat.isEmpty()) {
      directory.forget(id);
      return Optional.empty();
    }
    if (inStep && row.describes(stat.get())) {
      seenInPass.add(id);
      return Optional.of(cached);
    }
    if (row != null && !row.readable() && row.describes(stat.get())) {
      return Optional.empty();
    }
    Optional<Entry> entry = read(id, stat.get());
    entry.ifPresent(
        valid -> {
          cache.put(valid);
          seenInPass.add(id);
        });
    return entry;
  }

  private Optional<Entry> read(String id, FileStat stat) throws IOException {
    String flaw = directory.flaw(stat);
    if (flaw != null) {
      directory.adopt(LogRow.unreadable(id, stat, directory.files().proves(stat), flaw));
      return Optional.empty();
    }
    Optional<NamedFiles.Content> content = directory.read(id);
    if (content.isEmpty()) {
      directory.forget(id);
      return Optional.empty();
    }
    return judge(id, content.get());
  }

  /** Validates the entry of a row that was merely scanned, for its row alone. */
  void check(LogRow row) {
    try {
      read(row.id(), row.stat());
    } catch (IOException failure) {
      directory.adopt(LogRow.unread(row.id(), row.stat(), failure));
    }
  }

  /** Does the same as {@link #current}, but takes a file that cannot be read for no valid entry. */
  Optional<Entry> currentOrFlawed(String id) {
    try {
      return current(id);
    } catch (IOException failure) {
      LogRow row = directory.index().get(id);
      if (row != null) {
        directory.adopt(LogRow.unread(id, row.stat(), failure));
      }
      return Optional.empty();
    }
  }

  /** Does the same as {@link #current}, whatever was asked before in this pass. */
  Optional<Entry> again(String id) throws IOException {
    seenInPass.remove(id);
    return current(id);
  }

  /** Takes note that a journal has changed. */
  void changed(String id) {
    cache.remove(id);
    seenInPass.remove(id);
  }

  /** Validates a file's content, takes its row into the index, and adds what its journal has. */
  Optional<Entry> judge(String id, NamedFiles.Content content) throws IOException {
    String large = directory.flaw(content.bytes());
    Optional<JsonObject> json =
        large == null ? JsonText.parseObject(content.bytes()) : Optional.empty();
    Optional<String> flaw =
        json.isEmpty()
            ? Optional.of(large == null ? "it is not a JSON object" : large)
            : Schemas.check("storedEntry", json.get());
    LogRow row =
        flaw.isPresent()
            ? LogRow.unreadable(id, content.stat(), content.proves(), flaw.get())
            : LogRow.of(id, json.get()::getValue, content.stat(), content.proves(), true);
    directory.adopt(row);
    if (!row.readable()) {
      return Optional.empty();
    }
    Optional<Journal> journal = directory.journals().read(id);
    JsonObject whole = journal.map(is -> is.addedTo(json.get())).orElse(json.get());
    boolean appended = journal.isPresent() && journal.get().addsTo(json.get());
    long bytes = content.bytes().length + journal.map(Journal::bytes).orElse(0L);
    long held = JsonText.held(content.bytes()) + journal.map(Journal::held).orElse(0L);
    return Optional.of(new Entry(whole, bytes, held, appended, row));
  }
}
