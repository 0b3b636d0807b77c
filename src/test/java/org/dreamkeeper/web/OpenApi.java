package org.dreamkeeper.web;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import org.dreamkeeper.bus.FailureCode;

/**
 * Writes into the OpenAPI document what the AsyncAPI one says of the bus, as it is over HTTP; all
 * else in it is left.
 */
final class OpenApi {
  private static final String FOLDER = "/org/dreamkeeper/";
  private static final String SCHEMAS = "schema/";

  private static final Map<String, String> ASKED =
      new TreeMap<>(
          Map.of(
              "token", "Dreamkeeper-Token",
              "deadline", "Dreamkeeper-Deadline",
              "revision", "Dreamkeeper-Revision",
              "instance", "Dreamkeeper-Instance",
              "requestId", "Idempotency-Key"));

  private static final Map<String, String> ANSWERED =
      new TreeMap<>(
          Map.of(
              "revision", "Dreamkeeper-Revision",
              "degraded", "Dreamkeeper-Degraded",
              "repeated", "Dreamkeeper-Repeated",
              "instance", "Dreamkeeper-Instance"));

  private final JsonObject bus = read("asyncapi.json");
  private final JsonObject document = read("web/openapi.json");
  private final JsonObject components = document.getJsonObject("components");

  private OpenApi() {
    components.getJsonObject("schemas").fieldNames().removeIf(name -> !name.equals("Failure"));
    document
        .getJsonObject("paths")
        .fieldNames()
        .removeIf(path -> path.matches("/api/[{]prefix[}]/[a-z]+/.*"));
    document.getJsonObject("info").put("version", bus.getJsonObject("info").getString("version"));
    for (FailureCode code : FailureCode.values()) {
      components.getJsonObject("responses").put(code.name(), failure(code));
    }
    JsonObject operations = bus.getJsonObject("operations");
    for (String name : operations.fieldNames()) {
      JsonObject operation = operations.getJsonObject(name);
      if (operation.containsKey("reply")) {
        String path = "/api/{prefix}/" + name.replace('.', '/');
        document
            .getJsonObject("paths")
            .put(path, JsonObject.of("post", operation(name, operation)));
      }
    }
  }

  /** Gives the document as it is to be. */
  static String generated() {
    return new OpenApi().document.encodePrettily() + "\n";
  }

  private static JsonObject read(String path) {
    try (InputStream in = OpenApi.class.getResourceAsStream(FOLDER + path)) {
      return new JsonObject(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  private JsonObject message(String name) {
    return bus.getJsonObject("components").getJsonObject("messages").getJsonObject(name);
  }

  private JsonObject operation(String name, JsonObject operation) {
    JsonObject request = message(name + ".request");
    JsonObject reply = message(name + ".reply");
    JsonObject responses =
        JsonObject.of(
            "200",
            content(reply, "The reply.").put("headers", headers(reply)),
            "401",
            response("UNAUTHORIZED"),
            "403",
            response("FORBIDDEN"),
            "415",
            response("UNSUPPORTED_MEDIA_TYPE"));
    // Any path that is none.
    responses.put("404", response(FailureCode.UNKNOWN_ACTION.name()));
    for (Object each : operation.getJsonObject("reply").getJsonArray("messages")) {
      String failure = last(((JsonObject) each).getString("$ref"));
      for (FailureCode code : FailureCode.values()) {
        if (code.name().equals(failure)) {
          responses.put(Integer.toString(code.code()), response(failure));
        }
      }
    }
    JsonObject told =
        JsonObject.of("operationId", name, "tags", JsonArray.of(name.split("\\.", -1)[0]))
            .put("summary", operation.getString("summary"))
            .put("description", operation.getString("description"))
            .put("parameters", parameters(request))
            .put("requestBody", content(request, "The body; it may be left out where it is empty."))
            .put("responses", responses);
    told.getMap().values().removeIf(value -> value == null);
    return told;
  }

  private static JsonObject response(String name) {
    return JsonObject.of("$ref", "#/components/responses/" + name);
  }

  private static String last(String ref) {
    return ref.substring(ref.lastIndexOf('/') + 1);
  }

  /** Gives the schema of a message's headers, of those that travel over HTTP. */
  private JsonObject headerKind(JsonObject message) {
    String ref = message.getJsonObject("headers").getJsonObject("schema").getString("$ref");
    schema(JsonObject.of("$ref", ref));
    return components
        .getJsonObject("schemas")
        .getJsonObject("headers")
        .getJsonObject("$defs")
        .getJsonObject(last(ref));
  }

  private JsonArray parameters(JsonObject request) {
    JsonObject kind = headerKind(request);
    JsonArray parameters = JsonArray.of(JsonObject.of("$ref", "#/components/parameters/prefix"));
    ASKED.forEach(
        (bus, http) -> {
          if (kind.getJsonObject("properties").containsKey(bus)) {
            parameters.add(
                JsonObject.of("name", http, "in", "header")
                    .put("required", kind.getJsonArray("required", new JsonArray()).contains(bus))
                    .put("schema", headerSchema(bus)));
          }
        });
    return parameters;
  }

  private static JsonObject headerSchema(String header) {
    return JsonObject.of("$ref", "#/components/schemas/headers/$defs/" + header);
  }

  private JsonObject headers(JsonObject reply) {
    JsonObject kind = headerKind(reply);
    JsonObject headers = new JsonObject();
    ANSWERED.forEach(
        (bus, http) -> {
          if (kind.getJsonObject("properties").containsKey(bus)) {
            headers.put(http, JsonObject.of("schema", headerSchema(bus)));
          }
        });
    return headers;
  }

  private JsonObject content(JsonObject message, String description) {
    JsonObject examples = new JsonObject();
    for (Object each : message.getJsonArray("examples", new JsonArray())) {
      JsonObject example = (JsonObject) each;
      if (example.containsKey("payload")) {
        JsonObject shown = JsonObject.of("value", example.getValue("payload"));
        if (example.containsKey("summary")) {
          shown.put("summary", example.getString("summary"));
        }
        examples.put(example.getString("name").replace(' ', '-'), shown);
      }
    }
    Object schema = schema(message.getJsonObject("payload").getJsonObject("schema"));
    return JsonObject.of("description", description)
        .put(
            "content",
            JsonObject.of(
                "application/json", JsonObject.of("schema", schema, "examples", examples)));
  }

  private JsonObject failure(FailureCode code) {
    JsonObject message = message(code.name());
    JsonObject examples = new JsonObject();
    for (Object each : message.getJsonArray("examples", new JsonArray())) {
      JsonObject example = (JsonObject) each;
      String text = example.getJsonObject("payload").getString("message");
      JsonObject value =
          JsonObject.of("code", code.code(), "name", code.name())
              .put("message", text.substring(text.indexOf(": ") + 2));
      examples.put(example.getString("name").replace(' ', '-'), JsonObject.of("value", value));
    }
    JsonObject schema = JsonObject.of("$ref", "#/components/schemas/Failure");
    return JsonObject.of("description", code.code() + ": " + message.getString("summary"))
        .put(
            "content",
            JsonObject.of(
                "application/json", JsonObject.of("schema", schema, "examples", examples)));
  }

  /** Gives a schema of the document with its references into this one, whose files come along. */
  private Object schema(Object schema) {
    return moved("", schema);
  }

  private Object moved(String file, Object node) {
    if (node instanceof JsonArray array) {
      JsonArray all = new JsonArray();
      array.forEach(each -> all.add(moved(file, each)));
      return all;
    }
    if (!(node instanceof JsonObject object)) {
      return node;
    }
    JsonObject all = new JsonObject();
    for (String key : object.fieldNames()) {
      Object value = object.getValue(key);
      if (key.equals("$ref") && value instanceof String ref) {
        all.put(key, moved(file, ref));
      } else if (key.equals("discriminator") && value instanceof String property) {
        all.put(key, JsonObject.of("propertyName", property));
      } else if (!key.equals("$schema")) {
        all.put(key, moved(file, value));
      }
    }
    return all;
  }

  private String moved(String file, String ref) {
    int hash = (ref + "#").indexOf('#');
    String named = ref.substring(0, hash).replace(SCHEMAS, "").replace(".json", "");
    String target = named.isEmpty() ? file : named;
    JsonObject schemas = components.getJsonObject("schemas");
    if (!schemas.containsKey(target)) {
      // It is there before it is read, for it may refer to itself.
      schemas.put(target, new JsonObject());
      schemas.put(target, moved(target, read(SCHEMAS + target + ".json")));
    }
    String pointer = hash == ref.length() ? "" : ref.substring(hash + 1);
    return "#/components/schemas/" + target + pointer;
  }
}
