package org.dreamkeeper.examples;

import static org.dreamkeeper.Served.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.DeploymentOptions;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.dreamkeeper.Dreamkeeper;
import org.dreamkeeper.Served;
import org.dreamkeeper.bus.impl.async.Time;
import org.dreamkeeper.file.Machine;
import org.dreamkeeper.host.HostMain;
import org.dreamkeeper.log.DreamLogEntry;
import org.dreamkeeper.log.DreamStatus;
import org.dreamkeeper.log.LogQuery;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What the sample's dream may reach, and what it cannot name. */
@DisabledOnOs(OS.WINDOWS)
final class NotesFolderTest {
  private static final String WORKER = "org.dreamkeeper.examples.DuplicateNotesWorker";

  @TempDir Path dir;
  @TempDir Path notes;
  @TempDir Path elsewhere;
  private Vertx vertx;
  private Served served;
  private Dreamkeeper project;

  @BeforeEach
  void start() {
    vertx = Vertx.vertx();
    served =
        Served.at(
            vertx,
            Time.system(vertx),
            Machine.REAL,
            Served.config(dir).put("texts", notes.toString()));
    project = Dreamkeeper.client(vertx);
  }

  @AfterEach
  void stop() {
    served.close();
    await(vertx.close());
  }

  private void work() {
    JsonObject config = new JsonObject().put("notesDir", notes.toString());
    await(vertx.deployVerticle(WORKER, new DeploymentOptions().setConfig(config)));
  }

  private DreamLogEntry last() {
    return await(project.log().list(LogQuery.all())).entries().get(0);
  }

  private static List<Path> all(Path folder) throws IOException {
    try (Stream<Path> all = Files.list(folder)) {
      return all.toList();
    }
  }

  @Test
  void aDreamArchivesNothingThroughALink() throws Exception {
    Files.createSymbolicLink(notes.resolve("archive"), elsewhere);
    Files.writeString(notes.resolve("a.md"), "same");
    Files.writeString(notes.resolve("bb.md"), "same");
    work();
    assertEquals(List.of(), all(elsewhere));
    assertTrue(Files.exists(notes.resolve("bb.md")));
    assertEquals(DreamStatus.ERROR, last().status());
    assertTrue(last().error().orElseThrow().contains("leads through a link"));
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void namesThatJavaCannotSayAreToldWithTheEncoding() throws Exception {
    String make = "cd \"$1\" && echo same > a.md && echo same > \"$(printf '\\303\\274.md')\"";
    assertEquals(0, new ProcessBuilder("sh", "-c", make, "sh", notes.toString()).start().waitFor());
    JsonObject worker =
        new JsonObject()
            .put("verticle", WORKER)
            .put("config", new JsonObject().put("notesDir", notes.toString()));
    JsonObject config = host(dir.resolve("other").toString());
    config.put("workers", new JsonArray().add(worker));
    List<String> told = inAsciiLocale(config.encode(), "no dream: no two notes");
    List<String> lines =
        told.stream().filter(line -> line.contains("encoding of file names")).toList();
    assertEquals(1, lines.size(), told::toString);
    assertTrue(lines.get(0).contains("1 name left out"), lines::toString);
    assertTrue(lines.get(0).contains("ANSI_X3.4-1968"), lines::toString);
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void aDirectoryThatJavaCannotSayIsRefusedWithTheEncoding() throws Exception {
    String config = host(dir.resolve("UUU").toString()).encode().replace("UUU", "\\u00fc");
    List<String> told = inAsciiLocale(config, "(nothing ends it but its end)");
    assertTrue(
        told.stream().anyMatch(line -> line.contains("baseDir") && line.contains("ANSI_X3.4-1968")),
        told::toString);
  }

  private static JsonObject host(String baseDir) {
    JsonObject project = new JsonObject().put("baseDir", baseDir);
    return new JsonObject()
        .put("projects", new JsonArray().add(project))
        .put("workers", new JsonArray());
  }

  /** Runs the host where Java knows ASCII names alone, and gives its lines up to one. */
  private static List<String> inAsciiLocale(String config, String last) throws Exception {
    ProcessBuilder java =
        new ProcessBuilder(
            System.getProperty("java.home") + "/bin/java",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            HostMain.class.getName(),
            "-conf",
            config);
    java.environment().put("LC_ALL", "C");
    Process host = java.redirectErrorStream(true).start();
    try (BufferedReader out = host.inputReader()) {
      return out.lines().takeWhile(line -> !line.contains(last)).toList();
    } finally {
      host.destroyForcibly().waitFor();
    }
  }
}
