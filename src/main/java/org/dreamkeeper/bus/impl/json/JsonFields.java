package org.dreamkeeper.bus.impl.json;

import io.vertx.core.json.JsonObject;

/** Fields that an object has only where there is something to say. */
public final class JsonFields {
  private JsonFields() {}

  /** Puts a value, unless it is null; gives the object. */
  public static JsonObject put(JsonObject json, String key, Object valueOrNull) {
    return valueOrNull == null ? json : json.put(key, valueOrNull);
  }
}
