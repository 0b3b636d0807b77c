package org.dreamkeeper.log.impl;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.dreamkeeper.bus.DreamkeeperException;
import org.dreamkeeper.bus.FailureCode;
import org.dreamkeeper.bus.impl.Budget;
import org.dreamkeeper.bus.impl.Request;
import org.dreamkeeper.bus.impl.json.JsonText;
import org.dreamkeeper.bus.impl.json.Schemas;
import org.dreamkeeper.store.Carried;
import org.dreamkeeper.store.LogStore.Addition;
import org.dreamkeeper.store.LogStore.Extent;

/**
 * What becomes of one request's operations.
 *
 * @param refusal why nothing of it is added, or null
 * @param refused the operations that are not: {@code {index, reason}}
 * @param count how many the entry has with the others
 */
record Appendage(Request request, DreamkeeperException refusal, JsonArray refused, int count) {

  static DreamkeeperException invalid(String reason) {
    return new DreamkeeperException(FailureCode.INVALID_REQUEST, reason);
  }

  /** Judges the operations of requests for one entry, each by itself. */
  static Addition<List<Appendage>> judge(List<Request> requests, Extent entry, Budget budget) {
    List<JsonObject> added = new ArrayList<>();
    List<Appendage> judged = new ArrayList<>();
    Extent end = entry;
    for (Request request : requests) {
      JsonArray refused = new JsonArray();
      List<JsonObject> valid = valid(request.body().getJsonArray("operations"), refused);
      Extent with = with(end, valid);
      boolean large = budget.excess(with.held()) != null || with.bytes() > budget.maxMessageBytes();
      DreamkeeperException refusal = null;
      if (valid.isEmpty()) {
        refusal = invalid(refused.getJsonObject(0).getString("reason"));
      } else if (large) {
        String reason = "the entry would be too large to be saved whole";
        refusal = new DreamkeeperException(FailureCode.TOO_LARGE, reason);
      } else {
        added.addAll(valid);
        end = with;
      }
      judged.add(new Appendage(request, refusal, refused, end.operations()));
    }
    List<JsonObject> kept =
        judged.stream()
            .filter(each -> each.refusal() == null)
            .flatMap(each -> each.request().kept(each.reply(), false).stream())
            .toList();
    return new Addition<>(added, judged, new Carried(kept, List.of()));
  }

  private static List<JsonObject> valid(JsonArray operations, JsonArray refused) {
    List<JsonObject> valid = new ArrayList<>();
    for (int i = 0; i < operations.size(); i++) {
      Optional<String> flaw = Schemas.check("operation", operations.getValue(i));
      if (flaw.isPresent()) {
        String reason = "/operations/" + i + flaw.get();
        refused.add(new JsonObject().put("index", i).put("reason", reason));
      } else {
        valid.add(operations.getJsonObject(i));
      }
    }
    return valid;
  }

  private static Extent with(Extent entry, List<JsonObject> more) {
    long bytes = entry.bytes();
    long held = entry.held();
    for (JsonObject each : more) {
      byte[] text = JsonText.printLine(each);
      bytes += text.length;
      held += JsonText.held(text);
    }
    return new Extent(entry.operations() + more.size(), bytes, held);
  }

  void answer() {
    if (refusal != null) {
      request.fail(refusal);
    } else {
      request.reply(reply());
    }
  }

  private JsonObject reply() {
    JsonObject reply = new JsonObject().put("count", count);
    return refused.isEmpty() ? reply : reply.put("refused", refused);
  }
}
