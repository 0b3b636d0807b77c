package org.dreamkeeper.file;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.dreamkeeper.store.JournalStore;

/** Keeps nothing of what commits carry: a directory's files say what stands, not how it came. */
final class FileJournalStore implements JournalStore {

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
