package org.dreamkeeper.log;

import io.vertx.core.json.JsonObject;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** What an operation says of the files that it changes: their texts before, their hashes after. */
final class OperationTexts {
  private static final String PREVIOUS = "previousTexts";
  private static final String RESULTS = "results";

  private OperationTexts() {}

  static Map<String, String> previous(Map<String, String> texts) {
    return copied(PREVIOUS, texts);
  }

  static Map<String, Optional<String>> results(Map<String, Optional<String>> hashes) {
    return copied(RESULTS, hashes);
  }

  private static <V> Map<String, V> copied(String name, Map<String, V> byPath) {
    byPath.forEach(
        (path, value) -> {
          Objects.requireNonNull(path, () -> "a path in " + name + " is null");
          Objects.requireNonNull(value, () -> name + "[" + path + "] is null");
        });
    return Collections.unmodifiableMap(new LinkedHashMap<>(byPath));
  }

  static Optional<Map<String, String>> readPrevious(JsonRest fields) {
    return fields.optionalMap(PREVIOUS, text -> fields.cast(PREVIOUS, text, String.class));
  }

  static Optional<Map<String, Optional<String>>> readResults(JsonRest fields) {
    return fields.optionalMap(
        RESULTS,
        hash ->
            hash == null
                ? Optional.empty()
                : Optional.of(fields.cast(RESULTS, hash, String.class)));
  }

  static void write(DreamOperation operation, JsonObject json) {
    operation
        .previousTexts()
        .ifPresent(texts -> json.put(PREVIOUS, new JsonObject(new LinkedHashMap<>(texts))));
    operation
        .results()
        .ifPresent(
            hashes -> {
              JsonObject all = new JsonObject();
              hashes.forEach((path, hash) -> all.put(path, hash.orElse(null)));
              json.put(RESULTS, all);
            });
  }
}
