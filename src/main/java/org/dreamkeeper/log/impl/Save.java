package org.dreamkeeper.log.impl;

import io.vertx.core.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.dreamkeeper.bus.impl.Request;
import org.dreamkeeper.bus.impl.json.CanonicalJson;
import org.dreamkeeper.log.DreamStatus;
import org.dreamkeeper.store.StoreException;
import org.dreamkeeper.store.StoredEntry;

/**
 * An entry that is saved: the content is that of the last who asks.
 *
 * @param place names it for a person
 */
record Save(String id, String place, List<Request> requests) {
  private static final String LOCK_TOKEN = "lockToken";

  JsonObject body() {
    return requests.get(requests.size() - 1).body();
  }

  JsonObject reply() {
    return new JsonObject().put("id", id);
  }

  DreamStatus status() {
    return DreamStatus.of(body().getString("status")).orElse(null);
  }

  /** Gives what is to stand in the place of an old one, or of null. */
  JsonObject over(StoredEntry old) {
    JsonObject entry = new JsonObject(new LinkedHashMap<>(body().getMap()));
    Long token = token(old);
    if (token == null) {
      entry.remove(LOCK_TOKEN);
    } else {
      entry.put(LOCK_TOKEN, token);
    }
    return old == null || old.json() == null ? entry : ordered(old.json(), entry);
  }

  /** Gives the last one's token; the old one's where nobody has any. */
  private Long token(StoredEntry old) {
    Long token = null;
    for (Request request : requests) {
      token = request.token() == null ? token : request.token();
    }
    if (token != null || old == null) {
      return token;
    }
    if (old.unread()) {
      // It may carry a token, which must not be lost.
      throw new StoreException(place + ": " + old.flaw(), false);
    }
    return old.json() == null ? null : Row.token(old.json().getValue(LOCK_TOKEN));
  }

  /** Keeps the order of the keys: other hands, such as typed clients, have one of their own. */
  @SuppressWarnings("unchecked") // it equals the entry
  private static JsonObject ordered(JsonObject old, JsonObject entry) {
    Object ordered = CanonicalJson.ordered(CanonicalJson.object(old), CanonicalJson.object(entry));
    return new JsonObject((Map<String, Object>) ordered);
  }
}
