package org.dreamkeeper.bus.impl.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.json.schema.Draft;
import io.vertx.json.schema.JsonSchema;
import io.vertx.json.schema.JsonSchemaOptions;
import io.vertx.json.schema.OutputFormat;
import io.vertx.json.schema.SchemaRepository;
import io.vertx.json.schema.Validator;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.dreamkeeper.Calls;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What words a refusal refuses the same values as the library that judges, which is asked in full.
 */
final class SchemaAgreementTest {
  private static final SchemaFiles FILES = new SchemaFiles();
  private static final String BASE = "schema://dreamkeeper/";

  private static final List<Object> ODD =
      Arrays.asList(
          null,
          true,
          0,
          -1,
          1.0,
          1.5,
          -0.0,
          1000,
          1_000_001,
          (1L << 53) - 1,
          1L << 53,
          253402300800000L,
          1e300,
          new BigInteger("18446744073709551617"),
          "",
          "x",
          "drm-7",
          "drm-7\n",
          "drm-12345678901234567",
          "cli",
          "PRUNE",
          "2026-04-10T12:00:00Z",
          "2026-04-31T12:00:00Z",
          "\ud83d\ude00".repeat(256),
          "x".repeat(257),
          new JsonArray(),
          new JsonArray().add(1),
          new JsonArray().add("x").add(""),
          new JsonArray().addNull(),
          new JsonObject(),
          new JsonObject().put("a", 1));

  private final SchemaRepository repository =
      SchemaRepository.create(
          new JsonSchemaOptions()
              .setBaseUri(BASE)
              .setDraft(Draft.DRAFT202012)
              .setOutputFormat(OutputFormat.Flag),
          (type, format, value) -> null);

  private final Map<String, Validator> validators = new HashMap<>();
  private final Map<String, Schema> words = new HashMap<>();

  SchemaAgreementTest() throws IOException {
    for (String name :
        List.of(
            "state",
            "operation",
            "entry",
            "state-requests",
            "lock-requests",
            "log-requests",
            "admin-requests")) {
      String file = "/org/dreamkeeper/schema/" + name + ".json";
      try (InputStream in = SchemaAgreementTest.class.getResourceAsStream(file)) {
        JsonObject schema = new JsonObject(new String(in.readAllBytes(), UTF_8));
        repository.dereference(BASE + name + ".json", JsonSchema.of(schema));
      }
    }
  }

  static Stream<Calls.Call> calls() {
    return Calls.ALL.stream();
  }

  @ParameterizedTest
  @MethodSource("calls")
  void whateverIsOddInARequest(Calls.Call call) {
    String ref = call.actor() + "-requests.json#/$defs/" + call.action();
    JsonObject body = call.body() == null ? new JsonObject() : call.body();
    variants(body).forEach(variant -> agrees(call.toString(), ref, variant));
  }

  @Test
  void whateverIsOddInAnOperation() {
    JsonArray operations = new JsonArray();
    calls()
        .filter(call -> call.toString().equals("log.save"))
        .forEach(call -> operations.addAll(call.body().getJsonArray("operations")));
    assertFalse(operations.isEmpty());
    operations.forEach(
        operation ->
            variants(operation).forEach(each -> agrees("operation", "operation.json", each)));
  }

  private void agrees(String name, String ref, Object value) {
    Validator validator = validators.computeIfAbsent(ref, any -> repository.validator(BASE + any));
    boolean valid = validator.validate(value).getValid();
    String fault =
        words.computeIfAbsent(ref, any -> new Schema(FILES.find(any), FILES)).check(value);
    assertEquals(valid, fault == null, () -> value + ": " + fault);
    assertEquals(valid, Schemas.check(name, value).isEmpty(), () -> String.valueOf(value));
  }

  /** The value itself, and each that has something odd in one place of it. */
  private static Stream<Object> variants(Object value) {
    Stream<Object> odd = Stream.concat(Stream.of(value), ODD.stream());
    if (value instanceof JsonObject object) {
      Stream<Object> more = Stream.of(object.copy().put("more", 1));
      return Stream.of(odd, more, object.fieldNames().stream().flatMap(key -> at(object, key)))
          .flatMap(each -> each);
    }
    if (value instanceof JsonArray array) {
      return Stream.concat(
          odd,
          IntStream.range(0, array.size())
              .boxed()
              .flatMap(i -> variants(array.getValue(i)).map(each -> array.copy().set(i, each))));
    }
    return odd;
  }

  private static Stream<Object> at(JsonObject object, String key) {
    JsonObject without = object.copy();
    without.remove(key);
    return Stream.concat(
        Stream.of(without),
        variants(object.getValue(key)).map(each -> object.copy().put(key, each)));
  }
}
