package org.dreamkeeper;

import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** What the contract's guide takes from the AsyncAPI document: tables, by their names. */
final class ContractGuide {
  private static final List<String> ACTORS = List.of("state", "lock", "log", "admin");

  private static final long UNBOUNDED = (1L << 53) - 1;

  private ContractGuide() {}

  static Map<String, String> sections() {
    Map<String, String> sections = new LinkedHashMap<>();
    sections.put("headers", headers());
    sections.put("failures", failures());
    sections.put("usual failures", String.join(", ", usualFailures()) + "\n");
    for (String actor : ACTORS) {
      sections.put(actor, actions(actor));
      sections.put(actor + " fields", fields(actor));
    }
    sections.put("events", events());
    sections.put("S", whole("state.json"));
    sections.put("E", whole("entry.json"));
    sections.put("operations", whole("operation.json"));
    return sections;
  }

  private static String headers() {
    Map<String, Set<String>> on = new LinkedHashMap<>();
    JsonObject all = Contract.file("schema/headers.json").getJsonObject("$defs");
    all.fieldNames().forEach(each -> on.put(each, new TreeSet<>()));
    for (String operation : ordered("")) {
      Contract.headers(operation + ".request").forEach(each -> on.get(each).add("request"));
      Contract.headers(operation + ".reply").forEach(each -> on.get(each).add("reply"));
    }
    on.get("type").add("event");
    on.values().removeIf(Set::isEmpty);
    List<List<String>> rows = new ArrayList<>();
    on.forEach(
        (header, sides) -> {
          String told = all.getJsonObject(header).getString("description");
          rows.add(List.of(MarkdownTable.code(header), String.join(", ", sides), told));
        });
    return MarkdownTable.of(List.of("header", "on a", "meaning"), rows);
  }

  private static String failures() {
    JsonObject codes = Contract.file("schema/failures.json").getJsonObject("$defs");
    List<List<String>> rows = new ArrayList<>();
    for (String name : codes.fieldNames()) {
      JsonObject told = Contract.at("components", "messages", name);
      JsonObject properties = codes.getJsonObject(name).getJsonObject("properties");
      Object code = properties.getJsonObject("failureCode").getValue("const");
      rows.add(
          List.of(
              code.toString(),
              name,
              told.getString("summary"),
              told.getString("description"),
              told.getString("x-retry")));
    }
    return MarkdownTable.of(List.of("code", "name", "when", "what to do", "worth a retry?"), rows);
  }

  /** The operations whose names begin so, in the document's order. */
  private static List<String> ordered(String begin) {
    Set<String> requests = Contract.operations();
    return Contract.at("operations").fieldNames().stream()
        .filter(each -> each.startsWith(begin) && requests.contains(each))
        .toList();
  }

  /** What each request may fail with. */
  private static Set<String> usualFailures() {
    Set<String> usual = new TreeSet<>(Contract.failures(ordered("").get(0)));
    ordered("").forEach(operation -> usual.retainAll(Contract.failures(operation)));
    return usual;
  }

  private static String actions(String actor) {
    Set<String> usual = usualFailures();
    List<List<String>> rows = new ArrayList<>();
    for (String operation : ordered(actor + ".")) {
      JsonObject told = Contract.at("operations", operation);
      String request = operation + ".request";
      JsonObject kind = Contract.at("components", "messages", request, "headers", "schema");
      boolean holder = kind.getJsonArray("required").contains("token");
      List<String> headers =
          Contract.headers(operation + ".request").stream()
              .filter(each -> List.of("token", "revision", "requestId").contains(each))
              .map(each -> holder && each.equals("token") ? each : each + "?")
              .toList();
      Set<String> failures = new TreeSet<>(Contract.failures(operation));
      failures.removeAll(usual);
      String more = told.getString("description");
      rows.add(
          List.of(
              MarkdownTable.code(operation.substring(actor.length() + 1)),
              MarkdownTable.code(shown(SchemaPlace.of(operation + ".request"))),
              MarkdownTable.code(shown(SchemaPlace.of(operation + ".reply"))),
              told.getString("summary") + (more == null ? "" : " " + more),
              MarkdownTable.codes(headers),
              String.join(", ", failures)));
    }
    List<String> titles =
        List.of("action", "body", "reply", "what it does", "headers", "may also fail with");
    return MarkdownTable.of(titles, rows);
  }

  /** A body, by the names of its fields; a question mark stands after one that may be absent. */
  private static String shown(SchemaPlace at) {
    JsonObject schema = at.schema();
    if (at.letter() != null) {
      return at.letter();
    } else if (schema.containsKey("then")) {
      return shown(at.in(schema.getJsonObject("then"))) + " or null";
    } else if (!at.choices().isEmpty()) {
      return at.choices().stream().map(ContractGuide::shown).collect(Collectors.joining(" or "));
    } else if (schema.containsKey("properties")) {
      JsonArray required = schema.getJsonArray("required", new JsonArray());
      return schema.getJsonObject("properties").stream()
          .map(each -> each.getKey() + (required.contains(each.getKey()) ? "" : "?"))
          .collect(Collectors.joining(", ", "{", "}"));
    } else if (at.referred() != null) {
      return shown(at.referred());
    }
    boolean empty = Boolean.FALSE.equals(schema.getValue("additionalProperties"));
    return !empty ? "{…}" : schema.getValue("type") instanceof JsonArray ? "" : "{}";
  }

  private static String fields(String actor) {
    Map<List<String>, Set<String>> rows = new LinkedHashMap<>();
    for (String operation : ordered(actor + ".")) {
      String action = operation.substring(actor.length() + 1);
      for (String side : List.of("request", "reply")) {
        String of = (side.equals("reply") ? "reply to " : "") + MarkdownTable.code(action);
        collect(SchemaPlace.of(operation + "." + side), of, rows);
      }
    }
    return fields(rows, 0);
  }

  /** What stands in a file, of which each kind has fields of its own. */
  private static String whole(String file) {
    Map<List<String>, Set<String>> rows = new LinkedHashMap<>();
    String path = "schema/" + file;
    SchemaPlace all = new SchemaPlace(path, Contract.file(path), null);
    List<String> kinds = all.kinds();
    for (int i = 0; i < kinds.size(); i++) {
      collect(all.choices().get(i), MarkdownTable.code(kinds.get(i)), rows);
    }
    if (kinds.isEmpty()) {
      collect(all, "", rows);
    }
    return fields(rows, kinds.size());
  }

  /** Says of which things a field is, unless it is of as many as there are. */
  private static String fields(Map<List<String>, Set<String>> rows, int all) {
    List<List<String>> told = new ArrayList<>();
    rows.forEach(
        (row, of) -> {
          String which = of.size() == all ? "" : String.join(", ", of);
          told.add(List.of(row.get(0), which, row.get(1), row.get(2)));
        });
    return MarkdownTable.of(List.of("field", "of", "type", "meaning"), told);
  }

  private static void collect(SchemaPlace at, String action, Map<List<String>, Set<String>> rows) {
    if (at.letter() != null) {
      return;
    }
    at.choices().forEach(each -> collect(each, action, rows));
    if (at.referred() != null) {
      collect(at.referred(), action, rows);
    }
    JsonObject fields = at.schema().getJsonObject("properties", new JsonObject());
    for (String name : fields.fieldNames()) {
      JsonObject field = at.in(fields.getJsonObject(name)).whole();
      boolean always = at.schema().getJsonArray("required", new JsonArray()).contains(name);
      List<String> row =
          List.of(
              MarkdownTable.code(name + (always ? "" : "?")),
              type(field),
              field.getString("description"));
      rows.computeIfAbsent(row, each -> new TreeSet<>()).add(action);
    }
  }

  private static String type(JsonObject field) {
    if (field.containsKey("enum")) {
      return MarkdownTable.codes(
          field.getJsonArray("enum").stream().map(each -> "\"" + each + "\"").toList());
    }
    if (field.containsKey("const")) {
      return MarkdownTable.code(Json.encode(field.getValue("const")));
    }
    Object types = field.getValue("type", "object");
    String type = types instanceof JsonArray any ? any.getString(0) + " or null" : (String) types;
    String unset = field.containsKey("default") ? ", else " + field.getValue("default") : "";
    return type + range(field) + unset;
  }

  private static String range(JsonObject field) {
    for (String what : List.of("imum", "Length", "Items")) {
      Long min = field.getLong("min" + what);
      Long max = field.getLong("max" + what);
      String of = what.equals("imum") ? "" : " of";
      if (max != null && max < UNBOUNDED) {
        return "%s %,d to %,d".formatted(of, min == null ? 0 : min, max);
      } else if (min != null) {
        return "%s %,d or more".formatted(of, min);
      }
    }
    return "";
  }

  private static String events() {
    Map<String, Set<String>> adds = Contract.events();
    JsonObject schemas = Contract.file("schema/events.json").getJsonObject("$defs");
    List<List<String>> rows = new ArrayList<>();
    for (String type : Contract.at("channels", "events", "messages").fieldNames()) {
      JsonObject told = Contract.at("components", "messages", type);
      List<String> fields =
          schemas.getJsonObject(type).getJsonObject("properties").fieldNames().stream()
              .map(name -> adds.get(type).contains(name) ? name : name + "?")
              .filter(name -> adds.get(type).contains(name))
              .toList();
      rows.add(
          List.of(
              MarkdownTable.code(type),
              MarkdownTable.codes(fields),
              told.getString("summary"),
              told.getString("description")));
    }
    return MarkdownTable.of(List.of("type", "adds", "means", "what to do"), rows);
  }
}
