package org.dreamkeeper;

import io.vertx.core.MultiMap;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.core.json.pointer.JsonPointer;
import io.vertx.json.schema.Draft;
import io.vertx.json.schema.JsonFormatValidator;
import io.vertx.json.schema.JsonSchema;
import io.vertx.json.schema.JsonSchemaOptions;
import io.vertx.json.schema.OutputFormat;
import io.vertx.json.schema.OutputUnit;
import io.vertx.json.schema.SchemaRepository;
import io.vertx.json.schema.Validator;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/** What the AsyncAPI document says, and whether a message is as it says. Safe from any thread. */
final class Contract {
  /** Events that happen where several nodes serve the projects of a database, and nowhere else. */
  static final Set<String> OF_NODES = Set.of("lock.kept", "project.serving");

  static final String DOCUMENT = "asyncapi.json";

  private static final String BASE = "schema://contract/";
  private static final JsonFormatValidator ANY = (type, format, value) -> null;
  private static final Map<String, JsonObject> FILES = new ConcurrentHashMap<>();
  private static final Map<String, Validator> VALIDATORS = new ConcurrentHashMap<>();
  private static final SchemaRepository REPOSITORY = repository();

  private Contract() {}

  /** A file of the jar, by its path beside the document. */
  static JsonObject file(String path) {
    return FILES.computeIfAbsent(path, Contract::load);
  }

  private static JsonObject load(String path) {
    try (InputStream in = Contract.class.getResourceAsStream("/org/dreamkeeper/" + path)) {
      return new JsonObject(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  private static SchemaRepository repository() {
    SchemaRepository repository =
        SchemaRepository.create(
            new JsonSchemaOptions()
                .setBaseUri(BASE)
                .setDraft(Draft.DRAFT202012)
                .setOutputFormat(OutputFormat.Basic),
            ANY);
    files().forEach(path -> repository.dereference(BASE + path, JsonSchema.of(load(path))));
    return repository;
  }

  /** The paths of the document and of all files that it refers to, directly or not. */
  static Set<String> files() {
    Set<String> paths = new TreeSet<>();
    reach(DOCUMENT, paths);
    return paths;
  }

  private static void reach(String path, Set<String> paths) {
    if (paths.add(path)) {
      refs(path).forEach(ref -> reach(ref.path(), paths));
    }
  }

  /** A reference: to which file, and where in it. */
  record Ref(String from, String path, String pointer) {
    /** What it refers to; null if there is nothing. */
    Object target() {
      return JsonPointer.from(pointer).queryJson(file(path));
    }
  }

  /** All references in a file. */
  static List<Ref> refs(String path) {
    List<Ref> refs = new ArrayList<>();
    collect(path, file(path), refs);
    return refs;
  }

  private static void collect(String path, Object node, List<Ref> refs) {
    if (node instanceof JsonObject object) {
      object.forEach(
          each -> {
            if (each.getKey().equals("$ref") && each.getValue() instanceof String ref) {
              refs.add(ref(path, ref));
            } else {
              collect(path, each.getValue(), refs);
            }
          });
    } else if (node instanceof JsonArray array) {
      array.forEach(each -> collect(path, each, refs));
    }
  }

  static Ref ref(String from, String ref) {
    int hash = (ref + "#").indexOf('#');
    String folder = from.substring(0, from.lastIndexOf('/') + 1);
    String pointer = ref.substring(Math.min(ref.length(), hash + 1));
    return new Ref(from, hash == 0 ? from : folder + ref.substring(0, hash), pointer);
  }

  /** A part of the document; what a lone reference stands for. */
  static JsonObject at(String... names) {
    JsonObject node = file(DOCUMENT);
    for (String name : names) {
      node = node.getJsonObject(name);
    }
    String ref = node.getString("$ref");
    return ref == null ? node : (JsonObject) ref(DOCUMENT, ref).target();
  }

  static Set<String> actions(String actor) {
    return operations().stream()
        .filter(name -> name.startsWith(actor + "."))
        .map(name -> name.substring(actor.length() + 1))
        .collect(Collectors.toSet());
  }

  /** The operations that are requests, as {@code actor.action}. */
  static Set<String> operations() {
    JsonObject operations = at("operations");
    return operations.fieldNames().stream()
        .filter(name -> operations.getJsonObject(name).getString("action").equals("receive"))
        .collect(Collectors.toSet());
  }

  /** The names of the messages that a list of references names, the last part of each. */
  static Set<String> named(JsonArray refs) {
    Set<String> names = new TreeSet<>();
    for (int i = 0; i < refs.size(); i++) {
      String ref = refs.getJsonObject(i).getString("$ref");
      names.add(ref.substring(ref.lastIndexOf('/') + 1));
    }
    return names;
  }

  /** The names of the failures that an operation may be answered with. */
  static Set<String> failures(String operation) {
    Set<String> names = named(at("operations", operation, "reply").getJsonArray("messages"));
    names.remove(operation.substring(operation.indexOf('.') + 1));
    return names;
  }

  /** The names of the headers that a message may have. */
  static Set<String> headers(String message) {
    JsonObject schema = at("components", "messages", message).getJsonObject("headers");
    if (schema == null) {
      return Set.of();
    }
    Ref kind = ref(DOCUMENT, schema.getJsonObject("schema").getString("$ref"));
    return ((JsonObject) kind.target()).getJsonObject("properties").fieldNames();
  }

  /** What each event adds to the frame; what is not always there ends in a question mark. */
  static Map<String, Set<String>> events() {
    Map<String, Set<String>> events = new LinkedHashMap<>();
    JsonArray messages = at("operations", "events").getJsonArray("messages");
    for (String type : named(messages)) {
      JsonObject schema = file("schema/events.json").getJsonObject("$defs").getJsonObject(type);
      Set<String> adds = new TreeSet<>(schema.getJsonObject("properties").fieldNames());
      adds.remove("type");
      List<?> required = schema.getJsonArray("required").getList();
      events.put(
          type,
          adds.stream()
              .map(name -> required.contains(name) ? name : name + "?")
              .collect(Collectors.toSet()));
    }
    return events;
  }

  /** Says what is wrong with a request; nothing if it is as documented. */
  static List<String> wrongRequest(String operation, MultiMap headers, Object body) {
    return wrong(operation + ".request", headers, body);
  }

  /** Says what is wrong with a reply; nothing if it is as documented. */
  static List<String> wrongReply(String operation, Message<JsonObject> reply) {
    return wrong(operation + ".reply", reply.headers(), reply.body());
  }

  /** Says what is wrong with a refusal of an action that there is. */
  static List<String> wrongFailure(String operation, ReplyException failure) {
    String name = failure.getMessage().replaceFirst(":.*", "");
    return failures(operation).contains(name)
        ? wrong(name, MultiMap.caseInsensitiveMultiMap(), json(failure))
        : List.of(operation + " is not documented to fail with " + failure.getMessage());
  }

  /** A refusal, as the document shows it. */
  static JsonObject json(ReplyException failure) {
    return new JsonObject()
        .put("failureCode", failure.failureCode())
        .put("message", failure.getMessage());
  }

  /** Says what is wrong with an event; nothing if it is as documented. */
  static List<String> wrongEvent(Message<JsonObject> event) {
    return wrong(event.body().getString("type"), event.headers(), event.body());
  }

  static List<String> wrong(String message, MultiMap headers, Object body) {
    String pointer = BASE + DOCUMENT + "#/components/messages/" + message;
    JsonObject told = at("components", "messages").getJsonObject(message);
    if (told == null) {
      return List.of(message + " is not documented");
    }
    List<String> faults = new ArrayList<>();
    JsonObject given = new JsonObject();
    headers.forEach((name, value) -> given.put(name, value));
    for (String name : given.fieldNames()) {
      if (!headers(message).contains(name)) {
        faults.add(message + ": header " + name + " is not documented");
      }
    }
    if (told.containsKey("headers")) {
      check(pointer + "/headers/schema", given, faults);
    }
    check(pointer + "/payload/schema", body, faults);
    return faults;
  }

  private static void check(String schema, Object value, List<String> faults) {
    OutputUnit unit = VALIDATORS.computeIfAbsent(schema, REPOSITORY::validator).validate(value);
    if (!unit.getValid()) {
      faults.add(schema + ": " + value + ": " + unit.toJson().encode());
    }
  }
}
