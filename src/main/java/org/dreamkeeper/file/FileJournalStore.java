package org.dreamkeeper.file;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.dreamkeeper.bus.DreamkeeperException;
import org.dreamkeeper.bus.FailureCode;
import org.dreamkeeper.bus.impl.OneLine;
import org.dreamkeeper.file.EventFiles.Place;
import org.dreamkeeper.store.JournalStore;

/** Keeps the events of a directory, and no replies: who asks again there asks the same host. */
record FileJournalStore(StoreTasks tasks, EventFiles files) implements JournalStore {
  private static final Pattern CURSOR = Pattern.compile("([0-9]{1,18})-([0-9]{1,18})");

  @Override
  public Future<Void> record(List<JsonObject> events) {
    return tasks.run(
        () -> {
          files.append(events);
          return null;
        });
  }

  @Override
  public Future<List<JsonObject>> replies(String actor) {
    return Future.succeededFuture(List.of());
  }

  @Override
  public Future<Page> events(String after, int limit) {
    Place place = after == null ? null : place(after);
    return tasks
        .run(() -> files.read(place, limit))
        .map(
            page -> {
              String cursor = page.end().epoch() + "-" + page.end().at();
              return new Page(page.events(), cursor, page.gap());
            });
  }

  private static Place place(String cursor) {
    Matcher parts = CURSOR.matcher(cursor);
    if (!parts.matches()) {
      throw new DreamkeeperException(
          FailureCode.INVALID_REQUEST, OneLine.of(cursor) + " is the cursor of no page");
    }
    return new Place(Long.parseLong(parts.group(1)), Long.parseLong(parts.group(2)));
  }
}
