package org.dreamkeeper.state.impl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.dreamkeeper.bus.impl.json.Schemas;
import org.dreamkeeper.state.DreamState;
import org.dreamkeeper.store.StoredState.Damaged;
import org.dreamkeeper.store.StoredState.Document;
import org.junit.jupiter.api.Test;

/** The reference's verdicts on whole states are ours; and what is salvaged is always valid. */
class StateCodecTest {

  @Test
  void agreesWithTheReference() throws Exception {
    int states = 0;
    for (Object each : vectors()) {
      JsonObject vector = (JsonObject) each;
      if (vector.getString("schema").equals("state")) {
        states++;
        DecodedState decoded = decode(vector.getValue("value"));
        assertEquals(
            vector.getBoolean("valid"), decoded.degraded() == null, vector.getString("name"));
        JsonObject shown = decoded.state().reply();
        assertTrue(Schemas.check("state", shown).isEmpty(), vector.getString("name"));
      }
    }
    assertTrue(states > 100, states + " states");
  }

  private static DecodedState decode(Object value) {
    return StateCodec.decode(
        value instanceof JsonObject json ? new Document(json) : new Damaged(null, "no object"));
  }

  private static JsonArray vectors() throws Exception {
    try (InputStream in = StateCodecTest.class.getResourceAsStream("/conformance/vectors.json")) {
      return new JsonArray(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    }
  }

  @Test
  void listsNamesUpToALimit() {
    JsonArray broken = new JsonArray();
    for (int i = 0; i < 5_000; i++) {
      broken.add(i);
    }
    JsonObject file = DreamState.EMPTY.toJson().put("pendingMerges", broken);
    DecodedState decoded = decode(file);
    assertEquals(1_000, decoded.dropped().size());
    assertEquals(List.of(), decoded.state().array("pendingMerges"));
  }
}
