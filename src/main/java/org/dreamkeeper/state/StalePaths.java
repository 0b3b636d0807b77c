package org.dreamkeeper.state;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.dreamkeeper.bus.impl.CanonicalJson;
import org.dreamkeeper.bus.impl.JsonText;
import org.dreamkeeper.state.StateActions.Outcome;

/** The queue of files whose summaries are out of date, oldest first. */
final class StalePaths {
  private static final String PATH = "path";

  private StalePaths() {}

  static Outcome enqueue(State state, Map<String, Object> body, long now) {
    List<Map<String, Object>> present = state.array(State.STALE_PATHS);
    Set<Object> queued = new HashSet<>();
    present.forEach(each -> queued.add(each.get(PATH)));
    List<Map<String, Object>> added = new ArrayList<>();
    long grown = 0;
    for (Object path : (List<?>) body.get("paths")) {
      if (queued.add(path)) {
        Map<String, Object> element = new LinkedHashMap<>();
        element.put(PATH, path);
        element.put("enqueuedAt", CanonicalJson.of(now));
        added.add(element);
        grown += JsonText.held(JsonText.print(element));
      }
    }
    State next =
        added.isEmpty()
            ? state
            : state.with(State.STALE_PATHS, StateActions.append(present, added), grown);
    JsonObject reply = new JsonObject().put("added", added.size());
    return new Outcome(next, reply.put("queued", present.size() + added.size()));
  }

  static Outcome drain(State state) {
    List<Map<String, Object>> present = state.array(State.STALE_PATHS);
    JsonArray paths = new JsonArray();
    present.forEach(each -> paths.add(each.get(PATH)));
    State next = present.isEmpty() ? state : state.with(State.STALE_PATHS, List.of(), 0);
    return new Outcome(next, new JsonObject().put("paths", paths));
  }
}
