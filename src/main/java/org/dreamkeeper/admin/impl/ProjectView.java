package org.dreamkeeper.admin.impl;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.json.JsonObject;
import org.dreamkeeper.bus.impl.Peers;
import org.dreamkeeper.bus.impl.Project;
import org.dreamkeeper.store.ProjectStore;

/**
 * How a project is, by what the actors know: they are asked beside their order, so that they answer
 * while the store hangs.
 *
 * <p>What they know is brought in step with the store before; but nobody waits long for that, and
 * it is tried once at a time.
 */
final class ProjectView {
  /** How long the store may take to show what others have changed, ms. */
  private static final long REFRESH_MS = 40;

  private static final JsonObject LOOK = new JsonObject().put("quiet", true);

  private final Project project;
  private final Peers peers;
  private final ProjectStore store;
  private final String place;
  private final long startedAt;
  private Future<?> refreshed = Future.succeededFuture();
  private int setAside;

  ProjectView(Project project, Peers peers, ProjectStore store, String place) {
    this.project = project;
    this.peers = peers;
    this.store = store;
    this.place = place;
    this.startedAt = project.time().millis();
  }

  Future<JsonObject> tell() {
    return refresh()
        .compose(seen -> Future.all(ask("lock", new JsonObject()), ask("log", now())))
        .compose(
            both -> {
              JsonObject lock = both.resultAt(0);
              JsonObject log = both.resultAt(1);
              JsonObject known =
                  JsonObject.of("lock", lock.getValue("lock"), "dreams", log.getValue("dreams"));
              return ask("state", known).map(state -> tell(lock, log, state));
            });
  }

  private Future<JsonObject> ask(String actor, JsonObject body) {
    return peers.ask(actor, "figures", body);
  }

  private JsonObject now() {
    return new JsonObject().put("now", project.time().millis());
  }

  /** Completes when memory is in step with the store, or that takes too long; does not fail. */
  private Future<Void> refresh() {
    if (refreshed.isComplete()) {
      Future<JsonObject> gates = peers.request("state", "gates", LOOK.copy());
      Future<Integer> count = store.check().statesSetAside().onSuccess(found -> setAside = found);
      refreshed = Future.join(gates, count);
    }
    Promise<Void> over = Promise.promise();
    Runnable timer = project.time().schedule(REFRESH_MS, over::tryComplete);
    refreshed.onComplete(
        end -> {
          timer.run();
          over.tryComplete();
        });
    return over.future();
  }

  private JsonObject tell(JsonObject lock, JsonObject log, JsonObject state) {
    JsonObject told = now();
    told.put("instance", project.instance()).put("epoch", store.epoch());
    told.put("startedAt", startedAt).put("store", store());
    JsonObject holder = lock.getJsonObject("lock");
    if (log.containsKey("logId")) {
      holder.put("logId", log.getValue("logId"));
    }
    told.put("lock", holder).put("gates", state.getValue("gates"));
    if (project.events().lastSkip() != null) {
      told.put("lastSkip", project.events().lastSkip());
    }
    told.put("state", state.getValue("state")).put("log", log.getValue("log"));
    told.put("unreadable", log.getValue("unreadable")).put("quarantined", setAside);
    told.put(
        "actors",
        JsonObject.of(
            "state", state.getValue("actor"),
            "lock", lock.getValue("actor"),
            "log", log.getValue("actor")));
    return told.put("lastAskedAt", state.getJsonObject("gates").getValue("lastAskedAt"));
  }

  private JsonObject store() {
    JsonObject told = JsonObject.of("place", place, "claimed", store.lost() == null);
    if (store.lost() != null) {
      told.put("lost", store.lost());
    }
    long silentMs = store.silentMs();
    if (silentMs > 0) {
      told.put("silentSince", project.time().millis() - silentMs);
    }
    return told;
  }
}
