package org.dreamkeeper.host;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.vertx.core.json.JsonObject;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/**
 * The host's configuration, as a file or, where the argument itself begins with a brace, as text.
 * Stricter than the launcher's own reading: a comment, a key given twice or a trailing word is
 * refused rather than overlooked.
 */
final class ConfigFile {
  private static final JsonMapper STRICT =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private final String argument;

  ConfigFile(String argument) {
    this.argument = argument;
  }

  /** How messages call it. */
  String name() {
    return isText() ? "-conf" : argument;
  }

  /** Reads and checks it. */
  JsonObject read() {
    String text = isText() ? argument : content();
    JsonObject json;
    try {
      JsonNode tree = STRICT.readTree(text);
      if (!tree.isObject()) {
        throw wrong("is no JSON object; see conf/dreamkeeper.json for one that works.", null);
      }
      json = new JsonObject(text);
    } catch (JsonProcessingException invalid) {
      throw wrong("is no JSON: " + where(invalid) + "Correct it and start again.", invalid);
    }
    try {
      HostOptions.of(json);
    } catch (IllegalArgumentException invalid) {
      throw wrong(
          (isText() ? "" : "is wrong: ") + invalid.getMessage() + ". Correct it and start again.",
          invalid);
    }
    return json;
  }

  private boolean isText() {
    return argument.stripLeading().startsWith("{");
  }

  private String content() {
    try (InputStream file = new FileInputStream(argument)) {
      return new String(file.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException unreadable) {
      // The message is the path, and the reason in brackets.
      throw new HostException(
          "the configuration cannot be read: "
              + unreadable.getMessage()
              + ". Name another with -conf, or none for conf/dreamkeeper.json.",
          unreadable);
    }
  }

  private static String where(JsonProcessingException invalid) {
    JsonLocation at = invalid.getLocation();
    String place =
        at == null ? "" : "line " + at.getLineNr() + ", column " + at.getColumnNr() + ": ";
    return place + invalid.getOriginalMessage().replaceAll("\\.?$", ". ");
  }

  private HostException wrong(String what, Throwable cause) {
    return new HostException(name() + " " + what, cause);
  }
}
