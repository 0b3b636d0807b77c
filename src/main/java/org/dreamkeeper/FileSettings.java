package org.dreamkeeper;

import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import org.dreamkeeper.lock.LockOptions;

/** The settings that say something of files alone: a project in a database has none of them. */
final class FileSettings {
  private static final List<String> OF_LOCK = List.of("staleTimeoutMs", "foreignPids", "settleMs");
  private static final String DURABILITY = "durability";

  private FileSettings() {}

  /**
   * Refuses them.
   *
   * @throws IllegalArgumentException naming the one that is set
   */
  static void refuse(JsonObject settings) {
    if (settings.containsKey("baseDir")) {
      throw new IllegalArgumentException("postgres and baseDir are both set, expected one of them");
    }
    refuse("", settings, List.of(DURABILITY));
    if (settings.getValue("lock") instanceof JsonObject lock) {
      refuse("lock.", lock, OF_LOCK);
    }
  }

  private static void refuse(String prefix, JsonObject json, List<String> keys) {
    for (String key : keys) {
      if (json.containsKey(key)) {
        throw new IllegalArgumentException(
            prefix + key + " is set, which says something of files alone; remove it, or postgres");
      }
    }
  }

  /** Leaves those out that are as if they were not set. */
  static JsonObject withoutDefaults(JsonObject settings) {
    Map<String, Object> all = settings.getMap();
    all.remove(DURABILITY, new DreamkeeperOptions().toJson().getValue(DURABILITY));
    Map<String, Object> unset = new LockOptions().toJson().getMap();
    OF_LOCK.forEach(key -> settings.getJsonObject("lock").getMap().remove(key, unset.get(key)));
    return settings;
  }
}
