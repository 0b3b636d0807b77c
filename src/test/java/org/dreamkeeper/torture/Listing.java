package org.dreamkeeper.torture;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import org.dreamkeeper.Served;

/** The whole log, page by page. */
final class Listing {
  private Listing() {}

  static List<JsonObject> all(Served served) {
    List<JsonObject> all = new ArrayList<>();
    JsonObject query = new JsonObject();
    do {
      JsonObject page = served.ask("log", "list", query);
      JsonArray entries = page.getJsonArray("entries");
      for (int i = 0; i < entries.size(); i++) {
        all.add(entries.getJsonObject(i));
      }
      query =
          page.containsKey("cursor")
              ? new JsonObject().put("cursor", page.getString("cursor"))
              : null;
    } while (query != null);
    return all;
  }
}
