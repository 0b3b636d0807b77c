package org.dreamkeeper.log;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import org.dreamkeeper.bus.impl.Budget;
import org.dreamkeeper.bus.impl.JsonText;

/**
 * Makes the pages of {@code list}: each entry is looked at on disk before it is in, so a page never
 * shows what is no longer there, nor a dream that nobody is at.
 *
 * <p>All methods block, and are used in the mailbox's order only.
 */
final class LogPages {
  /** An edit in place may show only now that an entry belongs elsewhere: then from the start. */
  private static final int TRIES = 3;

  private static final int FRAME_BYTES = 1_024;

  private final LogDirectory directory;
  private final LogEntries entries;
  private final Interruptions interruptions;
  private final Budget budget;

  LogPages(LogDirectory directory, LogEntries entries, Interruptions interruptions, Budget budget) {
    this.directory = directory;
    this.entries = entries;
    this.interruptions = interruptions;
    this.budget = budget;
  }

  /** Makes a page; the index has just been brought in step with the disk. */
  JsonObject page(LogFilter filter) throws IOException {
    LogIndex index = directory.index();
    for (int tries = 1; ; tries++) {
      long moves = index.moves();
      JsonObject page = collect(filter);
      if (index.moves() == moves || tries == TRIES) {
        return page.put("unreadable", index.unreadable());
      }
    }
  }

  private JsonObject collect(LogFilter filter) throws IOException {
    JsonArray shown = new JsonArray();
    LogRow last = null;
    long bytes = FRAME_BYTES;
    long held = FRAME_BYTES;
    boolean more = false;
    LogWalk walk = directory.index().newest(filter.statuses(), filter.triggers(), filter.behind());
    LogRow row = walk.next();
    for (; row != null && row.startedAt() >= filter.after() && !more; row = walk.next()) {
      if (shown.size() == filter.limit() && row.checked() && directory.unchanged(row)) {
        more = true;
        break;
      }
      Optional<Entry> entry = current(row);
      if (entry.isEmpty() || !filter.matches(entry.get().row())) {
        continue;
      }
      JsonObject json = filter.brief() ? brief(entry.get().json()) : entry.get().json();
      byte[] brief = filter.brief() ? JsonText.print(json) : null;
      bytes += brief == null ? entry.get().bytes() : brief.length;
      held += brief == null ? entry.get().held() : JsonText.held(brief);
      boolean full = bytes > budget.maxMessageBytes() || held > budget.share();
      more = shown.size() == filter.limit() || (!shown.isEmpty() && full);
      if (!more) {
        shown.add(json);
        last = entry.get().row();
      }
    }
    JsonObject page = new JsonObject().put("entries", shown);
    return more ? page.put("cursor", LogCursor.behind(last)) : page;
  }

  /** Gives the entry of a row as it is, once it is not interrupted, as far as the disk lets it. */
  private Optional<Entry> current(LogRow row) {
    Optional<Entry> entry = entries.currentOrFlawed(row.id());
    if (entry.isPresent() && interruptions.interrupted(entry.get().row())) {
      interruptions.resolve(List.of(entry.get().row()));
      return entries.currentOrFlawed(row.id());
    }
    return entry;
  }

  private static JsonObject brief(JsonObject entry) {
    JsonObject brief = new JsonObject(new LinkedHashMap<>(entry.getMap()));
    brief.remove("operations");
    return brief;
  }
}
