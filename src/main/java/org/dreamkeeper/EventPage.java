package org.dreamkeeper;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;

/**
 * Some of a project's events, in their order. Immutable.
 *
 * @param events none of them was there before; their {@code seq} is 0, for what counts is the
 *     cursor
 * @param cursor the place behind the last of them: whoever keeps it goes on from there later
 * @param gap whether something may have happened before the first of them that is not told: the
 *     host was killed, or the cursor is too old. Then ask how the project is
 */
public record EventPage(List<DreamEvent> events, String cursor, boolean gap) {

  static EventPage of(JsonObject json) {
    JsonArray events = json.getJsonArray("events");
    return new EventPage(
        events.stream().map(JsonObject.class::cast).map(DreamEvent::of).toList(),
        json.getString("cursor"),
        json.getBoolean("gap", false));
  }
}
