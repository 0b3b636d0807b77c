package org.dreamkeeper.bus.impl.json;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.json.schema.Draft;
import io.vertx.json.schema.JsonFormatValidator;
import io.vertx.json.schema.JsonSchema;
import io.vertx.json.schema.JsonSchemaOptions;
import io.vertx.json.schema.OutputFormat;
import io.vertx.json.schema.SchemaRepository;
import io.vertx.json.schema.Validator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Whether a value is valid, as vertx-json-schema says. Safe from any thread.
 *
 * <p>Of several schemas that are told apart by a property, the {@code discriminator}, it is given
 * the one that applies: to try them all, as {@code oneOf} says, takes ten times as long.
 */
final class SchemaJudge {
  private static final String OPERATIONS = "operations";

  /** The library takes NaN, and infinity, for a number in any range. */
  private static final JsonFormatValidator FINITE =
      (type, format, value) ->
          type.equals("number") && !Double.isFinite(((Number) value).doubleValue())
              ? "not finite"
              : null;

  private final SchemaFiles files;
  private final Map<String, Validator> validators = new ConcurrentHashMap<>();

  // It stops at the first fault: a report on each, for a large body, takes gigabytes.
  private final SchemaRepository repository =
      SchemaRepository.create(
          new JsonSchemaOptions()
              .setBaseUri("schema://dreamkeeper/")
              .setDraft(Draft.DRAFT202012)
              .setOutputFormat(OutputFormat.Flag),
          FINITE);

  SchemaJudge(SchemaFiles files) {
    this.files = files;
    files.all().forEach((name, schema) -> repository.dereference(name, linked(schema.copy())));
  }

  /** Makes schemas of all that is nested: validators would, while they are in use. */
  private static JsonSchema linked(JsonObject node) {
    for (String key : List.copyOf(node.fieldNames())) {
      if (node.getValue(key) instanceof JsonObject child) {
        node.put(key, linked(child));
      }
    }
    return JsonSchema.of(node);
  }

  /** Tells whether a value is valid by the schema that a reference leads to. */
  boolean accepts(String ref, Object value) {
    String discriminator = files.find(ref).getString("discriminator");
    if (discriminator == null) {
      return validates(ref, value);
    }
    if (!(value instanceof JsonObject object)
        || !(object.getValue(discriminator) instanceof String name)
        || !files.find(ref + "#/$defs").containsKey(name)) {
      return false;
    }
    String choice = ref + "#/$defs/" + name;
    if (!(object.getValue(OPERATIONS) instanceof JsonArray operations)) {
      return validates(choice, object);
    }
    JsonObject rest = new JsonObject(new LinkedHashMap<>(object.getMap()));
    return validates(choice, rest.put(OPERATIONS, new JsonArray()))
        && operations.stream().allMatch(each -> accepts("operation.json", each));
  }

  private boolean validates(String ref, Object value) {
    try {
      return validators.computeIfAbsent(ref, repository::validator).validate(value).getValid();
    } catch (IllegalArgumentException notJson) {
      // The value, or a part of it, is of a type that the library cannot place.
      return false;
    }
  }
}
