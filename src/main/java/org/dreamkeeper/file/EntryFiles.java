package org.dreamkeeper.file;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.dreamkeeper.bus.impl.async.Time;
import org.dreamkeeper.store.EntryVersion;
import org.dreamkeeper.store.LogStore.Changes;
import org.dreamkeeper.store.StoredEntry;

/**
 * What was told of the entries, and how foreign changes to their files are noticed:
 *
 * <ol>
 *   <li>A name that is added, replaced or removed changes the directory's stat. Unless that is the
 *       known one, and was old enough to prove something, all files are listed and looked at.
 *   <li>Our own writes change the directory, too: its stat after them is known, but proves nothing,
 *       for a foreign change may hide in it.
 *   <li>Edits in place change no name: all files are looked at when that was last done {@link
 *       #LOOK_AGAIN_NS} ago; and each time, while the disk does not let one be read.
 * </ol>
 *
 * <p>Blocks; one call at a time, but for those that are synchronized.
 */
final class EntryFiles {
  private static final long LOOK_AGAIN_NS = 10_000_000_000L;
  private static final int MAX_CACHED = 64;

  private final NamedFiles files;
  private final Journals journals;
  private final EntryReader reader;
  private final Time time;
  private final long maxCached;

  /** What was told of each id: a stamp that proves that it still is there, or null. */
  private final Map<String, Object> told = new HashMap<>();

  /** What was read last and is proven by its stat; bounded by number, and each by size. */
  private final Map<String, StoredEntry> cache = new LinkedHashMap<>();

  /** The directory's stat when all of it was told; null if that is not known. */
  private Optional<FileStat> known;

  private boolean namesProve;
  private long lookedAt;

  /** An earlier host may have left names that are not durable. */
  private boolean unsynced = true;

  EntryFiles(
      NamedFiles files, Journals journals, EntryReader reader, long maxBytesCached, Time time) {
    this.files = files;
    this.journals = journals;
    this.reader = reader;
    this.maxCached = maxBytesCached / MAX_CACHED;
    this.time = time;
  }

  /** Lists the ids that are there, or were told to be. */
  Collection<String> list() throws IOException {
    List<String> names = files.list();
    journals.listed(names);
    Set<String> ids = new HashSet<>(told.keySet());
    names.stream().map(EntryReader::id).filter(Objects::nonNull).forEach(ids::add);
    return ids;
  }

  /** Tells what has changed since it was told. */
  <T> Changes<T> changes(boolean quick, Function<StoredEntry, T> decode) throws IOException {
    Optional<FileStat> directory = files.statDirectory();
    boolean same = directory.equals(known) && (quick || namesProve);
    Changes<T> changes = new Changes<>(new ArrayList<>(), new HashSet<>());
    if (same && (quick || time.nanos() - lookedAt <= LOOK_AGAIN_NS)) {
      if (!told.isEmpty()) {
        settle();
      }
      return changes;
    }
    namesProve = same || directory.isEmpty() || files.proves(directory.get());
    known = null;
    boolean allRead = tellAll(same ? List.copyOf(told.keySet()) : list(), changes, decode);
    known = allRead ? directory : null;
    lookedAt = time.nanos();
    return changes;
  }

  private <T> boolean tellAll(
      Collection<String> ids, Changes<T> changes, Function<StoredEntry, T> decode)
      throws IOException {
    Map<String, Object> telling = new HashMap<>();
    boolean allRead = true;
    for (String id : ids) {
      Optional<FileStat> stat = files.stat(EntryReader.name(id));
      if (stat.isPresent() && stat.equals(told.get(id))) {
        continue;
      }
      StoredEntry entry = stat.isEmpty() ? null : reader.load(id, stat.get());
      if (entry == null) {
        changes.removed().add(id);
      } else {
        changes.changed().add(decode.apply(entry));
        telling.put(id, entry.version().certain() ? entry.version().stamp() : null);
        allRead &= !entry.unread();
      }
    }
    if (!ids.isEmpty()) {
      settle();
    }
    told.keySet().removeAll(changes.removed());
    told.putAll(telling);
    return allRead;
  }

  /** Takes note of what is told in another way: that it goes, or can be read, is told here. */
  void tells(StoredEntry entry) {
    if (entry.unread()) {
      told.put(entry.version().id(), null);
      known = null;
    } else {
      told.putIfAbsent(entry.version().id(), null);
    }
  }

  /** Takes note that the directory has changed by our own hand. */
  synchronized void wrote() {
    namesProve = false;
    try {
      known = known == null ? null : files.statDirectory();
    } catch (IOException failure) {
      known = null;
    }
  }

  /** Makes all names durable. */
  synchronized void sync() throws IOException {
    unsynced = true;
    files.syncDirectory();
    unsynced = false;
  }

  /** Makes sure that what is about to be told is durable. */
  synchronized void settle() throws IOException {
    if (unsynced) {
      sync();
    }
  }

  /** Tells whether a version is the one that is there. */
  boolean stands(EntryVersion version) throws IOException {
    return files.stat(EntryReader.name(version.id())).equals(version.stamp());
  }

  /** Reads what stands under an id, or knows it by its stat; null if there is none. */
  StoredEntry current(String id) {
    if (journals.has(id)) {
      return reader.now(id);
    }
    StoredEntry now = reader.now(id, cache.remove(id));
    if (now != null && now.version().certain() && now.version().held() <= maxCached) {
      cache.put(id, now);
      if (cache.size() > MAX_CACHED) {
        cache.remove(cache.keySet().iterator().next());
      }
    }
    return now;
  }
}
