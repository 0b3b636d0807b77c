package org.dreamkeeper;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where the texts are is each node's own affair. */
final class NodeTextsTest {
  @TempDir Path dir;

  private JsonObject config() {
    JsonObject project = JsonObject.of("address", "notes", "texts", dir.toString());
    JsonObject other = JsonObject.of("address", "other");
    return JsonObject.of("serve", false, "projects", JsonArray.of(project, other));
  }

  @Test
  void theyAreNotEnteredInTheDatabase() {
    NodeConfig config = NodeConfig.of(config());
    assertEquals(Map.of("notes", dir.toString()), config.texts());
    assertEquals(config.projects().get("other"), config.projects().get("notes"));
  }
}
