package org.dreamkeeper.log.impl;

import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.dreamkeeper.bus.impl.Events;
import org.dreamkeeper.bus.impl.Fence;
import org.dreamkeeper.bus.impl.Log;
import org.dreamkeeper.bus.impl.RepeatedFailureLog;
import org.dreamkeeper.bus.impl.Request;
import org.dreamkeeper.log.DreamStatus;
import org.dreamkeeper.store.LogStore.Committed;
import org.dreamkeeper.store.LogStore.Put;
import org.dreamkeeper.store.LogStore.Removal;
import org.dreamkeeper.store.LogStore.Result;
import org.slf4j.Logger;

/** Saves what queued up together in one commit, in which what is too much goes. */
final class Saves {
  private static final Logger LOG = Log.of(Saves.class);

  private final LogEngine engine;
  private final Fence fence;
  private final Events events;
  private final int maxEntries;
  private final RepeatedFailureLog unpruned =
      new RepeatedFailureLog(LOG, "old entries stay for now");

  Saves(LogEngine engine, Fence fence, int maxEntries) {
    this.engine = engine;
    this.fence = fence;
    this.events = engine.project().events();
    this.maxEntries = maxEntries;
  }

  /** Carries a run of saves out, and answers each. */
  Future<Void> commit(List<Request> requests) {
    List<Save> saves =
        LogEngine.admitted(requests, fence).entrySet().stream()
            .map(each -> new Save(each.getKey(), engine.place(each.getKey()), each.getValue()))
            .toList();
    return saves.isEmpty()
        ? Future.succeededFuture()
        // They may be saved all the same; only what is too much may not be known.
        : engine.refresh(true).transform(seen -> commitAll(saves));
  }

  private Future<Void> commitAll(List<Save> saves) {
    Map<String, DreamStatus> saved =
        saves.stream().collect(Collectors.toMap(Save::id, Save::status));
    Removal removal = Retention.of(engine.rows(), saved, maxEntries);
    List<Row> before = saves.stream().map(save -> engine.rows().get(save.id())).toList();
    List<Put> puts = saves.stream().map(save -> new Put(save.id(), false, save::over)).toList();
    return engine
        .commit(puts, removal)
        .map(
            done -> {
              for (int i = 0; i < saves.size(); i++) {
                answer(saves.get(i), before.get(i), done.results().get(i));
              }
              tellRemoved(done);
              return null;
            });
  }

  private void answer(Save save, Row before, Result<Row> result) {
    if (result.failure() != null) {
      LogEngine.refuse(save.requests(), result.failure());
      return;
    }
    Row now = result.now();
    events.publish("log.saved", now.toEvent().put("status", now.status().json()));
    if (before != null && !before.is(DreamStatus.UNDONE)) {
      tellUndone(save.body(), before, now);
    }
    JsonObject id = new JsonObject().put("id", save.id());
    save.requests().forEach(request -> request.reply(id));
  }

  /** Tells of the operations that stood before; of a whole dream also where there were none. */
  private void tellUndone(JsonObject entry, Row before, Row now) {
    boolean whole = now.is(DreamStatus.UNDONE);
    int count = entry.getJsonArray("operations").size();
    List<Integer> operations =
        IntStream.range(0, count)
            .filter(place -> whole || now.undone().contains(place))
            .filter(place -> !before.undone().contains(place))
            .boxed()
            .toList();
    if (whole || !operations.isEmpty()) {
      events.publish("dream.undone", now.toEvent().put("operations", new JsonArray(operations)));
    }
  }

  private void tellRemoved(Committed<Row> done) {
    if (done.unremoved() == null) {
      unpruned.over();
    } else {
      unpruned.failed(done.unremoved().getMessage());
    }
    if (!done.removed().isEmpty()) {
      events.publish("log.pruned", new JsonObject().put("ids", new JsonArray(done.removed())));
    }
  }
}
