package org.dreamkeeper.bus.impl;

import io.vertx.core.json.JsonObject;
import org.dreamkeeper.bus.impl.json.ErrorText;

/** Says in one plain line what a person should know of an event. */
final class Story {
  private Story() {}

  /** Gives null for an event of the daily round. */
  static String line(JsonObject event) {
    return switch (event.getString("type")) {
      case "log.interrupted" ->
          event.getString("id")
              + " was left \"processing\" by a dream that nobody runs any more; it is an \"error\""
              + " entry now";
      case "lock.takenOver" -> takenOver(event);
      case "lock.lost" -> "the lock was lost: another program overwrote dream.lock";
      case "storage.failed" ->
          "the storage of the " + event.getString("actor") + " fails: " + event.getString("reason");
      case "storage.recovered" -> "the storage of the " + event.getString("actor") + " works again";
      default -> null;
    };
  }

  private static String takenOver(JsonObject event) {
    JsonObject from = event.getJsonObject("from");
    String owner = from.getString("owner");
    String why =
        switch (event.getString("why")) {
          case "dead" -> "which is dead";
          case "expired" -> "whose lease ran out";
          case "evicted" -> "whom somebody has pushed out: " + event.getString("reason");
          default -> "which gave no sign of life";
        };
    String name = owner == null ? "" : " (" + ErrorText.show(owner) + ")";
    String line = "the lock was left by PID " + from.getValue("pid") + name + ", " + why;
    Boolean completed = event.getBoolean("completed");
    if (completed == null) {
      return line;
    }
    return line
        + (completed
            ? ": it is free again, and its dream, which had completed, is recorded"
            : ": it is free again, and the time of the last dream is what it was before");
  }
}
