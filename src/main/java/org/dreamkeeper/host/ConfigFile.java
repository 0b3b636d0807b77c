package org.dreamkeeper.host;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;

/**
 * The host's configuration, as a file or, where the argument itself begins with a brace, as text. A
 * relative {@code baseDir}, {@code texts} or {@code tokenFile} is relative to the file; in a text,
 * to the working directory. Stricter than the launcher's own reading: a comment, a key given twice
 * or a trailing word is refused rather than overlooked.
 */
final class ConfigFile {
  private static final JsonMapper STRICT =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  /** The least that it says. */
  static final String EXAMPLE = "{\"projects\": [{\"baseDir\": \"a folder\"}]}";

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
        throw wrong(
            (tree.isMissingNode() ? "is empty" : "is no JSON object")
                + "; write into it, for example, "
                + EXAMPLE
                + " and start again.",
            null);
      }
      json = located(new JsonObject(text));
    } catch (JsonProcessingException invalid) {
      throw wrong("is no JSON: " + where(invalid) + "Correct it and start again.", invalid);
    }
    try {
      HostOptions.of(json);
    } catch (IllegalArgumentException invalid) {
      throw wrong(
          (isText() ? "" : "is wrong: ")
              + invalid.getMessage().replaceFirst("([^?])$", "$1.")
              + " Correct it and start again.",
          invalid);
    }
    return json;
  }

  /** Puts the projects where the file says that they are. */
  private JsonObject located(JsonObject json) {
    if (!isText() && json.getValue("projects") instanceof JsonArray projects) {
      for (Object project : projects) {
        if (project instanceof JsonObject each) {
          for (String key : List.of("baseDir", "texts")) {
            if (each.getValue(key) instanceof String path) {
              each.put(key, located(path));
            }
          }
        }
      }
    }
    if (!isText() && json.getValue("web") instanceof JsonObject web) {
      Object file = web.getValue("tokenFile", WebConfig.TOKEN_FILE);
      web.put("tokenFile", file instanceof String path ? located(path) : file);
    }
    return json;
  }

  private String located(String path) {
    try {
      if (path.isBlank() || path.startsWith("~")) {
        return path;
      }
      // The folder of the file that is meant, so that its parents are what they are on the disk.
      Path folder = Path.of(argument).toAbsolutePath().getParent().toRealPath();
      return folder.resolve(path).normalize().toString();
    } catch (InvalidPathException said) {
      return path;
    } catch (IOException unreadable) {
      throw unreadable(unreadable);
    }
  }

  private boolean isText() {
    return argument.stripLeading().startsWith("{");
  }

  private String content() {
    try (InputStream file = new FileInputStream(argument)) {
      // A byte order mark, which some editors write, is read over.
      return new String(file.readAllBytes(), StandardCharsets.UTF_8).replaceFirst("^\ufeff", "");
    } catch (IOException unreadable) {
      throw unreadable(unreadable);
    }
  }

  private HostException unreadable(IOException failure) {
    // The message is the path, and the reason in brackets.
    return new HostException(
        "the configuration cannot be read: "
            + failure.getMessage()
            + (argument.equals(Arguments.DEFAULT_CONF)
                ? ". Put it back, or name another with -conf."
                : ". Name another with -conf, or none for " + Arguments.DEFAULT_CONF + "."),
        failure);
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
