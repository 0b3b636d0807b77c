package org.dreamkeeper;

import io.vertx.core.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.dreamkeeper.bus.impl.config.ConfigReader;
import org.dreamkeeper.postgres.PgOptions;

/**
 * The deployment config of a {@link DreamkeeperNode}, read.
 *
 * @param postgres the database; null for a node that only asks
 * @param projects the settings of those that it names, by address
 * @param texts this node's folders of their texts, of those that have one
 */
record NodeConfig(String postgres, Map<String, JsonObject> projects, Map<String, String> texts) {

  static NodeConfig of(JsonObject json) {
    ConfigReader settings = new ConfigReader("", json, "postgres projects serve");
    boolean serve = settings.bool("serve", true);
    String postgres = serve ? settings.text("postgres", null) : null;
    if (serve) {
      PgOptions.place(postgres);
    } else if (json.containsKey("postgres")) {
      throw new IllegalArgumentException("postgres is set, expected none where serve is false");
    }
    Map<String, JsonObject> projects = new LinkedHashMap<>();
    Map<String, String> texts = new LinkedHashMap<>();
    int index = 0;
    for (JsonObject each : settings.objects("projects")) {
      String name = "projects[" + index++ + "]";
      DreamkeeperOptions options = options(name, each, postgres);
      if (projects.put(options.getAddress(), Placement.settings(options)) != null) {
        throw new IllegalArgumentException(
            name + ".address is \"" + options.getAddress() + "\", which is named before");
      }
      if (options.getTexts() != null) {
        texts.put(options.getAddress(), options.getTexts());
      }
    }
    return new NodeConfig(postgres, projects, texts);
  }

  private static DreamkeeperOptions options(String name, JsonObject json, String postgres) {
    for (String key : new String[] {"postgres", "baseDir", "clustered", "durability"}) {
      if (json.containsKey(key)) {
        throw new IllegalArgumentException(name + "." + key + " is set, which is the node's");
      }
    }
    try {
      return new DreamkeeperOptions(
          json.copy().put("postgres", postgres == null ? "postgresql://nobody@asked/x" : postgres));
    } catch (IllegalArgumentException wrong) {
      throw new IllegalArgumentException(name + "." + wrong.getMessage(), wrong);
    }
  }

  /** Gives the options of a project with the settings that stand in the database. */
  static JsonObject served(String postgres, String project, JsonObject settings) {
    return settings.copy().put("postgres", postgres).put("address", project);
  }

  /** Says where settings differ from those that stand; null if they do not. */
  static String conflict(String prefix, JsonObject mine, JsonObject stands) {
    LinkedHashMap<String, Object> all = new LinkedHashMap<>(stands.getMap());
    all.putAll(mine.getMap());
    for (String key : all.keySet()) {
      Object here = mine.getValue(key);
      Object there = stands.getValue(key);
      if (here instanceof JsonObject one && there instanceof JsonObject other) {
        String below = conflict(prefix + key + ".", one, other);
        if (below != null) {
          return below;
        }
      } else if (!Objects.equals(String.valueOf(here), String.valueOf(there))) {
        return prefix + key + " is " + here + " here, and " + there + " in the database";
      }
    }
    return null;
  }
}
