package org.dreamkeeper.log;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The entries that were returned lately, parsed and valid; bounded by number and by bytes of their
 * files. What it gives is shared: never change it.
 */
final class EntryCache {
  private static final int MAX_ENTRIES = 64;
  private static final long MAX_BYTES = 4L << 20;
  private static final float LOAD = 0.75f;

  private final Map<String, Entry> byId = new LinkedHashMap<>(16, LOAD, true);
  private long bytes;

  /** Gives what is kept of an id, or null. */
  Entry get(String id) {
    return byId.get(id);
  }

  void put(Entry entry) {
    remove(entry.row().id());
    if (entry.bytes() > MAX_BYTES) {
      return;
    }
    byId.put(entry.row().id(), entry);
    bytes += entry.bytes();
    Iterator<Entry> eldest = byId.values().iterator();
    while (byId.size() > MAX_ENTRIES || bytes > MAX_BYTES) {
      bytes -= eldest.next().bytes();
      eldest.remove();
    }
  }

  void remove(String id) {
    Entry old = byId.remove(id);
    if (old != null) {
      bytes -= old.bytes();
    }
  }
}
