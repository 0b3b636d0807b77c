package org.dreamkeeper.log.impl;

import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.dreamkeeper.bus.impl.Events;
import org.dreamkeeper.bus.impl.Fence;
import org.dreamkeeper.bus.impl.Request;
import org.dreamkeeper.bus.impl.text.Log;
import org.dreamkeeper.bus.impl.text.RepeatedFailureLog;
import org.dreamkeeper.log.DreamStatus;
import org.dreamkeeper.store.Carried;
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
    Removal removal = Retention.of(engine.rows(), saved, maxEntries, this::pruned);
    List<Put> puts = saves.stream().map(this::put).toList();
    return engine
        .commit(puts, removal)
        .map(
            done -> {
              for (int i = 0; i < saves.size(); i++) {
                answer(saves.get(i), done.results().get(i));
              }
              noteRemoved(done);
              return null;
            });
  }

  private Put put(Save save) {
    Row before = engine.rows().get(save.id());
    return new Put(save.id(), false, save::over, next -> carried(save, before, next));
  }

  private Carried carried(Save save, Row before, JsonObject next) {
    List<JsonObject> told = new ArrayList<>();
    told.add(events.event("log.saved", Row.toEvent(next).put("status", next.getValue("status"))));
    if (before != null && !before.is(DreamStatus.UNDONE)) {
      told.addAll(undone(before, next));
    }
    return new Carried(
        save.requests().stream().flatMap(each -> each.kept(save.reply(), false).stream()).toList(),
        told);
  }

  /** Tells of the operations that stood before; of a whole dream also where there were none. */
  private List<JsonObject> undone(Row before, JsonObject next) {
    boolean whole = DreamStatus.UNDONE.json().equals(next.getValue("status"));
    Set<Integer> undone = Row.undone(next);
    List<Integer> operations =
        IntStream.range(0, next.getJsonArray("operations").size())
            .filter(place -> whole || undone.contains(place))
            .filter(place -> !before.undone().contains(place))
            .boxed()
            .toList();
    JsonObject event = Row.toEvent(next).put("operations", new JsonArray(operations));
    return whole || !operations.isEmpty()
        ? List.of(events.event("dream.undone", event))
        : List.of();
  }

  private Carried pruned(List<String> ids) {
    JsonObject gone = new JsonObject().put("ids", new JsonArray(ids));
    return new Carried(List.of(), List.of(events.event("log.pruned", gone)));
  }

  private void answer(Save save, Result<Row> result) {
    if (result.failure() != null) {
      LogEngine.refuse(save.requests(), result.failure());
    } else {
      save.requests().forEach(request -> request.reply(save.reply()));
    }
  }

  private void noteRemoved(Committed<Row> done) {
    if (done.unremoved() == null) {
      unpruned.over();
    } else {
      unpruned.failed(done.unremoved().getMessage());
    }
  }
}
