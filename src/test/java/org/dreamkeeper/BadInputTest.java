package org.dreamkeeper;

import static org.dreamkeeper.BadInputTest.Type.ARRAY;
import static org.dreamkeeper.BadInputTest.Type.BOOLEAN;
import static org.dreamkeeper.BadInputTest.Type.NULL;
import static org.dreamkeeper.BadInputTest.Type.NUMBER;
import static org.dreamkeeper.BadInputTest.Type.OBJECT;
import static org.dreamkeeper.BadInputTest.Type.STRING;
import static org.dreamkeeper.Served.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.dreamkeeper.bus.FailureCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every field of every action: missing, of each wrong type, on either side of each limit. */
final class BadInputTest extends BadInputScenario {
  private static final long MAX = (1L << 53) - 1;
  private static final String[] STATUSES = {
    "processing", "completed", "partial", "error", "undone"
  };

  /** Each of them needs one of two keys. */
  private static final Set<String> ONE_OF_TWO = Set.of("state.removePendingMerges", "admin.evict");

  /** What an operator does needs something that it is done to. */
  private static final Set<String> ON_SOMETHING =
      Set.of("admin.cancel", "admin.evict", "admin.setAside", "admin.putBack");

  private static final String[] TRIGGERS = {"agent-idle", "manual", "cli"};

  /** The JSON types. */
  enum Type {
    NULL,
    STRING,
    NUMBER,
    BOOLEAN,
    OBJECT,
    ARRAY;

    Object sample() {
      return switch (this) {
        case NULL -> null;
        case STRING -> "text";
        case NUMBER -> 7;
        case BOOLEAN -> true;
        case OBJECT -> new JsonObject();
        case ARRAY -> new JsonArray();
      };
    }
  }

  /**
   * A field of a body.
   *
   * @param path where it stands in the body, without the first slash
   * @param required whether the request is refused without it
   * @param types those that it may have
   * @param good what is just valid
   * @param bad what is of a right type, and just not valid
   */
  private record Field(
      String path, boolean required, List<Type> types, List<Object> good, List<Object> bad) {

    static Field of(String path, Type... types) {
      return new Field(path, true, List.of(types), List.of(), List.of());
    }

    Field optional() {
      return new Field(path, false, types, good, bad);
    }

    Field good(Object... values) {
      return new Field(path, required, types, List.of(values), bad);
    }

    Field bad(Object... values) {
      return new Field(path, required, types, good, List.of(values));
    }

    Field below(String parent) {
      return new Field(parent + "/" + path, required, types, good, bad);
    }

    /** In a merge patch, null takes a field of the state back to its default. */
    Field patched() {
      if (path.contains("/")) {
        return this;
      }
      List<Type> allowed = new ArrayList<>(types);
      List<Object> fine = new ArrayList<>(good);
      if (!path.equals("version")) {
        allowed.add(NULL);
        fine.add(null);
      }
      return new Field(path, false, allowed, fine, bad);
    }
  }

  /** An action's body, field by field. */
  private record Table(String name, JsonObject body, boolean closed, List<Field> fields) {
    static Table of(String name, boolean closed, Field... fields) {
      return new Table(name, Calls.of(name).body(), closed, List.of(fields));
    }

    Table with(JsonObject other) {
      return new Table(name, other, closed, fields);
    }
  }

  private static Field count(String path) {
    return Field.of(path, NUMBER).good(0, MAX, 3.0).bad(-1, MAX + 1, 1.5, 1e300);
  }

  private static Field moment(String path) {
    return Field.of(path, NUMBER).good(0, MAX).bad(-1, MAX + 1, 1.5);
  }

  private static Field id(String path) {
    return storedId(path).bad("drm-10000000000000000");
  }

  private static Field storedId(String path) {
    return Field.of(path, STRING)
        .good("drm-0", "drm-1000000000000000")
        .bad(
            "",
            "drm-",
            "drm-x",
            "DRM-1",
            "cur-1",
            "drm-1\n",
            "\ndrm-1",
            "drm-1\0",
            "drm-1/../2",
            "../drm-1",
            "drm--1",
            "drm-1\u2028",
            "drm-\u0661",
            "x".repeat(100_000));
  }

  private static final List<Field> MERGE =
      List.of(
          Field.of("sourceFile", STRING).good(""),
          Field.of("mergeTarget", STRING).good(""),
          Field.of("reason", STRING).good("", "a\nb\0"),
          Field.of("suggestedByDreamId", STRING).good("", "../x"));

  private static Field[] state() {
    List<Field> fields =
        new ArrayList<>(
            List.of(
                Field.of("version", NUMBER).good(1).bad(0, 2, -1, 1.5, 1e300),
                count("curationsSinceDream"),
                Field.of("lastDreamAt", STRING, NULL)
                    .good("2026-04-10T12:00:00.123456789Z", "2024-02-29T00:00Z")
                    .bad(
                        "",
                        "text",
                        "2026-02-29T00:00:00Z",
                        "2026-04-10T24:00:00Z",
                        "2026-04-10T12:00:00+00:00",
                        "2026-04-10T12:00:00Z\n",
                        "2026-04-10"),
                Field.of("lastDreamLogId", STRING, NULL).good(""),
                count("totalDreams"),
                Field.of("pendingMerges", ARRAY).optional(),
                Field.of("pendingMerges/0", OBJECT).optional(),
                Field.of("staleSummaryPaths", ARRAY).optional(),
                Field.of("staleSummaryPaths/0", OBJECT).optional(),
                Field.of("staleSummaryPaths/0/path", STRING).good("x", "../x\0").bad(""),
                count("staleSummaryPaths/0/enqueuedAt")));
    MERGE.forEach(field -> fields.add(field.below("pendingMerges/0")));
    return fields.toArray(Field[]::new);
  }

  private static Field lease() {
    return Field.of("leaseMs", NUMBER)
        .optional()
        .good(1_000, 86_400_000, 2_000.0)
        .bad(999, 86_400_001, 0, -1, 1_000.5, 1e300);
  }

  private static final String HASH = "0".repeat(64);

  private static Field result() {
    return Field.of("results/a", STRING, NULL)
        .optional()
        .good(HASH)
        .bad("", "A".repeat(64), HASH + "\n", HASH + "0");
  }

  private static JsonObject told(JsonObject operation) {
    return operation.put("results", new JsonObject().put("a", HASH));
  }

  private static Field[] entry(String status) {
    List<Field> fields =
        new ArrayList<>(
            List.of(
                id("id"),
                moment("startedAt"),
                Field.of("trigger", STRING).good((Object[]) TRIGGERS).bad("", "cron", "Manual"),
                Field.of("status", STRING).bad("", "done", "Completed", "completed\n"),
                Field.of("operations", ARRAY),
                Field.of("operations/0", OBJECT).optional(),
                Field.of("summary", OBJECT),
                count("summary/consolidated"),
                count("summary/synthesized"),
                count("summary/pruned"),
                count("summary/flaggedForReview"),
                count("summary/errors"),
                Field.of("taskId", STRING).optional().good(""),
                Field.of("undoneOperations", ARRAY).optional().good(Calls.array()),
                Field.of("undoneOperations/0", NUMBER)
                    .optional()
                    .good(0, 2147483647)
                    .bad(-1, 1.5, 1L << 31),
                Field.of("lockToken", NUMBER).optional().good(1, MAX).bad(0, -1, MAX + 1, 1.5)));
    if (!status.equals("processing")) {
      fields.add(moment("completedAt"));
    }
    switch (status) {
      case "partial" -> fields.add(Field.of("abortReason", STRING).good(""));
      case "error" -> fields.add(Field.of("error", STRING).good(""));
      case "undone" -> fields.add(moment("undoneAt"));
      default -> {}
    }
    return fields.toArray(Field[]::new);
  }

  private static Table save(JsonObject operation, Field... fields) {
    Field[] below =
        Arrays.stream(fields).map(field -> field.below("operations/0")).toArray(Field[]::new);
    return Table.of("log.save", false, below).with(Calls.entry("completed", operation));
  }

  private static Field type() {
    return Field.of("type", STRING).bad("", "MERGE", "prune");
  }

  private static Field token() {
    return Field.of("token", NUMBER).good(1, MAX).bad(0, -1, 1.5, MAX + 1);
  }

  private static Field reason() {
    return Field.of("reason", STRING).good("x".repeat(256), "a\nb").bad("", "x".repeat(257));
  }

  private static List<Table> tables() {
    List<Table> tables =
        new ArrayList<>(
            List.of(
                Table.of("state.read", true),
                Table.of(
                    "state.gates",
                    true,
                    Field.of("minHours", NUMBER)
                        .optional()
                        .good(0, 0.5, 12, 1_000_000)
                        .bad(-1, 1_000_001, 1e300),
                    count("minCurations").optional(),
                    count("pendingTasks").optional(),
                    Field.of("force", BOOLEAN).optional().good(true, false),
                    Field.of("quiet", BOOLEAN).optional().good(true, false)),
                Table.of("state.write", false, state()),
                Table.of(
                    "state.update",
                    false,
                    Arrays.stream(state()).map(Field::patched).toArray(Field[]::new)),
                Table.of(
                    "state.incrementCurationCount",
                    true,
                    Field.of("by", NUMBER)
                        .optional()
                        .good(1, 1_000_000, 2.0)
                        .bad(0, -1, 1_000_001, 1.5, 1e300)),
                Table.of(
                    "state.addPendingMerges",
                    true,
                    Stream.concat(
                            Stream.of(
                                Field.of("merges", ARRAY), Field.of("merges/0", OBJECT).optional()),
                            MERGE.stream().map(field -> field.below("merges/0")))
                        .toArray(Field[]::new)),
                Table.of(
                    "state.removePendingMerges",
                    true,
                    Field.of("merges", ARRAY).optional(),
                    Field.of("merges/0", OBJECT).optional(),
                    MERGE.get(0).below("merges/0"),
                    MERGE.get(1).below("merges/0")),
                Table.of(
                        "state.removePendingMerges",
                        true,
                        Field.of("suggestedByDreamId", STRING).optional().good(""))
                    .with(new JsonObject().put("suggestedByDreamId", "drm-5")),
                Table.of(
                    "state.enqueueStaleSummaryPaths",
                    true,
                    Field.of("paths", ARRAY),
                    Field.of("paths/0", STRING).optional().good("x", "../x").bad("")),
                Table.of("state.drainStaleSummaryPaths", true),
                Table.of(
                    "state.recordDream",
                    true,
                    id("logId"),
                    Field.of("completedAt", NUMBER)
                        .optional()
                        .good(0, 253402300799999L)
                        .bad(-1, 253402300800000L, 1.5),
                    count("curationsSeen").optional()),
                Table.of(
                    "state.forgetDream",
                    true,
                    storedId("logId"),
                    Field.of("previous", OBJECT).optional(),
                    storedId("previous/logId"),
                    Field.of("previous/completedAt", NUMBER)
                        .good(0, 253402300799999L)
                        .bad(-1, 253402300800000L, 1.5),
                    count("curations").optional()),
                Table.of(
                    "lock.tryAcquire",
                    true,
                    Field.of("owner", STRING)
                        .optional()
                        .good("", "x".repeat(256), "a\nb")
                        .bad("x".repeat(257)),
                    lease(),
                    Field.of("waitMs", NUMBER)
                        .optional()
                        .good(0, 86_400_000, 1.0)
                        .bad(-1, 86_400_001, 0.5)),
                Table.of("lock.renew", true, lease()),
                Table.of(
                    "lock.release",
                    true,
                    Field.of("completedAt", NUMBER)
                        .optional()
                        .good(0, 1, 2.0)
                        .bad(-1, 1.5, 9007199254740992L, 1e300)),
                Table.of("lock.rollback", true),
                Table.of("lock.status", true),
                Table.of("log.nextId", true),
                Table.of("admin.overview", true),
                Table.of(
                    "admin.events",
                    true,
                    Field.of("after", STRING)
                        .optional()
                        .bad("", "x", "1-", "1-2\n", "9".repeat(300)),
                    Field.of("limit", NUMBER).optional().good(1, 1_000).bad(0, -1, 1_001, 1.5),
                    Field.of("waitMs", NUMBER).optional().good(0).bad(-1, 86_400_001, 0.5)),
                Table.of("admin.inspect", true),
                Table.of("admin.cancel", true, token(), reason()),
                Table.of("admin.evict", true, token().optional(), reason()),
                Table.of(
                        "admin.evict",
                        true,
                        Field.of("pid", NUMBER).optional().good(1, MAX).bad(0, -1, 1.5, MAX + 1),
                        reason())
                    .with(new JsonObject().put("pid", 1).put("reason", "it hangs")),
                Table.of("admin.setAside", true, Field.of("id", STRING).bad("", "x".repeat(257))),
                Table.of(
                    "admin.putBack",
                    true,
                    Field.of("file", STRING).bad("", "x".repeat(257)),
                    Field.of("fields", ARRAY),
                    Field.of("fields/0", STRING).optional()),
                Table.of("log.getById", true, Field.of("id", STRING)),
                Table.of(
                    "log.append",
                    true,
                    Field.of("id", STRING).bad("", "drm-", "cur-8", "drm-8.json"),
                    Field.of("operations", ARRAY)),
                Table.of(
                    "admin.diff",
                    true,
                    storedId("id"),
                    Field.of("operation", NUMBER).bad(-1, 1.5, 1L << 31)),
                Table.of(
                    "admin.undo",
                    true,
                    storedId("id"),
                    Field.of("operations", ARRAY).optional().bad(new JsonArray()),
                    Field.of("operations/0", NUMBER).optional().bad(-1, 1.5, 1L << 31),
                    Field.of("dryRun", BOOLEAN).optional(),
                    Field.of("plan", STRING).optional(),
                    Field.of("force", ARRAY).optional(),
                    Field.of("force/0", STRING).optional(),
                    Field.of("timeoutMs", NUMBER).optional().bad(0, -1, 86_400_001, 1.5, 1e300)),
                Table.of(
                    "log.list",
                    true,
                    Field.of("after", NUMBER).optional().good(-1, 0.5, 1e300),
                    Field.of("before", NUMBER).optional().good(-1, 0.5, 1e300),
                    Field.of("status", ARRAY).optional(),
                    Field.of("status/0", STRING)
                        .optional()
                        .good((Object[]) STATUSES)
                        .bad("", "done"),
                    Field.of("trigger", ARRAY).optional(),
                    Field.of("trigger/0", STRING)
                        .optional()
                        .good((Object[]) TRIGGERS)
                        .bad("", "cron"),
                    Field.of("limit", NUMBER).optional().good(1, 1_000, 2.0).bad(0, -1, 1_001, 1.5),
                    Field.of("brief", BOOLEAN).optional().good(true, false)),
                save(
                    told(Calls.consolidate()),
                    type(),
                    Field.of("action", STRING)
                        .good("MERGE", "TEMPORAL_UPDATE", "CROSS_REFERENCE")
                        .bad("", "CREATE"),
                    Field.of("inputFiles", ARRAY),
                    Field.of("inputFiles/0", STRING).optional().good(""),
                    Field.of("outputFile", STRING).optional().good(""),
                    Field.of("previousTexts", OBJECT).optional(),
                    Field.of("previousTexts/a.md", STRING).optional().good("", "\0"),
                    Field.of("results", OBJECT).optional(),
                    result(),
                    Field.of("needsReview", BOOLEAN),
                    Field.of("reason", STRING).good("")),
                save(
                    told(Calls.synthesize()),
                    type(),
                    Field.of("action", STRING).good("CREATE", "UPDATE").bad("", "MERGE"),
                    Field.of("outputFile", STRING).good(""),
                    Field.of("sources", ARRAY),
                    Field.of("sources/0", STRING).optional().good(""),
                    Field.of("confidence", NUMBER).good(0, 1, 0.0, 1.0).bad(-0.0001, 1.0001, 1e300),
                    Field.of("previousTexts", OBJECT).optional(),
                    Field.of("results", OBJECT).optional(),
                    result(),
                    Field.of("needsReview", BOOLEAN)),
                save(
                    told(Calls.prune()),
                    type(),
                    Field.of("action", STRING)
                        .good("ARCHIVE", "KEEP", "SUGGEST_MERGE")
                        .bad("", "DELETE"),
                    Field.of("file", STRING).good(""),
                    Field.of("mergeTarget", STRING).optional().good(""),
                    Field.of("stubPath", STRING).optional().good(""),
                    Field.of("archivedTo", STRING).optional().good(""),
                    Field.of("previousTexts", OBJECT).optional(),
                    Field.of("results", OBJECT).optional(),
                    result(),
                    Field.of("needsReview", BOOLEAN),
                    Field.of("reason", STRING).good(""))));
    for (String status : STATUSES) {
      tables.add(
          Table.of("log.save", false, entry(status))
              .with(
                  Calls.entry(status, Calls.consolidate())
                      .put("undoneOperations", Calls.array(0))));
    }
    return tables;
  }

  /** A body that differs in one place from a valid one. */
  private record Case(Calls.Call call, String change, String pointer, JsonObject body) {
    @Override
    public String toString() {
      String shown = change.length() > 60 ? change.substring(0, 60) + "…" : change;
      return call + " " + pointer + " " + shown.replaceAll("\\p{Cntrl}", "?");
    }
  }

  private static Case with(Table table, String path, Object value) {
    JsonObject body = copy(table.body());
    int last = path.lastIndexOf('/');
    String key = path.substring(last + 1);
    Object parent = at(body, path.substring(0, Math.max(0, last)));
    if (parent instanceof JsonArray array) {
      array.set(Integer.parseInt(key), value);
    } else {
      ((JsonObject) parent).put(key, value);
    }
    return new Case(Calls.of(table.name()), "= " + value, "/" + path, body);
  }

  private static Case without(Table table, String path) {
    JsonObject body = copy(table.body());
    int last = path.lastIndexOf('/');
    ((JsonObject) at(body, path.substring(0, Math.max(0, last)))).remove(path.substring(last + 1));
    return new Case(Calls.of(table.name()), "is missing", "/" + path, body);
  }

  private static JsonObject copy(JsonObject body) {
    return body == null ? new JsonObject() : body.copy();
  }

  private static Object at(JsonObject body, String path) {
    Object node = body;
    for (String key : path.isEmpty() ? new String[0] : path.split("/")) {
      node =
          node instanceof JsonObject object
              ? object.getValue(key)
              : ((JsonArray) node).getValue(Integer.parseInt(key));
    }
    return node;
  }

  private static List<Case> cases(BiConsumer<Table, List<Case>> make) {
    List<Case> cases = new ArrayList<>();
    tables().forEach(table -> make.accept(table, cases));
    return cases;
  }

  static List<Case> missing() {
    return cases(
        (table, cases) ->
            table.fields().stream()
                .filter(Field::required)
                .forEach(field -> cases.add(without(table, field.path()))));
  }

  static List<Case> wrongTypes() {
    return cases(
        (table, cases) -> {
          for (Field field : table.fields()) {
            Arrays.stream(Type.values())
                .filter(Predicate.not(field.types()::contains))
                .forEach(type -> cases.add(with(table, field.path(), type.sample())));
          }
        });
  }

  static List<Case> outOfRange() {
    return cases(
        (table, cases) ->
            table
                .fields()
                .forEach(
                    field ->
                        field.bad().forEach(bad -> cases.add(with(table, field.path(), bad)))));
  }

  static List<Case> unknownKeys() {
    return cases(
        (table, cases) -> {
          if (table.closed()) {
            for (String key : List.of("unknown", "", "ID", "__proto__", "a\u2028\u0000")) {
              String shown = key.equals("a\u2028\u0000") ? "a\\u2028\\u0000" : key;
              Case added = with(table, key, 1);
              cases.add(new Case(added.call(), "is unknown", "/" + shown, added.body()));
            }
          }
        });
  }

  static List<Case> accepted() {
    return cases(
        (table, cases) -> {
          if (table.name().startsWith("admin.")) {
            // Without a folder of texts, what is valid is refused, too.
            return;
          }
          cases.add(new Case(Calls.of(table.name()), "valid", "", copy(table.body())));
          for (Field field : table.fields()) {
            field.good().forEach(good -> cases.add(with(table, field.path(), good)));
            if (!field.required() && !field.path().matches(".*/\\d+")) {
              JsonObject body = without(table, field.path()).body();
              if (!ONE_OF_TWO.contains(table.name())) {
                cases.add(new Case(Calls.of(table.name()), "is absent", field.path(), body));
              }
            }
          }
          if (!table.closed()) {
            cases.add(with(table, "unknown", new JsonObject().put("deep", Calls.array(1.5, ""))));
          }
        });
  }

  @Test
  void everyActionAndEveryFieldOfTheSchemasIsInTheTables() {
    for (String actor : Calls.ACTORS) {
      assertEquals(Calls.toldBy(served, actor), Calls.actionsOf(actor));
      JsonObject requests = schema(actor + "-requests").getJsonObject("$defs");
      for (String action : Calls.actionsOf(actor)) {
        Set<String> fields = fields(actor + "." + action, "");
        JsonObject own = requests.getJsonObject(action, new JsonObject());
        Set<String> known =
            new HashSet<>(own.getJsonObject("properties", new JsonObject()).fieldNames());
        // Has a test of its own.
        known.remove("cursor");
        if (!List.of("write", "update", "save").contains(action)) {
          assertEquals(known, fields, action);
        }
      }
    }
    JsonObject state = schema("state");
    for (String action : List.of("state.write", "state.update")) {
      assertEquals(properties(state), fields(action, ""));
      assertEquals(
          properties(state.getJsonObject("$defs").getJsonObject("pendingMerge")),
          fields(action, "pendingMerges/0/"));
      assertEquals(
          properties(state.getJsonObject("$defs").getJsonObject("staleSummaryPath")),
          fields(action, "staleSummaryPaths/0/"));
    }
    Set<String> entry = new HashSet<>();
    Set<String> operation = new HashSet<>();
    for (Object each : schema("entry").getJsonObject("$defs")) {
      entry.addAll(properties(definition(each)));
    }
    entry.removeAll(properties(definition(schema("entry"), "summary")));
    for (Object each : schema("operation").getJsonObject("$defs")) {
      operation.addAll(properties(definition(each)));
    }
    assertEquals(entry, fields("log.save", ""));
    assertEquals(operation, fields("log.save", "operations/0/"));
    assertEquals(
        properties(definition(schema("entry"), "summary")), fields("log.save", "summary/"));
  }

  private static JsonObject schema(String name) {
    String path = "/org/dreamkeeper/schema/" + name + ".json";
    try (InputStream in = BadInputTest.class.getResourceAsStream(path)) {
      return new JsonObject(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private static JsonObject definition(JsonObject schema, String name) {
    return schema.getJsonObject("$defs").getJsonObject(name);
  }

  private static JsonObject definition(Object entry) {
    return (JsonObject) ((Map.Entry<?, ?>) entry).getValue();
  }

  private static Set<String> properties(JsonObject schema) {
    return schema.getJsonObject("properties", new JsonObject()).fieldNames();
  }

  /** The names that the tables have at one place of an action's body. */
  private static Set<String> fields(String call, String place) {
    Set<String> names = new HashSet<>();
    for (Table table : tables()) {
      for (Field field : table.fields()) {
        String path = field.path();
        if (table.name().equals(call)
            && path.startsWith(place)
            && path.indexOf('/', place.length()) < 0) {
          names.add(path.substring(place.length()));
        }
      }
    }
    return names;
  }

  @ParameterizedTest
  @MethodSource({"missing", "wrongTypes", "outOfRange", "unknownKeys"})
  void isRefused(Case wrong) {
    refuses(FailureCode.INVALID_REQUEST, wrong.pointer() + ":", wrong.call(), wrong.body());
  }

  @Test
  void oneOfTwoKeysAndNotBoth() {
    Calls.Call remove = Calls.of("state.removePendingMerges");
    JsonObject both = remove.body().copy().put("suggestedByDreamId", "drm-5");
    for (JsonObject body : List.of(new JsonObject(), both)) {
      refuses(FailureCode.INVALID_REQUEST, "merges, suggestedByDreamId", remove, body);
    }
  }

  @Test
  void oneOfTwoHoldersAndNotBoth() {
    Calls.Call evict = Calls.of("admin.evict");
    JsonObject none = new JsonObject().put("reason", "it hangs");
    for (JsonObject body : List.of(none, evict.body().copy().put("pid", 1))) {
      refuses(FailureCode.INVALID_REQUEST, "token and pid", evict, body);
    }
    JsonObject nothing = Calls.of("admin.putBack").body().copy().put("fields", new JsonArray());
    refuses(FailureCode.INVALID_REQUEST, "/fields: []", Calls.of("admin.putBack"), nothing);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "text", "!", "ZHJtLTc", "\n", "\0"})
  void aCursorThatIsNoneIsRefused(String cursor) {
    Calls.Call list = Calls.of("log.list");
    refuses(FailureCode.INVALID_REQUEST, "/cursor", list, new JsonObject().put("cursor", cursor));
    for (Type type : List.of(NULL, NUMBER, BOOLEAN, OBJECT, ARRAY)) {
      refuses(
          FailureCode.INVALID_REQUEST,
          "/cursor:",
          list,
          new JsonObject().put("cursor", type.sample()));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "drm-",
        "cur-7",
        "DRM-7",
        "drm-7.json",
        "drm-7\n",
        "drm-7\0",
        "drm-7\u2028",
        "../dream-log/drm-7",
        "../../etc/passwd",
        "drm-7/../drm-7",
        "\n",
        "\0"
      })
  void anIdOfTheWrongFormIsNobodys(String id) {
    Map<String, String> before = files();
    assertNull(served.ask("log", "getById", new JsonObject().put("id", id)));
    assertEquals(before, files());
    assertEquals(
        7, served.ask("log", "getById", Calls.of("log.getById").body()).getInteger("startedAt"));
  }

  @ParameterizedTest
  @MethodSource("accepted")
  void isAccepted(Case valid) {
    Calls.Call call = valid.call();
    served.ask("state", "write", Calls.state());
    DeliveryOptions options = options(call);
    String held = call.holding() ? token(served) : null;
    if (held != null) {
      options.getHeaders().set("token", held);
    }
    if (ON_SOMETHING.contains(call.toString())) {
      assertFalse(
          served
              .refused(call.actor(), call.action(), valid.body())
              .getMessage()
              .matches("INVALID_REQUEST: (/|\\(root\\)).*"));
      return;
    }
    Object reply = await(send("dream." + call.actor(), valid.body(), options)).body();
    switch (call.toString()) {
      case "state.write" -> assertEquals(filled(valid.body()), reply);
      case "lock.tryAcquire" ->
          served.ask(
              "lock", "rollback", null, "token", ((JsonObject) reply).getLong("token").toString());
      case "lock.renew" -> served.ask("lock", "rollback", null, "token", held);
      case "log.save" -> {
        JsonObject saved = valid.body().copy();
        saved.remove("lockToken");
        if (!saved.getString("status").equals("processing")) {
          assertEquals(saved, served.ask("log", "getById", (JsonObject) reply));
        }
        served.ask("log", "save", Calls.of("log.save").body());
      }
      default -> {}
    }
  }

  private static JsonObject filled(JsonObject state) {
    JsonObject filled = state.copy();
    for (String array : List.of("pendingMerges", "staleSummaryPaths")) {
      filled.put(array, filled.getJsonArray(array, new JsonArray()));
    }
    return filled;
  }
}
