package org.dreamkeeper.log;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SortedSet;
import java.util.TreeSet;

/** The JSON form of an entry, its fields in the reference's order, the unknown ones behind. */
final class DreamLogEntryJson {
  private static final String IN_ORDER =
      "id startedAt operations summary trigger taskId status completedAt abortReason error"
          + " undoneAt undoneOperations lockToken";

  static final List<String> FIELDS = List.of(IN_ORDER.split(" ", -1));

  private DreamLogEntryJson() {}

  static JsonObject processing(String id, Instant startedAt, DreamTrigger trigger) {
    return new JsonObject()
        .put("id", Objects.requireNonNull(id, "id is null"))
        .put("startedAt", Times.written("startedAt", startedAt))
        .put("summary", DreamSummary.EMPTY.toJson())
        .put("trigger", Objects.requireNonNull(trigger, "trigger is null").json())
        .put("status", DreamStatus.PROCESSING.json());
  }

  /** Refuses what is no entry, its operations aside. */
  static JsonObject checked(JsonObject head) {
    JsonRest fields = new JsonRest("a log entry", head);
    fields.text("id");
    fields.number("startedAt");
    fields.valid("trigger", DreamTrigger.of(fields.text("trigger")));
    fields.valid("status", DreamStatus.of(fields.text("status")));
    DreamSummary.fromJson(fields.required("summary", JsonObject.class));
    fields.optional("taskId", String.class);
    fields.optional("lockToken", Number.class);
    fields.optional("completedAt", Number.class);
    fields.optional("abortReason", String.class);
    fields.optional("error", String.class);
    fields.optional("undoneAt", Number.class);
    undoneOperations(fields.optional("undoneOperations", JsonArray.class).orElse(null));
    return head;
  }

  /** Reads the places of operations that were taken back; none where there are none. */
  static SortedSet<Integer> undoneOperations(JsonArray places) {
    SortedSet<Integer> undone = new TreeSet<>();
    for (Object each : places == null ? new JsonArray() : places) {
      if (!(each instanceof Number place)) {
        throw new IllegalArgumentException("a log entry without a valid undoneOperations");
      }
      undone.add(place.intValue());
    }
    return undone;
  }

  /** Reads the operations; null where there are none. */
  static List<DreamOperation> operations(Object json) {
    if (json == null) {
      return null;
    }
    if (!(json instanceof JsonArray array)) {
      throw new IllegalArgumentException("a log entry without a valid operations");
    }
    List<DreamOperation> operations = new ArrayList<>();
    for (int i = 0; i < array.size(); i++) {
      if (!(array.getValue(i) instanceof JsonObject operation)) {
        throw new IllegalArgumentException("operation " + i + " of a log entry is no object");
      }
      operations.add(DreamOperation.fromJson(operation));
    }
    return List.copyOf(operations);
  }

  /** Gives what is not known of an entry. */
  static JsonObject more(JsonObject head) {
    JsonObject more = head.copy();
    FIELDS.forEach(more::remove);
    return more;
  }

  /** Gives a changed copy. */
  static JsonObject with(JsonObject head, String key, Object value) {
    // The last copy takes the value, too, and refuses what is no JSON.
    return head.copy().put(key, value).copy();
  }

  /** Gives a copy of another status, which says nothing of an end that there was. */
  static JsonObject as(DreamStatus status, JsonObject head) {
    JsonObject next = head.copy().put("status", status.json());
    List.of("abortReason", "error", "undoneAt", "undoneOperations").forEach(next::remove);
    return next;
  }

  static JsonObject undone(JsonObject head, Instant at) {
    if (head.getNumber("completedAt") == null) {
      throw new IllegalStateException(head.getString("id") + " has not ended");
    }
    return writable(as(DreamStatus.UNDONE, head)).put("undoneAt", Times.written("at", at));
  }

  /** Gives a copy of an entry that has ended, some of its operations taken back. */
  static JsonObject undone(JsonObject head, SortedSet<Integer> places) {
    return writable(with(head, "undoneOperations", new JsonArray(List.copyOf(places))));
  }

  private static JsonObject writable(JsonObject head) {
    return head.put("startedAt", Times.writable(head.getNumber("startedAt")))
        .put("completedAt", Times.writable(head.getNumber("completedAt")));
  }

  /** Puts an entry together; a brief one has no operations. */
  static JsonObject write(JsonObject head, List<DreamOperation> operations) {
    JsonObject rest = head.copy();
    if (operations != null) {
      rest.put(
          "operations", new JsonArray(operations.stream().map(DreamOperation::toJson).toList()));
    }
    JsonObject json = new JsonObject();
    for (String field : FIELDS) {
      if (rest.containsKey(field)) {
        json.put(field, rest.remove(field));
      }
    }
    return json.mergeIn(rest);
  }
}
