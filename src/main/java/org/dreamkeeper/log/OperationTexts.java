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
    texts.forEach(
        (path, text) -> {
          Objects.requireNonNull(path, "a path in previousTexts is null");
          Objects.requireNonNull(text, () -> "previousTexts[" + path + "] is null");
        });
    return Collections.unmodifiableMap(new LinkedHashMap<>(texts));
  }

  static Map<String, Optional<String>> results(Map<String, Optional<String>> hashes) {
    hashes.forEach(
        (path, hash) -> {
          Objects.requireNonNull(path, "a path in results is null");
          Objects.requireNonNull(hash, () -> "results[" + path + "] is null");
        });
    return Collections.unmodifiableMap(new LinkedHashMap<>(hashes));
  }

  static Optional<Map<String, String>> readPrevious(JsonRest fields) {
    return Optional.ofNullable(fields.optionalTexts(PREVIOUS));
  }

  static Optional<Map<String, Optional<String>>> readResults(JsonRest fields) {
    return Optional.ofNullable(fields.optionalTextsOrNulls(RESULTS));
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
