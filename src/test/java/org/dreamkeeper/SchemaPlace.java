package org.dreamkeeper;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;

/** A schema, the file in which its references are read, and the letter that it is shown by. */
record SchemaPlace(String path, JsonObject schema, String letter) {
  /** What is shown by a letter. */
  private static final Map<String, String> LETTERS =
      Map.of(
          "schema/state.json#", "S",
          "schema/entry.json#", "E",
          "schema/log-replies.json#/$defs/entry", "E");

  static SchemaPlace of(String message) {
    JsonObject payload = Contract.at("components", "messages", message, "payload");
    return new SchemaPlace(Contract.DOCUMENT, payload.getJsonObject("schema"), null);
  }

  SchemaPlace in(JsonObject part) {
    return new SchemaPlace(path, part, null);
  }

  /** What it refers to; null if it does not. */
  SchemaPlace referred() {
    String ref = schema.getString("$ref");
    if (ref == null) {
      return null;
    }
    Contract.Ref to = Contract.ref(path, ref);
    String shownBy = LETTERS.get(to.path() + "#" + to.pointer());
    return new SchemaPlace(to.path(), (JsonObject) to.target(), shownBy);
  }

  /** The same with what it refers to, of which it may say some things anew. */
  JsonObject whole() {
    SchemaPlace referred = referred();
    return referred == null ? schema : referred.whole().copy().mergeIn(schema);
  }

  List<SchemaPlace> choices() {
    JsonArray all = schema.getJsonArray("oneOf", new JsonArray());
    return all.stream().map(each -> in((JsonObject) each)).toList();
  }

  /** The names of the alternatives, each the last part of a reference. */
  List<String> kinds() {
    return choices().stream()
        .map(each -> each.schema().getString("$ref").replaceFirst(".*/", ""))
        .toList();
  }
}
