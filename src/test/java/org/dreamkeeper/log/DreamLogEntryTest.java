package org.dreamkeeper.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The records carry all that is valid. */
class DreamLogEntryTest {

  @Test
  void everythingThatTheReferenceAcceptsSurvivesTheRoundTrip() throws Exception {
    int entries = 0;
    int operations = 0;
    for (Object each : vectors()) {
      JsonObject vector = (JsonObject) each;
      if (vector.getBoolean("valid") && vector.getString("schema").equals("entry")) {
        JsonObject value = vector.getJsonObject("value");
        assertEquals(value, DreamLogEntry.fromJson(value).toJson(), vector.getString("name"));
        entries++;
      } else if (vector.getBoolean("valid") && vector.getString("schema").equals("operation")) {
        JsonObject value = vector.getJsonObject("value");
        assertEquals(value, DreamOperation.fromJson(value).toJson(), vector.getString("name"));
        operations++;
      }
    }
    assertTrue(entries > 100 && operations > 60, entries + " entries, " + operations);
  }

  private static JsonArray vectors() throws Exception {
    try (InputStream in =
        DreamLogEntryTest.class.getResourceAsStream("/conformance/vectors.json")) {
      return new JsonArray(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"1793498400003.5", "-1.25", "0.1", "1e300", "9007199254740991", "1000.0"})
  void anyFiniteTimeSurvives(String time) {
    JsonObject json =
        DreamLogEntry.processing("drm-1", Instant.ofEpochMilli(1), DreamTrigger.CLI)
            .completed(Instant.ofEpochMilli(2))
            .toJson();
    Object value = new JsonObject("{\"t\":" + time + "}").getValue("t");
    json.put("startedAt", value).put("completedAt", value);
    assertEquals(json, DreamLogEntry.fromJson(json).toJson());
  }

  @Test
  void unknownFieldsSurviveOnEveryLevel() {
    JsonObject json =
        DreamLogEntry.processing("drm-1", Instant.ofEpochMilli(1), DreamTrigger.CLI)
            .withOperation(new Prune(Prune.Action.KEEP, "a", "b", false, null, null))
            .toJson();
    json.put("x", new JsonArray().add(1)).put("y", null);
    json.getJsonObject("summary").put("x", true);
    json.getJsonArray("operations").getJsonObject(0).put("x", new JsonObject().put("z", 1));
    assertEquals(json, DreamLogEntry.fromJson(json).toJson());
  }

  @ParameterizedTest
  @ValueSource(strings = {"id", "startedAt", "trigger", "status", "summary"})
  void refusesWhatIsNoEntry(String field) {
    JsonObject json =
        DreamLogEntry.processing("drm-1", Instant.ofEpochMilli(1), DreamTrigger.CLI).toJson();
    json.put(field, new JsonArray());
    assertThrows(IllegalArgumentException.class, () -> DreamLogEntry.fromJson(json));
    json.remove(field);
    assertThrows(IllegalArgumentException.class, () -> DreamLogEntry.fromJson(json));
  }
}
