package org.dreamkeeper.file;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.dreamkeeper.store.JournalStore;

/** Keeps the events of a directory, and no replies: who asks again there asks the same host. */
record FileJournalStore(StoreTasks tasks, EventFiles files) implements JournalStore {

  @Override
  public Future<Void> record(List<JsonObject> events) {
    return tasks.run(
        () -> {
          files.append(events);
          return null;
        });
  }

  @Override
  public Future<Page> events(String after, int limit) {
    return tasks.run(() -> files.read(after, limit));
  }
}
