package org.dreamkeeper;

import static org.dreamkeeper.Served.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Vertx;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collector;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.dreamkeeper.bus.FailureCode;
import org.dreamkeeper.file.Machine;
import org.dreamkeeper.junit5.ManualTime;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The AsyncAPI document says neither more nor less than the code does. */
final class AsyncApiTest {
  private static final String OLD_TOKEN = "1";

  private final Vertx vertx = Vertx.vertx();
  private final ManualTime time = new ManualTime(1_775_822_400_000L);

  @TempDir Path dir;

  @AfterEach
  void stop() {
    await(vertx.close());
  }

  @Test
  void eachReferenceLeadsSomewhereAndEachSchemaIsReferredTo() throws IOException {
    assertEquals("3.0.0", Contract.at().getString("asyncapi"));
    for (String path : Contract.files()) {
      Contract.refs(path).forEach(ref -> assertNotNull(ref.target(), ref::toString));
    }
    try (Stream<Path> files = Files.list(Path.of("src/main/resources/org/dreamkeeper/schema"))) {
      Set<String> all = files.map(each -> "schema/" + each.getFileName()).collect(toSet());
      all.add(Contract.DOCUMENT);
      assertEquals(all, Contract.files());
    }
  }

  private static Collector<String, ?, Set<String>> toSet() {
    return Collectors.toCollection(TreeSet::new);
  }

  @Test
  void eachMessageIsInItsChannelsAndNoneIsLeftOver() {
    Set<String> used = new TreeSet<>();
    JsonObject channels = Contract.at("channels");
    for (String channel : channels.fieldNames()) {
      JsonObject messages = channels.getJsonObject(channel).getJsonObject("messages");
      messages.forEach(
          each -> used.add(((JsonObject) each.getValue()).getString("$ref").substring(22)));
    }
    assertEquals(new TreeSet<>(Contract.at("components", "messages").fieldNames()), used);
    for (String operation : Contract.operations()) {
      String actor = operation.substring(0, operation.indexOf('.'));
      String action = operation.substring(actor.length() + 1);
      JsonObject told = Contract.at("operations", operation);
      assertEquals("#/channels/" + actor, told.getJsonObject("channel").getString("$ref"));
      assertEquals(Set.of(action), Contract.named(told.getJsonArray("messages")));
      assertEquals(
          Contract.at("components", "messages", operation + ".request"),
          Contract.at("channels", actor, "messages", action));
      assertEquals(
          Contract.at("components", "messages", operation + ".reply"),
          Contract.at("channels", actor + "Replies", "messages", action));
    }
  }

  @Test
  void theActionsAreThoseOfTheActors() {
    Served served = Served.at(vertx, dir, time);
    for (String actor : Calls.ACTORS) {
      assertEquals(Calls.toldBy(served, actor), Contract.actions(actor));
    }
  }

  @Test
  void theFailuresAreTheCodes() {
    Map<String, Integer> codes = new TreeMap<>();
    for (FailureCode code : FailureCode.values()) {
      codes.put(code.name(), code.code());
      JsonObject told = Contract.at("components", "messages", code.name());
      for (String text : List.of("summary", "description", "x-retry")) {
        assertFalse(told.getString(text, "").isBlank(), code + " has no " + text);
      }
    }
    Map<String, Integer> documented = new TreeMap<>();
    JsonObject schemas = Contract.file("schema/failures.json").getJsonObject("$defs");
    for (String name : schemas.fieldNames()) {
      JsonObject properties = schemas.getJsonObject(name).getJsonObject("properties");
      documented.put(name, properties.getJsonObject("failureCode").getInteger("const"));
    }
    assertEquals(codes, documented);
    Set<String> messages = new TreeSet<>(Contract.at("components", "messages").fieldNames());
    messages.removeIf(name -> name.contains("."));
    assertEquals(codes.keySet(), messages);
    for (String operation : Contract.operations()) {
      Set<String> headers = Contract.headers(operation + ".request");
      Set<String> failures = Contract.failures(operation);
      assertTrue(failures.containsAll(Set.of("INVALID_REQUEST", "INTERNAL")), operation);
      // A plan is in the body.
      boolean seen = headers.contains("revision") || operation.equals("admin.undo");
      assertEquals(seen, failures.contains("REVISION_MISMATCH"), operation);
    }
  }

  /** The code names its events, and its schemas of requests, by literals; the web, its metrics. */
  @Test
  void theEventsAreThoseOfTheSources() throws IOException {
    Set<String> literals = new TreeSet<>();
    try (Stream<Path> sources = Files.walk(Path.of("src/main/java"))) {
      List<Path> telling =
          sources
              .filter(each -> each.toString().endsWith(".java"))
              .filter(each -> !each.getParent().endsWith("web"))
              .toList();
      for (Path source : telling) {
        Matcher literal =
            Pattern.compile(
                    "\"((?:state|lock|log|storage)\\.[a-z][A-Za-z]+|dream\\.(?:undone|skipped)|project\\.serving)\"")
                .matcher(Files.readString(source));
        literal.results().forEach(each -> literals.add(each.group(1)));
      }
    }
    literals.removeAll(Contract.operations());
    literals.remove("state.json");
    assertEquals(new TreeSet<>(Contract.events().keySet()), literals);
    assertEquals(
        Contract.events().keySet(),
        Contract.file("schema/events.json").getJsonArray("oneOf").stream()
            .map(each -> ((JsonObject) each).getString("$ref").substring("#/$defs/".length()))
            .collect(toSet()));
  }

  @Test
  void theHeadersAreThoseThatTheCodeReadsAndSends() throws ClassNotFoundException {
    Set<String> read =
        Arrays.stream(Class.forName("org.dreamkeeper.bus.impl.Headers").getRecordComponents())
            .map(RecordComponent::getName)
            .collect(toSet());
    read.add("action");
    Set<String> requests = new TreeSet<>();
    Set<String> replies = new TreeSet<>();
    Set<String> shown = new TreeSet<>();
    for (String operation : Contract.operations()) {
      requests.addAll(Contract.headers(operation + ".request"));
      replies.addAll(Contract.headers(operation + ".reply"));
      JsonArray examples =
          Contract.at("components", "messages", operation + ".reply").getJsonArray("examples");
      for (int i = 0; i < examples.size(); i++) {
        JsonObject headers = examples.getJsonObject(i).getJsonObject("headers", new JsonObject());
        shown.addAll(headers.fieldNames());
      }
    }
    assertEquals(read, requests);
    // The examples are what was really sent, by one deployment.
    shown.add("repeated");
    assertEquals(shown, replies);
  }

  @Test
  void eachActionHeedsTheHeadersThatItIsSaidTo() {
    JsonObject config = Served.config(dir).put("texts", dir.toString());
    Served served = Served.at(vertx, time, Machine.REAL, config);
    Map<String, String> firsts =
        Map.of(
            "state", "incrementCurationCount",
            "lock", "tryAcquire",
            "log", "nextId",
            "admin", "cancel");
    for (Calls.Call call : Calls.ALL) {
      Set<String> documented = Contract.headers(call + ".request");
      Set<String> heeded = new TreeSet<>(Set.of("action"));
      String past = Long.toString(time.millis() - 1);
      if (answer(served, call, "deadline", past).startsWith("DEADLINE_PASSED")) {
        heeded.add("deadline");
      }
      if (answer(served, call, "revision", "none").startsWith("REVISION_MISMATCH")) {
        heeded.add("revision");
      }
      if (answer(served, call, "node", "").contains("header node has 0")) {
        heeded.add("node");
      }
      if (answer(served, call, "instance", "another").startsWith("NOT_SERVING")) {
        heeded.add("instance");
      }
      if (answer(served, call, "waitedMs", "-").contains("header waitedMs is")) {
        heeded.add("waitedMs");
      }
      String fenced =
          call.actor().equals("lock")
              ? answer(served, new Calls.Call("lock", call.action(), call.body(), false))
              : answer(served, call, "token", OLD_TOKEN);
      if (fenced.startsWith("SUPERSEDED") || fenced.contains("header token is missing")) {
        heeded.add("token");
      }
      String id = "once for " + call;
      String first = firsts.get(call.actor());
      JsonObject body = first.equals("cancel") ? cancelling(served) : null;
      if (Contract.headers(call + ".request").contains("requestId") || body == null) {
        served.ask(call.actor(), first, body, "requestId", id);
        String again = answer(served, call, "requestId", id);
        if (again.contains("was used before") || call.action().equals(first)) {
          heeded.add("requestId");
        }
      }
      assertEquals(new TreeSet<>(documented), heeded, call::toString);
    }
  }

  private static JsonObject cancelling(Served served) {
    JsonObject lock = served.ask("admin", "overview", null).getJsonObject("lock");
    return new JsonObject().put("token", lock.getLong("token")).put("reason", "enough");
  }

  /** The refusal's message; empty if there is none. */
  private static String answer(Served served, Calls.Call call, String... headers) {
    String[] all = Arrays.copyOf(headers, headers.length + (call.holding() ? 2 : 0));
    if (call.holding()) {
      all[headers.length] = "token";
      all[headers.length + 1] = OLD_TOKEN;
    }
    try {
      served.ask(call.actor(), call.action(), call.body(), all);
      return "";
    } catch (Served.Failed failed) {
      return ((ReplyException) failed.getCause()).getMessage();
    }
  }
}
