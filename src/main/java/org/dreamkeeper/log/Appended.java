package org.dreamkeeper.log;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.TreeMap;

/**
 * What became of operations that were added to an entry. Immutable.
 *
 * @param count how many operations the entry has now
 * @param refused why some were refused, by their place among those that were sent, from 0; the
 *     others are durable
 */
public record Appended(long count, Map<Integer, String> refused) {

  /** Takes a copy. */
  public Appended {
    refused = Map.copyOf(refused);
  }

  /**
   * Reads what became of them.
   *
   * @param reply the reply to {@code append}
   * @return the same
   */
  public static Appended of(JsonObject reply) {
    Map<Integer, String> refused = new TreeMap<>();
    for (Object each : reply.getJsonArray("refused", new JsonArray())) {
      JsonObject one = (JsonObject) each;
      refused.put(one.getInteger("index"), one.getString("reason"));
    }
    return new Appended(reply.getLong("count"), refused);
  }
}
