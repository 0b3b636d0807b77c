package org.dreamkeeper.web;

import static org.dreamkeeper.Served.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
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
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import org.dreamkeeper.bus.FailureCode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The OpenAPI document that is served says what the AsyncAPI one says, in its own form. */
final class OpenApiTest {
  private static final String BASE = "schema://http/openapi.json";
  private static final JsonFormatValidator ANY = (type, format, value) -> null;

  private final Vertx vertx = Vertx.vertx();
  private JsonObject document;

  @BeforeEach
  void fetch() {
    Http http = Http.serve(vertx, Http.guarded());
    document = http.ask(HttpMethod.GET, "/openapi.json", null).json();
  }

  @AfterEach
  void stop() {
    await(vertx.close());
  }

  private static JsonObject asyncApi() throws IOException {
    try (InputStream in = OpenApiTest.class.getResourceAsStream("/org/dreamkeeper/asyncapi.json")) {
      return new JsonObject(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    }
  }

  private JsonObject paths() {
    return document.getJsonObject("paths");
  }

  private static void walk(String at, Object node, BiConsumer<String, JsonObject> seen) {
    if (node instanceof JsonObject object) {
      seen.accept(at, object);
      object.forEach(each -> walk(at + "/" + each.getKey(), each.getValue(), seen));
    } else if (node instanceof JsonArray array) {
      array.forEach(each -> walk(at + "/", each, seen));
    }
  }

  /** With {@code -Dregenerate} it is made to say so. */
  @Test
  void saysWhatTheContractSays() throws IOException {
    Path file = Path.of("src/main/resources/org/dreamkeeper/web/openapi.json");
    String generated = OpenApi.generated();
    if (System.getProperty("regenerate") != null) {
      Files.writeString(file, generated);
    }
    assertEquals(generated, Files.readString(file), "mvn test -Dtest=OpenApiTest -Dregenerate");
  }

  @Test
  void whatTheContractCallsALookPassesWhereItIsReadOnly() throws IOException {
    JsonObject bus = asyncApi();
    WebOptions options = Http.guarded().setReadOnly(true).setProjects(Set.of("nobody"));
    Http readOnly = Http.serve(vertx, options);
    JsonObject messages = bus.getJsonObject("components").getJsonObject("messages");
    for (String path : paths().fieldNames()) {
      if (path.matches("/api/[{]prefix[}]/[a-z]+/.*")) {
        String operation = path.substring("/api/{prefix}/".length()).replace('/', '.');
        JsonObject headers =
            messages.getJsonObject(operation + ".request").getJsonObject("headers");
        boolean looks = headers.getJsonObject("schema").getString("$ref").endsWith("/reading");
        int status = readOnly.post(path.replace("{prefix}", "nobody"), "{}").status();
        assertEquals(looks ? 503 : 403, status, operation);
      }
    }
  }

  @Test
  void eachActionIsThereWithAllThatItMayBeAnswered() throws IOException {
    assertEquals("3.1.0", document.getString("openapi"));
    JsonObject bus = asyncApi();
    Set<String> expected = new TreeSet<>(Set.of("/login", "/api/projects", "/api/{prefix}/events"));
    JsonObject operations = bus.getJsonObject("operations");
    for (String name : operations.fieldNames()) {
      JsonObject operation = operations.getJsonObject(name);
      if (!operation.getString("action").equals("receive")) {
        continue;
      }
      String path = "/api/{prefix}/" + name.replace('.', '/');
      expected.add(path);
      JsonObject post = paths().getJsonObject(path).getJsonObject("post");
      assertEquals(name, post.getString("operationId"));
      assertEquals(operation.getString("summary"), post.getString("summary"));
      Set<String> statuses = new TreeSet<>(Set.of("200", "401", "403", "404", "415"));
      for (Object each : operation.getJsonObject("reply").getJsonArray("messages")) {
        String ref = ((JsonObject) each).getString("$ref");
        String failure = ref.substring(ref.lastIndexOf('/') + 1);
        for (FailureCode code : FailureCode.values()) {
          if (code.name().equals(failure)) {
            statuses.add(Integer.toString(code.code()));
          }
        }
      }
      assertEquals(statuses, new TreeSet<>(post.getJsonObject("responses").fieldNames()), name);
    }
    assertEquals(expected, new TreeSet<>(paths().fieldNames()));
  }

  @Test
  void whatAHolderMustSendIsRequired() {
    JsonArray release =
        paths()
            .getJsonObject("/api/{prefix}/lock/release")
            .getJsonObject("post")
            .getJsonArray("parameters");
    List<String> headers = new ArrayList<>();
    for (int i = 1; i < release.size(); i++) {
      JsonObject each = release.getJsonObject(i);
      headers.add(each.getString("name") + (each.getBoolean("required") ? "!" : ""));
    }
    assertEquals(
        List.of(
            "Dreamkeeper-Deadline",
            "Dreamkeeper-Instance",
            "Idempotency-Key",
            "Dreamkeeper-Token!"),
        headers.stream().sorted((a, b) -> order(a).compareTo(order(b))).toList());
  }

  private static String order(String header) {
    return header.startsWith("Dreamkeeper-Token") ? "z" : header;
  }

  @Test
  void eachReferenceLeadsSomewhere() {
    List<String> refs = new ArrayList<>();
    walk(
        "",
        document,
        (at, object) -> {
          if (object.getValue("$ref") instanceof String ref) {
            refs.add(ref);
            assertTrue(ref.startsWith("#/"), ref);
            assertNotNull(JsonPointer.from(ref.substring(1)).queryJson(document), ref);
          }
          assertTrue(!(object.getValue("discriminator") instanceof String), at);
        });
    assertTrue(refs.size() > 300, refs.size() + " references");
  }

  @Test
  void eachExampleFits() {
    SchemaRepository repository =
        SchemaRepository.create(
            new JsonSchemaOptions()
                .setBaseUri("schema://http/")
                .setDraft(Draft.DRAFT202012)
                .setOutputFormat(OutputFormat.Basic),
            ANY);
    repository.dereference(BASE, JsonSchema.of(document.copy()));
    List<String> wrong = new ArrayList<>();
    int[] count = {0};
    walk(
        "",
        document,
        (at, object) -> {
          if (!at.endsWith("/application/json") || !object.containsKey("examples")) {
            return;
          }
          String ref = object.getJsonObject("schema").getString("$ref");
          Validator validator = repository.validator(BASE + ref);
          object
              .getJsonObject("examples")
              .forEach(
                  each -> {
                    Object value = ((JsonObject) each.getValue()).getValue("value");
                    OutputUnit unit = validator.validate(value);
                    count[0]++;
                    // One shows what is refused.
                    if (!unit.getValid() && !each.getKey().equals("a-count-out-of-range")) {
                      wrong.add(at + ": " + value + " is no " + ref);
                    }
                  });
        });
    assertEquals(List.of(), wrong);
    assertTrue(count[0] > 80, count[0] + " examples");
  }
}
