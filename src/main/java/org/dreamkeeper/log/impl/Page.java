package org.dreamkeeper.log.impl;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.stream.Stream;
import org.dreamkeeper.bus.impl.Budget;

/** A page of {@code list} in the making: rows say what to read next, entries what is shown. */
final class Page {
  private static final int FRAME_BYTES = 1_024;

  private final LogFilter filter;
  private final Budget budget;
  private final JsonArray shown = new JsonArray();
  private Row last;
  private Row considered;
  private long bytes = FRAME_BYTES;
  private long held = FRAME_BYTES;
  private boolean full;

  Page(LogFilter filter, Budget budget) {
    this.filter = filter;
    this.budget = budget;
    this.last = filter.behind();
    this.considered = filter.behind();
  }

  /** Gives those to be read next; none when the page is made. */
  List<Row> next(Rows rows) {
    int room = full ? 0 : filter.limit() - shown.size();
    List<Row> next = Rows.fitting(behind(considered, rows).iterator(), room, budget.share());
    considered = next.isEmpty() ? considered : next.get(next.size() - 1);
    return next;
  }

  private Stream<Row> behind(Row place, Rows rows) {
    return rows.listed().tailSet(place, false).stream()
        .takeWhile(row -> row.startedAt() >= filter.after())
        .filter(filter::matches);
  }

  /** Shows an entry, if it is one that was asked for, and there is room. */
  void add(Entry entry) {
    if (full || !entry.row().readable() || !filter.matches(entry.row())) {
      return;
    }
    bytes += entry.bytes();
    held += entry.held();
    full = !shown.isEmpty() && (bytes > budget.maxMessageBytes() || held > budget.share());
    if (!full) {
      shown.add(entry.json());
      last = entry.row();
    }
  }

  /** Gives how many bytes of memory it needs. */
  long held() {
    return held;
  }

  JsonObject toReply(Rows rows) {
    boolean cut = shown.size() == filter.limit() && behind(last, rows).findAny().isPresent();
    JsonObject page = new JsonObject().put("entries", shown).put("unreadable", rows.unreadable());
    return full || cut ? page.put("cursor", LogCursor.behind(last)) : page;
  }
}
