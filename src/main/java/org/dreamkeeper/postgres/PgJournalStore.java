package org.dreamkeeper.postgres;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.dreamkeeper.store.JournalStore;

/** Keeps nothing yet. */
final class PgJournalStore implements JournalStore {

  @Override
  public Future<Void> record(List<JsonObject> events) {
    return Future.succeededFuture();
  }

  @Override
  public Future<List<JsonObject>> replies(String actor) {
    return Future.succeededFuture(List.of());
  }

  @Override
  public Future<Page> events(String after, int limit) {
    return Future.succeededFuture(new Page(List.of(), "", false));
  }
}
