package org.dreamkeeper.host.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Doctor finds what it says it looks for, and mends what it says it mends. */
final class DoctorTest extends CommandTestBase {
  private static final String TEMPORARY = "java.io.tmpdir";
  private final String temporary = System.getProperty(TEMPORARY);

  /** Others leave their sockets where all temporary files are. */
  @BeforeEach
  void alone() throws IOException {
    System.setProperty(TEMPORARY, Files.createDirectory(dir.resolve("tmp")).toString());
  }

  @AfterEach
  void others() {
    System.setProperty(TEMPORARY, temporary);
  }

  /** The checks that found something, text and JSON alike; nothing is changed. */
  private List<String> found(String... parts) {
    Map<String, String> before = files();
    Ran text = run("doctor");
    text.says(parts);
    Ran json = run("doctor", "--json");
    assertEquals(text.code(), json.code());
    JsonArray problems =
        new JsonObject(json.out())
            .getJsonObject("data")
            .getJsonArray("projects")
            .getJsonObject(0)
            .getJsonArray("problems");
    assertEquals(problems.isEmpty() ? 0 : 23, text.code());
    assertEquals(before, files());
    List<String> checks =
        problems.stream().map(each -> ((JsonObject) each).getString("check")).toList();
    checks.forEach(check -> text.says("\n  " + check + " "));
    return checks;
  }

  private void mends(String... parts) {
    assertEquals(22, run("doctor", "--fix").code(), "nobody is there to ask");
    assertEquals(22, answering("n\n", "doctor", "--fix").code());
    Ran fixed = answering("y\n", "doctor", "--fix");
    fixed.says("Mended; what it was before is in ", "No problems found.");
    fixed.says(parts);
    assertEquals(0, fixed.code());
    assertEquals(List.of(), found("No problems found."));
  }

  private String copied(String name) throws IOException {
    try (Stream<Path> all = Files.list(base)) {
      Path copies =
          all.filter(each -> each.getFileName().toString().startsWith(".dreamkeeper.doctor-"))
              .findFirst()
              .orElseThrow();
      return Files.readString(copies.resolve(name));
    }
  }

  @Test
  void nothing() throws IOException {
    write("dream-state.json", state(new JsonObject()));
    assertEquals(List.of(), found("No problems found."));
    serve();
    assertEquals(List.of(), found("No problems found."));
  }

  @Test
  void aCrash() throws IOException {
    sample();
    write("dream-state.json.5f0c2a1e.tmp", "half");
    Files.setLastModifiedTime(
        base.resolve("dream-state.json.5f0c2a1e.tmp"), FileTime.from(Instant.EPOCH));
    assertEquals(
        List.of("leftovers", "entries", "lock"),
        found(
            "its dream was left in the middle",
            "PID 4194305, which is dead, has left it held",
            "3 problems found; --fix mends 3"));
    mends();
    assertFalse(Files.exists(base.resolve("dream-state.json.5f0c2a1e.tmp")));
    assertEquals("half", copied("dream-state.json.5f0c2a1e.tmp"));
    assertTrue(copied("drm-1741982400000.json").contains("processing"));
    run("log").says("drm-1741982400000  error");
  }

  @Test
  void entriesThatAreNone() throws IOException {
    write("dream-state.json", state(new JsonObject()));
    write("dream-log/drm-5.json", "{");
    write("dream-log/drm-6.json", entry("drm-7", "processing", 6, new JsonObject()));
    assertEquals(
        List.of("entries", "entries"),
        found("dream-log/drm-5.json: it is not a JSON object", "drm-6.json: /id: "));
    mends();
    assertEquals("{", copied("drm-5.json"));
    run("status").saysNot("unreadable file");
  }

  @Test
  void aCorruptState() throws IOException {
    String corrupt = state(JsonObject.of("totalDreams", "many"));
    write("dream-state.json", corrupt);
    assertEquals(List.of("state"), found("it is corrupt: /totalDreams"));
    mends();
    assertEquals(corrupt, copied("dream-state.json"));
    run("status").says("9 curations since");
  }

  @Test
  void aStateThatWasSetAside() throws IOException {
    JsonObject merge =
        JsonObject.of("sourceFile", "a", "mergeTarget", "b", "reason", "c")
            .put("suggestedByDreamId", "drm-1");
    write(
        "dream-state.json.corrupt-5",
        state(JsonObject.of("pendingMerges", new JsonArray().add(merge))));
    write("dream-state.json", state(new JsonObject()));
    serve();
    assertEquals(List.of("quarantine"), found("the state lacks [pendingMerges]"));
    run("status").says("1 corrupt state set aside");
    mends();
    run("status").says("1 merge pending");
    run("status").saysNot("corrupt state");
  }

  @Test
  void whatAPersonHasToMend() throws IOException {
    JsonObject odd = JsonObject.of("undoing", "drm-3", "lastDreamLogId", "drm-4");
    odd.put("lastDreamAt", "2199-01-01T00:00:00.000Z");
    write("dream-state.json", state(odd));
    write("dream-state (conflicted copy).json", "{}");
    write(".dreamkeeper.claim", "torn");
    Path left = Files.createDirectory(dir.resolve("tmp/dreamkeeper-17"));
    assertEquals(
        List.of("claim", "leftovers", "sockets", "state", "state", "state"),
        found(
            ".dreamkeeper.claim: it is torn",
            "rm -r '" + left,
            "Finish it: undo drm-3",
            "is in the future",
            "drm-4, is not in the log",
            "6 problems found; --fix mends 0 of them."));
    assertEquals(23, run("doctor", "--fix").code());
    write("dream-state.json", "{\"version\": 2}");
    found("it is newer", "Serve it with the version that wrote it");
  }

  @Test
  void tooLittleMemoryForTheLargestBody() throws IOException {
    write("dream-state.json", state(new JsonObject()));
    serve("maxBytes", 20 << 20);
    assertEquals(
        List.of("memory"),
        found("a body may have 16777216 bytes, but only 4194304 fit", "-Xmx801m, would do"));
    unserve();
    Path file = dir.resolve("conf.json");
    JsonObject project = JsonObject.of("baseDir", base.toString(), "maxBytes", 20 << 20);
    Files.writeString(file, JsonObject.of("projects", new JsonArray().add(project)).encode());
    Ran ran = run("doctor", "-conf", file.toString());
    assertEquals(23, ran.code());
    ran.says("memory     maxMessageBytes: a body may have", "1 problem found");
  }

  @Test
  void doubtfulConfigurations() throws IOException {
    Path brv = Files.createDirectories(base.resolve("in/.brv"));
    Files.writeString(brv.resolve("dream-state.json"), state(new JsonObject()));
    write("dream-state.json", state(new JsonObject()));
    JsonArray projects =
        new JsonArray()
            .add(JsonObject.of("address", "a", "baseDir", base.toString()))
            .add(JsonObject.of("address", "b", "baseDir", brv.toString()));
    Path file = dir.resolve("conf.json");
    Files.writeString(file, JsonObject.of("projects", projects).encode());
    Ran ran = run("doctor", "-conf", file.toString());
    assertEquals(23, ran.code());
    ran.says("it is in the directory of the project a", "lock.settleMs is 0", "No problems found.");
  }
}
