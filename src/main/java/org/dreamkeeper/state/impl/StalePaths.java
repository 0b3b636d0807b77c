package org.dreamkeeper.state.impl;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.dreamkeeper.bus.impl.json.CanonicalJson;
import org.dreamkeeper.state.impl.StateActions.Outcome;

/** The queue of files whose summaries are out of date, oldest first. */
final class StalePaths {
  private static final String PATH = "path";

  private StalePaths() {}

  static Outcome enqueue(State state, Map<String, Object> body, long now) {
    List<Map<String, Object>> present = state.array(State.STALE_PATHS);
    Set<Object> added = new LinkedHashSet<>((List<?>) body.get("paths"));
    present.forEach(each -> added.remove(each.get(PATH)));
    State next =
        state.append(State.STALE_PATHS, added.stream().map(path -> element(path, now)).toList());
    JsonObject reply = new JsonObject().put("added", added.size());
    return new Outcome(next, reply.put("queued", present.size() + added.size()));
  }

  private static Map<String, Object> element(Object path, long now) {
    return CanonicalJson.object(new JsonObject().put(PATH, path).put("enqueuedAt", now));
  }

  static Outcome drain(State state) {
    JsonArray paths = new JsonArray();
    state.array(State.STALE_PATHS).forEach(each -> paths.add(each.get(PATH)));
    State next = state.with(State.STALE_PATHS, List.of());
    return new Outcome(next, new JsonObject().put("paths", paths));
  }
}
