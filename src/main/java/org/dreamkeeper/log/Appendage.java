package org.dreamkeeper.log;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.dreamkeeper.bus.impl.Request;
import org.dreamkeeper.bus.impl.Schemas;

/**
 * The operations of one request that are added to an entry.
 *
 * @param request who is owed the answer
 * @param lines of the journal, one for each valid operation
 * @param refused the others: {@code {index, reason}}
 * @param end of the journal with these
 */
record Appendage(Request request, List<byte[]> lines, JsonArray refused, LogJournals.Tail end) {

  /**
   * Judges the operations of a request, each by itself.
   *
   * @param before the end of the journal without them
   */
  static Appendage judge(Request request, LogJournals.Tail before) {
    JsonArray operations = request.body().getJsonArray("operations");
    List<byte[]> lines = new ArrayList<>();
    JsonArray refused = new JsonArray();
    for (int i = 0; i < operations.size(); i++) {
      Optional<String> flaw = Schemas.check("operation", operations.getValue(i));
      if (flaw.isPresent()) {
        String reason = "/operations/" + i + flaw.get();
        refused.add(new JsonObject().put("index", i).put("reason", reason));
      } else {
        lines.add(Journal.line(operations.getJsonObject(i)));
      }
    }
    return new Appendage(request, lines, refused, before.with(lines));
  }

  void reply() {
    JsonObject reply = new JsonObject().put("count", end.count());
    request.reply(refused.isEmpty() ? reply : reply.put("refused", refused));
  }
}
