package org.dreamkeeper.store;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.List;

/** The journal of a {@link MemoryProjectStore}: a cursor is how many events are behind it. */
record MemoryJournalStore(MemoryKeeping kept) implements JournalStore {

  @Override
  public Future<Void> record(List<JsonObject> events) {
    synchronized (kept) {
      kept.events.addAll(events);
    }
    return Future.succeededFuture();
  }

  @Override
  public Future<List<JsonObject>> replies(String actor) {
    synchronized (kept) {
      return Future.succeededFuture(List.copyOf(kept.replies(actor)));
    }
  }

  @Override
  public Future<Page> events(String after, int limit) {
    synchronized (kept) {
      int from = after == null ? 0 : Integer.parseInt(after);
      int to = Math.min(kept.events.size(), from + limit);
      List<JsonObject> some = List.copyOf(kept.events.subList(from, to));
      return Future.succeededFuture(new Page(some, String.valueOf(to), false));
    }
  }
}
