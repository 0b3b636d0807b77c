package org.dreamkeeper.log;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A part of the list, newest first. Immutable.
 *
 * @param entries the entries
 * @param cursor where to go on; empty if there is no more
 * @param unreadable how many files are known to be no valid entries
 */
public record LogPage(List<DreamLogEntry> entries, Optional<String> cursor, int unreadable) {

  /** Takes a copy. */
  public LogPage {
    entries = List.copyOf(entries);
  }

  /**
   * Reads a page.
   *
   * @param reply the reply to {@code list}
   * @return the page
   */
  public static LogPage of(JsonObject reply) {
    JsonArray array = reply.getJsonArray("entries");
    List<DreamLogEntry> entries = new ArrayList<>();
    for (int i = 0; i < array.size(); i++) {
      entries.add(DreamLogEntry.fromJson(array.getJsonObject(i)));
    }
    return new LogPage(
        entries, Optional.ofNullable(reply.getString("cursor")), reply.getInteger("unreadable"));
  }
}
