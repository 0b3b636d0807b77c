package org.dreamkeeper.log;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.dreamkeeper.bus.impl.JsonText;
import org.dreamkeeper.bus.impl.Log;
import org.dreamkeeper.file.DiskFailure;
import org.dreamkeeper.file.NamedFiles;
import org.slf4j.Logger;

/**
 * The journals beside the entries: {@code drm-<ms>.json.ops}. An entry that grows is not written
 * anew for each operation, only its journal grows.
 *
 * <p>Where a write failed, nobody knows what the journal's end is: nothing is added to it any more.
 * The entry is then written whole, and another journal begins.
 *
 * <p>All methods block, and are used in the mailbox's order only.
 */
final class LogJournals {
  private static final String SUFFIX = ".ops";
  private static final Logger LOG = Log.of(LogJournals.class);

  /**
   * The end of a journal.
   *
   * @param count how many operations the entry has with those of the journal
   * @param bytes how long the journal is
   * @param held how many bytes of memory the entry needs with it
   */
  record Tail(int count, long bytes, long held) {
    private static final Tail UNKNOWN = new Tail(0, 0, 0);

    Tail with(List<byte[]> lines) {
      long more = lines.stream().mapToLong(line -> line.length).sum();
      long needed = lines.stream().mapToLong(JsonText::held).sum();
      return new Tail(count + lines.size(), bytes + more, held + needed);
    }
  }

  private final NamedFiles files;
  private final long maxBytes;
  private final Map<String, Tail> tails = new HashMap<>();

  /**
   * Finds no journals before they are listed.
   *
   * @param maxBytes nothing larger is read
   */
  LogJournals(NamedFiles files, long maxBytes) {
    this.files = files;
    this.maxBytes = maxBytes;
  }

  private static String file(String id) {
    return LogId.file(id) + SUFFIX;
  }

  /** Takes note of the names that are in the directory. */
  void listed(Collection<String> names) {
    Set<String> ids = new HashSet<>();
    for (String name : names) {
      if (name.endsWith(SUFFIX)) {
        String id = LogId.ofFile(name.substring(0, name.length() - SUFFIX.length()));
        if (id != null) {
          ids.add(id);
        }
      }
    }
    tails.keySet().retainAll(ids);
    ids.forEach(id -> tails.putIfAbsent(id, Tail.UNKNOWN));
  }

  /** Gives the ids of entries that have a journal. */
  Set<String> ids() {
    return Set.copyOf(tails.keySet());
  }

  boolean has(String id) {
    return tails.containsKey(id);
  }

  /** Gives the end of an entry's journal; empty unless it can be added to. */
  Optional<Tail> tail(String id) {
    return Optional.ofNullable(tails.get(id)).filter(tail -> tail.bytes() > 0);
  }

  /** Reads a journal; empty if there is none, or nothing in it. */
  Optional<Journal> read(String id) throws IOException {
    if (!has(id)) {
      return Optional.empty();
    }
    Optional<NamedFiles.Content> content = files.read(file(id), maxBytes);
    if (content.isEmpty()) {
      tails.remove(id);
    }
    return content.flatMap(is -> Journal.parse(is.bytes()));
  }

  /**
   * Begins the journal of an entry that has none, with the first lines; durable when it returns.
   *
   * @param entry the operations that it has, and the memory that it needs
   */
  void begin(String id, Tail entry, List<byte[]> lines) throws IOException {
    List<byte[]> all = new ArrayList<>(lines);
    byte[] head = Journal.head(entry.count());
    all.add(0, head);
    tails.put(id, Tail.UNKNOWN);
    files.create(file(id), joined(all), LogId.file(id));
    files.syncDirectory();
    tails.put(id, new Tail(entry.count(), head.length, entry.held()).with(lines));
  }

  /** Adds lines; durable when it returns. */
  void append(String id, List<byte[]> lines) throws IOException {
    Tail tail = tails.put(id, Tail.UNKNOWN);
    files.append(file(id), tail.bytes(), joined(lines));
    tails.put(id, tail.with(lines));
  }

  private static byte[] joined(List<byte[]> lines) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    lines.forEach(all::writeBytes);
    return all.toByteArray();
  }

  /** Removes a journal whose operations the entry has. */
  void remove(String id) throws IOException {
    files.delete(file(id));
    tails.remove(id);
  }

  /** Does the same, but does not mind if it stays: it says nothing that the entry does not. */
  void drop(String id) {
    if (!has(id)) {
      return;
    }
    try {
      remove(id);
    } catch (IOException failure) {
      tails.put(id, Tail.UNKNOWN);
      LOG.debug("{} stays for now: {}", file(id), DiskFailure.reason(failure));
    }
  }
}
