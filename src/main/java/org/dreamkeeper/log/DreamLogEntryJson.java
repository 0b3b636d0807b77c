package org.dreamkeeper.log;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;

/** The JSON form of an entry, its fields in the reference's order, the unknown ones behind. */
final class DreamLogEntryJson {
  private DreamLogEntryJson() {}

  static DreamLogEntry read(JsonObject json) {
    JsonRest fields = new JsonRest("a log entry", json);
    return new DreamLogEntry(
        fields.text("id"),
        fields.number("startedAt"),
        fields.required("trigger", DreamTrigger.of(fields.text("trigger"))),
        fields.required("status", DreamStatus.of(fields.text("status"))),
        operations(fields.optionalArray("operations")),
        DreamSummary.fromJson(fields.object("summary")),
        fields.optionalText("taskId"),
        fields.optionalInteger("lockToken"),
        fields.optionalNumber("completedAt"),
        fields.optionalText("abortReason"),
        fields.optionalText("error"),
        fields.optionalNumber("undoneAt"),
        fields.rest());
  }

  private static List<DreamOperation> operations(JsonArray array) {
    if (array == null) {
      return null;
    }
    List<DreamOperation> operations = new ArrayList<>();
    for (int i = 0; i < array.size(); i++) {
      if (!(array.getValue(i) instanceof JsonObject operation)) {
        throw new IllegalArgumentException("operation " + i + " of a log entry is no object");
      }
      operations.add(DreamOperation.fromJson(operation));
    }
    return operations;
  }

  static JsonObject write(DreamLogEntry entry) {
    JsonObject json =
        new JsonObject().put("id", entry.id()).put("startedAt", JsonRest.plain(entry.startedAt()));
    if (entry.operations() != null) {
      JsonArray operations = new JsonArray();
      entry.operations().forEach(each -> operations.add(each.toJson()));
      json.put("operations", operations);
    }
    json.put("summary", entry.summary().toJson()).put("trigger", entry.trigger().json());
    put(json, "taskId", entry.taskId());
    json.put("status", entry.status().json());
    put(json, "completedAt", plain(entry.completedAt()));
    put(json, "abortReason", entry.abortReason());
    put(json, "error", entry.error());
    put(json, "undoneAt", plain(entry.undoneAt()));
    put(json, "lockToken", entry.lockToken());
    return json.mergeIn(entry.more());
  }

  private static Number plain(Double time) {
    return time == null ? null : JsonRest.plain(time);
  }

  private static void put(JsonObject json, String key, Object value) {
    if (value != null) {
      json.put(key, value);
    }
  }
}
