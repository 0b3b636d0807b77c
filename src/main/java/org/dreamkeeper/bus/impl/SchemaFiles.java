package org.dreamkeeper.bus.impl;

import io.vertx.core.json.JsonObject;
import io.vertx.json.schema.Draft;
import io.vertx.json.schema.JsonFormatValidator;
import io.vertx.json.schema.JsonSchema;
import io.vertx.json.schema.JsonSchemaOptions;
import io.vertx.json.schema.OutputFormat;
import io.vertx.json.schema.SchemaRepository;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The schema files of the jar, loaded and linked; safe from any thread once constructed.
 *
 * <p>Two of the library's habits are met here. Its validators turn nested schemas into its own type
 * when they first come upon them, and write that into the shared document: here that is done before
 * the first one is made, so that later they only read. And it takes NaN for a number in any range.
 */
final class SchemaFiles {
  private static final String FOLDER = "/org/dreamkeeper/schema/";
  private static final String BASE = "schema://dreamkeeper/";
  private static final List<String> NAMES =
      List.of("state", "operation", "entry", "state-requests", "lock-requests", "log-requests");

  /** Infinity comes from a file that says 1e400, NaN only from a sender in this JVM. */
  private static final JsonFormatValidator FINITE =
      (type, format, value) ->
          type.equals("number") && !Double.isFinite(((Number) value).doubleValue())
              ? "not finite"
              : null;

  private final SchemaRepository repository =
      SchemaRepository.create(
          new JsonSchemaOptions()
              .setBaseUri(BASE)
              .setDraft(Draft.DRAFT202012)
              // Stops at the first fault. The other formats collect a report on each, which for
              // a large body that is wrong throughout takes gigabytes.
              .setOutputFormat(OutputFormat.Flag),
          FINITE);

  private final Map<String, Schema> rules = new ConcurrentHashMap<>();

  SchemaFiles() {
    Map<String, JsonObject> documents = new LinkedHashMap<>();
    NAMES.forEach(name -> documents.put(name, load(name)));
    documents.put("stored-entry", asStored(load("entry")));
    documents.forEach(
        (name, document) -> add(name, new SchemaInliner(documents::get, name).inline(document)));
  }

  /**
   * Gives a schema; always the same object for the same reference.
   *
   * @param ref such as {@code state.json#/$defs/count}
   */
  Schema schema(String ref) {
    return rules.computeIfAbsent(ref, key -> new Schema(this, key, repository.validator(key)));
  }

  /** Gives the names of a file's definitions. */
  Iterable<String> definitions(String name) {
    return node(name + ".json").<JsonObject>get("$defs").fieldNames();
  }

  JsonSchema node(String ref) {
    return repository.find(ref.contains("://") ? ref : BASE + ref);
  }

  private void add(String name, JsonObject document) {
    repository.dereference(name + ".json", link(document));
  }

  private static JsonObject load(String name) {
    try (InputStream in = SchemaFiles.class.getResourceAsStream(FOLDER + name + ".json")) {
      return JsonText.parseObject(in.readAllBytes()).orElseThrow();
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  /** What is on disk may have times and ids that are not written here; all else is the same. */
  private static JsonObject asStored(JsonObject entry) {
    JsonObject definitions = entry.getJsonObject("$defs");
    definitions.put("id", definitions.getValue("storedId"));
    definitions.put("time", definitions.getValue("storedTime"));
    return entry;
  }

  private static JsonSchema link(JsonObject node) {
    for (String key : List.copyOf(node.fieldNames())) {
      if (node.getValue(key) instanceof JsonObject child) {
        node.put(key, link(child));
      }
    }
    return JsonSchema.of(node);
  }
}
