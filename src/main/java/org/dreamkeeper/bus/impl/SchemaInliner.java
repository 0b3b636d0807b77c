package org.dreamkeeper.bus.impl;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/**
 * Puts what a schema refers to in the place of the reference, so that the validator visits one
 * schema where it would visit two or three: its time goes by visits, whatever they check.
 *
 * <p>The meaning stays the same. A reference is left alone where its target is one of several
 * ({@code oneOf}), where both say something about the same, or where that would part a pattern from
 * its description. No schema here refers to itself.
 */
final class SchemaInliner {
  private static final String REF = "$ref";
  private static final String DESCRIPTION = "description";
  private static final Set<String> JOINED = Set.of("required", "properties");

  private final Function<String, JsonObject> files;
  private final String file;

  /**
   * Makes an inliner.
   *
   * @param files gives a file's document, as it is in the jar, by its name without {@code .json}
   * @param file the name of the file to be worked on
   */
  SchemaInliner(Function<String, JsonObject> files, String file) {
    this.files = files;
    this.file = file;
  }

  /** Gives a schema without the references that can be done without; changes nothing itself. */
  JsonObject inline(JsonObject schema) {
    JsonObject result = new JsonObject();
    for (String key : schema.fieldNames()) {
      Object value = schema.getValue(key);
      result.put(key, value instanceof JsonObject child ? inline(child) : value);
    }
    if (!(result.getValue(REF) instanceof String ref)) {
      return result;
    }
    JsonObject target = target(ref);
    return target == null || !joinable(target, result) ? result : join(target, result);
  }

  /** Gives what is referred to, in itself inlined; null for a whole file. */
  private JsonObject target(String ref) {
    int hash = ref.indexOf('#');
    if (hash < 0) {
      return null;
    }
    String name = hash == 0 ? file : ref.substring(0, ref.indexOf(".json"));
    JsonObject node = files.apply(name);
    for (String step : ref.substring(hash + 2).split("/", -1)) {
      node = node.getJsonObject(step);
    }
    JsonObject target = new SchemaInliner(files, name).inline(node);
    // What is left of references within another file would lead astray here.
    return hash > 0 && target.encode().contains("\"$ref\":\"#") ? null : target;
  }

  private static boolean joinable(JsonObject target, JsonObject own) {
    if (target.containsKey("oneOf")
        || (target.containsKey("pattern") && own.containsKey(DESCRIPTION))) {
      return false;
    }
    JsonObject theirs = target.getJsonObject("properties", new JsonObject());
    return own.fieldNames().stream()
            .allMatch(
                key ->
                    List.of(REF, DESCRIPTION).contains(key)
                        || JOINED.contains(key)
                        || !target.containsKey(key))
        && own.getJsonObject("properties", new JsonObject()).fieldNames().stream()
            .noneMatch(theirs::containsKey);
  }

  private static JsonObject join(JsonObject target, JsonObject own) {
    JsonObject joined = target.copy();
    for (String key : own.fieldNames()) {
      Object mine = own.getValue(key);
      Object theirs = joined.getValue(key);
      if (theirs instanceof JsonArray list && JOINED.contains(key)) {
        list.addAll((JsonArray) mine);
      } else if (theirs instanceof JsonObject properties && JOINED.contains(key)) {
        properties.mergeIn((JsonObject) mine);
      } else if (!key.equals(REF)) {
        joined.put(key, mine);
      }
    }
    return joined;
  }
}
