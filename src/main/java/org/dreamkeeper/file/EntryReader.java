package org.dreamkeeper.file;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.Optional;
import org.dreamkeeper.bus.impl.Budget;
import org.dreamkeeper.bus.impl.json.JsonText;
import org.dreamkeeper.store.EntryVersion;
import org.dreamkeeper.store.LogId;
import org.dreamkeeper.store.StoredEntry;

/** Reads entries out of their files, with what their journals add. Blocks; safe from any thread. */
record EntryReader(NamedFiles files, Journals journals, Budget budget) {
  private static final String SUFFIX = ".json";

  /** Names an entry's file. */
  static String name(String id) {
    return id + SUFFIX;
  }

  /** Finds the id in a file's name; null if it is no entry's. */
  static String id(String name) {
    String id = name.endsWith(SUFFIX) ? name.substring(0, name.length() - SUFFIX.length()) : "";
    return LogId.valid(id) ? id : null;
  }

  /** Reads what stands under an id; null if there is none. */
  StoredEntry now(String id) {
    return now(id, null);
  }

  /** Does the same; what was read before is known by its stat. */
  StoredEntry now(String id, StoredEntry kept) {
    try {
      Optional<FileStat> stat = files.stat(name(id));
      if (kept != null && kept.version().stamp().equals(stat)) {
        return kept;
      }
      return stat.isEmpty() ? null : load(id, stat.get());
    } catch (IOException failure) {
      return unusable(id, null, false, DiskFailure.reason(failure), true);
    }
  }

  /** Reads a file that was there just now; null if it is gone. */
  StoredEntry load(String id, FileStat stat) {
    try {
      String flaw = stat.regular() ? excess(stat.size()) : "it is not a regular file";
      if (flaw != null) {
        return unusable(id, stat, files.proves(stat), flaw, false);
      }
      Optional<VersionReader.Content> content = files.read(name(id), budget.share());
      return content.isEmpty() ? null : parsed(id, content.get());
    } catch (IOException failure) {
      return unusable(id, stat, false, DiskFailure.reason(failure), true);
    }
  }

  private StoredEntry parsed(String id, VersionReader.Content content) throws IOException {
    byte[] text = content.bytes();
    String flaw = excess(JsonText.held(text));
    JsonObject json = flaw == null ? JsonText.parseObject(text).orElse(null) : null;
    if (json == null) {
      flaw = flaw == null ? "it is not a JSON object" : flaw;
      return unusable(id, content.stat(), content.proves(), flaw, false);
    }
    StoredEntry whole = entry(id, content.stat(), content.proves(), text, json);
    Optional<Journal> journal = journals.read(id);
    return journal.isEmpty() ? whole : journal.get().addedTo(whole);
  }

  /** Says why so much is not parsed, or not written; null if it is. */
  String excess(long held) {
    return held <= budget.share() ? null : "it " + budget.excess(held);
  }

  /** Makes what stands in a file. */
  static StoredEntry entry(String id, FileStat stat, boolean proves, byte[] text, JsonObject json) {
    long touchedAt = FileStat.millis(stat.modified());
    EntryVersion its =
        new EntryVersion(
            id, Optional.of(stat), proves, touchedAt, text.length, JsonText.held(text));
    return new StoredEntry(its, json, null, false);
  }

  private static StoredEntry unusable(
      String id, FileStat stat, boolean proves, String flaw, boolean unread) {
    long touchedAt = stat == null ? 0 : FileStat.millis(stat.modified());
    EntryVersion its = new EntryVersion(id, Optional.ofNullable(stat), proves, touchedAt, 0, 0);
    return new StoredEntry(its, null, flaw, unread);
  }
}
