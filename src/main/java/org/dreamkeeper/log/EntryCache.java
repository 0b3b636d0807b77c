package org.dreamkeeper.log;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The entries that were returned lately, parsed and valid; bounded by number and by what they need
 * in memory. What it gives is shared: never change it.
 */
final class EntryCache {
  private static final int MAX_ENTRIES = 64;
  private static final float LOAD = 0.75f;

  private final Map<String, Entry> byId = new LinkedHashMap<>(16, LOAD, true);
  private final long maxBytes;
  private long bytes;

  EntryCache(long maxBytes) {
    this.maxBytes = maxBytes;
  }

  /** Gives what is kept of an id, or null. */
  Entry get(String id) {
    return byId.get(id);
  }

  void put(Entry entry) {
    remove(entry.row().id());
    if (entry.held() > maxBytes) {
      return;
    }
    byId.put(entry.row().id(), entry);
    bytes += entry.held();
    Iterator<Entry> eldest = byId.values().iterator();
    while (byId.size() > MAX_ENTRIES || bytes > maxBytes) {
      bytes -= eldest.next().held();
      eldest.remove();
    }
  }

  void remove(String id) {
    Entry old = byId.remove(id);
    if (old != null) {
      bytes -= old.held();
    }
  }
}
