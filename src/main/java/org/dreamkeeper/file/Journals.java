package org.dreamkeeper.file;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.dreamkeeper.bus.impl.json.JsonText;
import org.dreamkeeper.bus.impl.text.Log;
import org.dreamkeeper.store.EntryVersion;
import org.dreamkeeper.store.StoredEntry;
import org.slf4j.Logger;

/**
 * The journals beside the entries: {@code drm-<ms>.json.ops}. An entry that grows is not written
 * anew for each operation, only its journal grows.
 *
 * <p>Where a write failed, nobody knows what the journal's end is: nothing is added to it any more.
 * The entry is then written whole, and another journal begins. Blocks.
 */
final class Journals {
  private static final String SUFFIX = ".ops";
  private static final Logger LOG = Log.of(Journals.class);

  /**
   * The end of a journal that can grow.
   *
   * @param count how many operations the entry has with those of the journal
   * @param at how long the journal is; 0 where it is yet to begin
   * @param bytes how long the entry is with it
   * @param held how many bytes of memory the entry needs with it
   */
  record Tail(int count, long at, long bytes, long held) {
    private static final Tail UNKNOWN = new Tail(0, 0, 0, 0);

    /** Gives the end of an entry that has no journal; null if it is none. */
    static Tail of(StoredEntry entry) {
      if (entry == null || entry.json() == null) {
        return null;
      }
      EntryVersion its = entry.version();
      return new Tail(EntryWriter.operations(entry.json()), 0, its.bytes(), its.held());
    }

    private Tail with(int more, byte[] lines) {
      return new Tail(
          count + more, at + lines.length, bytes + lines.length, held + JsonText.held(lines));
    }
  }

  private final NamedFiles files;
  private final long maxBytes;
  private final Map<String, Tail> tails = new ConcurrentHashMap<>();

  /** Finds no journals before they are listed; reads none that is larger. */
  Journals(NamedFiles files, long maxBytes) {
    this.files = files;
    this.maxBytes = maxBytes;
  }

  private static String file(String id) {
    return EntryReader.name(id) + SUFFIX;
  }

  /** Takes note of the names that are in the directory. */
  void listed(Collection<String> names) {
    tails.keySet().removeIf(id -> !names.contains(file(id)));
    for (String name : names) {
      String of = name.endsWith(SUFFIX) ? name.substring(0, name.length() - SUFFIX.length()) : "";
      String id = EntryReader.id(of);
      if (id != null) {
        tails.putIfAbsent(id, Tail.UNKNOWN);
      }
    }
  }

  boolean has(String id) {
    return tails.containsKey(id);
  }

  /** Gives the ids of entries with a journal. */
  List<String> ids() {
    return List.copyOf(tails.keySet());
  }

  /** Gives the end of an entry's journal; empty unless it can be added to. */
  Optional<Tail> tail(String id) {
    return Optional.ofNullable(tails.get(id)).filter(tail -> tail.at() > 0);
  }

  /** Reads a journal; empty if there is none, or nothing in it. */
  Optional<Journal> read(String id) throws IOException {
    if (!has(id)) {
      return Optional.empty();
    }
    Optional<VersionReader.Content> content = files.read(file(id), maxBytes);
    if (content.isEmpty()) {
      tails.remove(id);
    }
    return content.flatMap(is -> Journal.parse(is.bytes()));
  }

  /** Adds operations to a journal, or begins one; durable when it returns. */
  void grow(String id, Tail tail, List<byte[]> operations) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    if (tail.at() == 0) {
      all.writeBytes(Journal.head(tail.count()));
    }
    operations.forEach(all::writeBytes);
    byte[] lines = all.toByteArray();
    tails.put(id, Tail.UNKNOWN);
    files.append(file(id), tail.at(), lines, EntryReader.name(id));
    tails.put(id, tail.with(operations.size(), lines));
  }

  /** Removes a journal of which the entry has all; it does no harm if it stays. */
  void drop(String id) {
    try {
      if (has(id)) {
        files.delete(file(id));
        tails.remove(id);
      }
    } catch (IOException failure) {
      tails.put(id, Tail.UNKNOWN);
      LOG.debug("{} stays for now: {}", file(id), DiskFailure.reason(failure));
    }
  }
}
