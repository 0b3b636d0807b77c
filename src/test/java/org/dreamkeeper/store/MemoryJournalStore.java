package org.dreamkeeper.store;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.dreamkeeper.bus.impl.KeptReply;

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
  public Future<List<KeptReply>> replies(String actor) {
    synchronized (kept) {
      return Future.succeededFuture(
          kept.replies(actor).stream().map(each -> new KeptReply(each, 0)).toList());
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
