package org.dreamkeeper.bus.impl.json;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.core.json.pointer.JsonPointer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The schema files of the jar, and what they refer to. */
final class SchemaFiles {
  private static final String FOLDER = "/org/dreamkeeper/schema/";
  private static final List<String> NAMES =
      List.of(
          "state",
          "operation",
          "entry",
          "state-requests",
          "lock-requests",
          "log-requests",
          "admin-requests");

  private final Map<String, JsonObject> files = new HashMap<>();

  SchemaFiles() {
    NAMES.forEach(name -> files.put(name + ".json", read(name, name)));
    // What is on disk may have times and ids that are not written here; all else is the same.
    JsonObject stored = read("entry", "stored-entry");
    JsonObject definitions = stored.getJsonObject("$defs");
    definitions.put("id", definitions.getValue("storedId"));
    definitions.put("time", definitions.getValue("storedTime"));
    files.put("stored-entry.json", stored);
  }

  /** Reads a file, and makes its references to itself ones to a name. */
  private static JsonObject read(String file, String name) {
    try (InputStream in = SchemaFiles.class.getResourceAsStream(FOLDER + file + ".json")) {
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return new JsonObject(text.replace("\"$ref\": \"#", "\"$ref\": \"" + name + ".json#"));
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  /** Gives the files by their names, as references name them. */
  Map<String, JsonObject> all() {
    return files;
  }

  /** Gives what a reference leads to, such as {@code state.json#/$defs/count}. */
  JsonObject find(String ref) {
    int hash = (ref + "#").indexOf('#');
    String pointer = ref.substring(Math.min(hash + 1, ref.length()));
    return (JsonObject) JsonPointer.from(pointer).queryJson(files.get(ref.substring(0, hash)));
  }

  /**
   * Gives a schema together with what it refers to. What it says itself goes first, but for a
   * description: that of a pattern stays with the pattern.
   */
  JsonObject joined(JsonObject schema) {
    String ref = schema.getString("$ref");
    if (ref == null) {
      return schema;
    }
    JsonObject all = joined(find(ref)).copy();
    for (String keyword : schema.fieldNames()) {
      Object own = schema.getValue(keyword);
      switch (keyword) {
        case "$ref" -> {}
        case "description" -> all.getMap().putIfAbsent(keyword, own);
        case "required" ->
            all.put(keyword, all.getJsonArray(keyword, new JsonArray()).addAll((JsonArray) own));
        case "properties" ->
            all.put(
                keyword, all.getJsonObject(keyword, new JsonObject()).mergeIn((JsonObject) own));
        default -> all.put(keyword, own);
      }
    }
    return all;
  }
}
