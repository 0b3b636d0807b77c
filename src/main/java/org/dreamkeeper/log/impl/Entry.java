package org.dreamkeeper.log.impl;

import io.vertx.core.json.JsonObject;
import java.util.LinkedHashMap;
import org.dreamkeeper.bus.impl.json.JsonText;
import org.dreamkeeper.store.StoredEntry;

/**
 * An entry as it is now, in a reply.
 *
 * @param json shared: never change it; null in one that cannot be read
 * @param bytes how large it is as JSON
 * @param held how many bytes of memory it needs
 */
record Entry(Row row, JsonObject json, long bytes, long held) {

  /** Gives an entry that is seen now; a brief one is without its operations. */
  static Entry of(StoredEntry stored, boolean brief, Row known) {
    boolean same = known != null && stored.version().certain();
    // What is known is not checked again.
    Row row = same && stored.version().equals(known.version()) ? known : Row.of(stored);
    if (!brief || !row.readable()) {
      return new Entry(row, stored.json(), stored.version().bytes(), stored.version().held());
    }
    JsonObject json = new JsonObject(new LinkedHashMap<>(stored.json().getMap()));
    json.remove("operations");
    byte[] text = JsonText.print(json);
    return new Entry(row, json, text.length, JsonText.held(text));
  }
}
