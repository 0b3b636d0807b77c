package org.dreamkeeper.log.impl;

import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.dreamkeeper.bus.impl.json.JsonText;
import org.dreamkeeper.file.FaultyDisk;
import org.dreamkeeper.junit5.ManualTime;
import org.dreamkeeper.log.DreamSummary;
import org.dreamkeeper.log.LogOptions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Gives each test an actor of its own, started when the test asks for it. */
@ExtendWith(VertxExtension.class)
abstract class LogTestBase {
  /** Real time, but standing: the age of an entry is also that of its file. */
  final ManualTime time = new ManualTime(System.currentTimeMillis());

  final FaultyDisk disk = new FaultyDisk();
  @TempDir Path temporary;
  Vertx vertx;
  Path base;
  Path log;
  LogHost host;

  @BeforeEach
  void prepare(Vertx injected) throws IOException {
    vertx = injected;
    base = temporary.resolve("base");
    log = base.resolve("dream-log");
    Files.createDirectories(log);
  }

  @AfterEach
  void stop() {
    if (host != null) {
      disk.heal();
      host.stop();
      host = null;
    }
  }

  LogHost start() {
    return start(1_000);
  }

  LogHost start(int maxEntries) {
    stop();
    host = new LogHost(vertx, base, time, disk, new LogOptions().setMaxEntries(maxEntries));
    return host;
  }

  /** Starts again as after a crash: what a clean stop writes to the claim file is taken back. */
  LogHost crash() throws IOException {
    Path claim = base.resolve(".dreamkeeper.claim");
    byte[] before = Files.readAllBytes(claim);
    stop();
    Files.write(claim, before);
    return start();
  }

  static JsonObject entry(long number, String status) {
    JsonObject entry =
        new JsonObject()
            .put("id", "drm-" + number)
            .put("startedAt", number)
            .put("operations", new JsonArray())
            .put("summary", DreamSummary.EMPTY.toJson())
            .put("trigger", "agent-idle")
            .put("status", status);
    return switch (status) {
      case "processing" -> entry;
      case "completed" -> entry.put("completedAt", number + 5);
      case "partial" -> entry.put("completedAt", number + 5).put("abortReason", "Budget exceeded");
      case "error" -> entry.put("completedAt", number + 5).put("error", "Quota exceeded");
      default -> entry.put("completedAt", number + 5).put("undoneAt", number + 9);
    };
  }

  static JsonObject completed(long number) {
    return entry(number, "completed");
  }

  static JsonObject query() {
    return new JsonObject();
  }

  Path file(String id) {
    return log.resolve(id + ".json");
  }

  /** Writes an entry as a foreign process does: beside its place, then renamed; some time ago. */
  void put(JsonObject entry) throws IOException {
    put(entry.getString("id"), new String(JsonText.print(entry), StandardCharsets.UTF_8));
  }

  void put(String id, String text) throws IOException {
    Path beside = log.resolve("." + id);
    Files.writeString(beside, text);
    age(beside);
    Files.move(beside, file(id), StandardCopyOption.REPLACE_EXISTING);
  }

  static void age(Path file) throws IOException {
    Files.setLastModifiedTime(file, FileTime.from(Instant.now().minusSeconds(10)));
  }

  JsonObject onDisk(String id) throws IOException {
    return JsonText.parseObject(Files.readAllBytes(file(id))).orElseThrow();
  }

  List<String> names() throws IOException {
    try (Stream<Path> all = Files.list(log)) {
      return all.map(each -> each.getFileName().toString()).sorted().toList();
    }
  }
}
