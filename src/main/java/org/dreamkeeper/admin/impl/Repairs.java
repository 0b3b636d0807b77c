package org.dreamkeeper.admin.impl;

import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.dreamkeeper.bus.DreamkeeperException;
import org.dreamkeeper.bus.FailureCode;
import org.dreamkeeper.bus.impl.Budget;
import org.dreamkeeper.bus.impl.config.Words;
import org.dreamkeeper.store.StoreCheck;
import org.dreamkeeper.store.StoreCheck.Finding;

/** What is kept beside what is served, and what becomes of it. */
record Repairs(StoreCheck check, Budget budget) {
  /** An entry's id, in the name of where it is kept. */
  private static final Pattern ID = Pattern.compile("drm-[0-9]+");

  Future<JsonObject> inspect() {
    return check
        .check()
        .map(
            found -> {
              JsonArray all = new JsonArray();
              found.forEach(each -> all.add(tell(each)));
              if (budget.shortage() != null) {
                all.add(
                    JsonObject.of(
                        "kind", "memory", "place", "maxMessageBytes", "detail", budget.shortage()));
              }
              return JsonObject.of("findings", all);
            });
  }

  private static JsonObject tell(Finding finding) {
    JsonObject told = new JsonObject().put("kind", Words.of(finding.kind()));
    told.put("place", finding.place()).put("detail", finding.detail());
    switch (finding.kind()) {
      case UNREADABLE_ENTRY -> {
        Matcher id = ID.matcher(finding.place());
        if (id.find()) {
          told.put("id", id.group()).put("repair", "setAside");
        }
      }
      case STATE_SET_ASIDE -> {
        told.put("fields", new JsonArray(finding.fields()));
        if (!finding.fields().isEmpty()) {
          told.put("repair", "putBack");
        }
      }
      case ABANDONED -> told.put("repair", "remove");
      default -> {}
    }
    return told;
  }

  Future<JsonObject> setAside(JsonObject body) {
    return check.setAside(body.getString("id")).map(place -> new JsonObject().put("file", place));
  }

  Future<JsonObject> putBack(JsonObject body) {
    List<String> fields = body.getJsonArray("fields").stream().map(String.class::cast).toList();
    if (fields.isEmpty()) {
      throw new DreamkeeperException(
          FailureCode.INVALID_REQUEST, "/fields: [], expected at least one field");
    }
    return check.putBack(body.getString("file"), fields).map(new JsonObject());
  }
}
