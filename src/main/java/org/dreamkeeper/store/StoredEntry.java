package org.dreamkeeper.store;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.dreamkeeper.bus.impl.json.Schemas;

/**
 * What stands in the store under an entry's id; whether it is a valid entry, the store does not
 * ask.
 *
 * @param version which version it is
 * @param json with all that was appended, and shared: never change it; null where there is no JSON
 *     object, or none that memory may take
 * @param flaw why there is none, in a few words; else null
 * @param unread whether that is because the store could not read it: the next time it may
 */
public record StoredEntry(EntryVersion version, JsonObject json, String flaw, boolean unread) {
  private static final Map<String, String> COUNTED =
      Map.of("CONSOLIDATE", "consolidated", "SYNTHESIZE", "synthesized", "PRUNE", "pruned");

  /** Says why this is no entry of its id; null if it is one. */
  public String fault() {
    boolean named = json == null || version.id().equals(json.getValue("id"));
    return json == null
        ? flaw
        : Schemas.check("storedEntry", json).orElse(named ? null : "/id: another than its place's");
  }

  /** Adds operations to an entry, and to its summary; what is no valid entry, they leave as odd. */
  public static JsonObject grown(JsonObject entry, List<JsonObject> operations) {
    if (operations.isEmpty() || !(entry.getValue("operations") instanceof JsonArray had)) {
      return entry;
    }
    JsonArray all = new JsonArray();
    had.forEach(all::add);
    operations.forEach(all::add);
    JsonObject grown = copy(entry).put("operations", all);
    if (entry.getValue("summary") instanceof JsonObject counts) {
      JsonObject summary = copy(counts);
      grown.put("summary", summary);
      for (JsonObject each : operations) {
        count(summary, COUNTED.get(String.valueOf(each.getValue("type"))));
        if (Boolean.TRUE.equals(each.getValue("needsReview"))) {
          count(summary, "flaggedForReview");
        }
      }
    }
    return grown;
  }

  private static JsonObject copy(JsonObject object) {
    return new JsonObject(new LinkedHashMap<>(object.getMap()));
  }

  private static void count(JsonObject summary, String key) {
    if (summary.getValue(key) instanceof Number before) {
      summary.put(key, before.longValue() + 1);
    }
  }
}
