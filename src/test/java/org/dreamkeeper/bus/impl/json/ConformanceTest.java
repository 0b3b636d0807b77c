package org.dreamkeeper.bus.impl.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What is on disk is valid here exactly where the reference accepts it. */
class ConformanceTest {
  private static final SchemaFiles FILES = new SchemaFiles();
  private static final SchemaJudge JUDGE = new SchemaJudge(FILES);

  static Stream<Arguments> vectors() throws IOException {
    try (InputStream in = ConformanceTest.class.getResourceAsStream("/conformance/vectors.json")) {
      JsonArray vectors = new JsonArray(new String(in.readAllBytes(), UTF_8));
      return vectors.stream()
          .map(JsonObject.class::cast)
          .map(
              vector ->
                  Arguments.of(
                      vector.getString("schema"),
                      vector.getString("name"),
                      vector.getBoolean("valid"),
                      vector.getValue("value")));
    }
  }

  @ParameterizedTest(name = "{1}: {2}")
  @MethodSource("vectors")
  void agreesWithTheReference(String schema, String name, boolean valid, Object value) {
    boolean entry = schema.equals("entry");
    // A stored entry is taken for valid before the judge is asked.
    String ref = (entry ? "stored-entry" : schema) + ".json";
    assertEquals(valid, JUDGE.accepts(ref, value), name);
    assertEquals(valid, new Schema(FILES.find(ref), FILES).check(value) == null, name);
    Optional<String> complaint = Schemas.check(entry ? "storedEntry" : schema, value);
    assertEquals(valid, complaint.isEmpty(), () -> name + ": " + complaint.orElse("valid"));
    complaint.ifPresent(
        line -> assertTrue(line.matches("(\\(root\\)|(/[^/]+)+): .+, expected .+"), line));
    if (entry && Schemas.check("entry", value).isEmpty()) {
      assertTrue(valid, "written, but not read: " + name);
    }
  }
}
