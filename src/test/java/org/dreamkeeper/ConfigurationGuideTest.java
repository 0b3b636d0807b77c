package org.dreamkeeper;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.dreamkeeper.host.HostOptions;
import org.dreamkeeper.run.RunOptions;
import org.junit.jupiter.api.Test;

/** The guide has every key, its default and its range: what the code says when they are wrong. */
final class ConfigurationGuideTest {
  private static final Path DOCS = Path.of("src/docs");
  private static final String UNKNOWN = "nobodyWouldEverCallASettingSo";
  private static final Pattern KNOWN = Pattern.compile("expected one of \\[(.*)]$");
  private static final Pattern LARGE = Pattern.compile("\\d{4,}");

  /** The keys whose default depends on something else. */
  private static final Set<String> OPEN =
      Set.of("baseDir", "postgres", "texts", "maxMessageBytes", "maxBytes");

  @Test
  void ofAProject() throws IOException {
    JsonObject base = new JsonObject().put("baseDir", "/");
    JsonObject defaults = new DreamkeeperOptions(base).toJson();
    Map<String, List<String>> rows = rows("configuration.md", "A project");
    assertEquals(keys(DreamkeeperOptions::new, base, ""), rows.keySet());
    rows.forEach(
        (key, cells) -> {
          if (!OPEN.contains(key)) {
            assertEquals(shown(at(defaults, key)), cells.get(1), key);
          }
          JsonObject bare = key.equals("postgres") ? new JsonObject() : base;
          assertEquals(taken(DreamkeeperOptions::new, bare, key), cells.get(2), key);
        });
    String most = shown(DreamkeeperOptions.DEFAULT_MAX_MESSAGE_BYTES);
    assertEquals(most, rows.get("maxMessageBytes").get(1));
  }

  @Test
  void ofAHostAndOfANode() throws IOException {
    JsonArray projects = new JsonArray().add(new JsonObject().put("baseDir", "/"));
    JsonObject base = new JsonObject().put("projects", projects);
    Map<String, List<String>> rows = rows("configuration.md", "A host's file");
    assertEquals(keys(HostOptions::of, base, ""), rows.keySet());
    rows.forEach((key, cells) -> assertEquals(taken(HostOptions::of, base, key), cells.get(2)));
    Set<String> node = keys(NodeConfig::of, new JsonObject(), "");
    assertEquals(node, rows("cluster.md", "Start one").keySet());
  }

  @Test
  void ofARunAndOfAClient() throws IOException {
    assertRows("A run", RunOptions::new, new RunOptions().toJson());
    assertRows("A client", ClientOptions::new, new ClientOptions().toJson());
  }

  private static void assertRows(String title, Consumer<JsonObject> reader, JsonObject defaults)
      throws IOException {
    Map<String, List<String>> rows = rows("configuration.md", title);
    assertEquals(keys(reader, new JsonObject(), ""), rows.keySet());
    rows.forEach(
        (key, cells) -> {
          if (defaults.containsKey(key)) {
            assertEquals(shown(defaults.getValue(key)), cells.get(1), key);
          }
          assertEquals(taken(reader, new JsonObject(), key), cells.get(2), key);
        });
  }

  /** All keys that are read; those of an object with a dot. */
  private static Set<String> keys(Consumer<JsonObject> reader, JsonObject base, String prefix) {
    JsonObject config = base.copy();
    JsonObject asked = prefix.isEmpty() ? config : new JsonObject();
    asked.put(UNKNOWN, 1);
    if (!prefix.isEmpty()) {
      config.put(prefix, asked);
    }
    var known = KNOWN.matcher(refusal(reader, config));
    assertTrue(known.find(), prefix);
    Set<String> keys = new TreeSet<>();
    for (String key : known.group(1).split(", ", -1)) {
      if (refusal(reader, base.copy().put(key, false)).endsWith("an object")) {
        keys(reader, base, key).forEach(each -> keys.add(key + "." + each));
      } else {
        keys.add(key);
      }
    }
    return keys;
  }

  private static String refusal(Consumer<JsonObject> reader, JsonObject config) {
    try {
      reader.accept(config);
      return "";
    } catch (IllegalArgumentException wrong) {
      return wrong.getMessage();
    }
  }

  /** What a key takes, as null is told. */
  private static String taken(Consumer<JsonObject> reader, JsonObject base, String key) {
    JsonObject config = base.copy();
    String[] names = key.split("\\.", -1);
    config.put(names[0], names.length == 1 ? null : new JsonObject().putNull(names[1]));
    String told =
        assertThrows(IllegalArgumentException.class, () -> reader.accept(config)).getMessage();
    return grouped(told.substring(told.indexOf("expected ") + "expected ".length()));
  }

  private static Object at(JsonObject json, String key) {
    String[] names = key.split("\\.", -1);
    return names.length == 1 ? json.getValue(key) : json.getJsonObject(names[0]).getValue(names[1]);
  }

  private static String shown(Object value) {
    return value instanceof Number ? grouped(value.toString()) : "`" + Json.encode(value) + "`";
  }

  private static String grouped(String text) {
    return LARGE
        .matcher(text)
        .replaceAll((MatchResult number) -> "%,d".formatted(Long.valueOf(number.group())));
  }

  /** The cells of a section's table, by the keys in the first one. */
  private static Map<String, List<String>> rows(String guide, String title) throws IOException {
    String text = Files.readString(DOCS.resolve(guide));
    String section = text.substring(text.indexOf("## " + title + "\n")).substring(3);
    Map<String, List<String>> rows = new TreeMap<>();
    section
        .substring(0, section.indexOf("\n## "))
        .lines()
        .filter(line -> line.startsWith("| `"))
        .map(line -> Arrays.stream(line.split("\\|", -1)).skip(1).map(String::strip).toList())
        .forEach(cells -> rows.put(cells.get(0).replace("`", ""), cells));
    return rows;
  }
}
