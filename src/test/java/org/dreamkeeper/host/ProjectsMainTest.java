package org.dreamkeeper.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.dreamkeeper.postgres.TestDatabase;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole projects are moved about by hand. */
final class ProjectsMainTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @TempDir Path dir;

  private int run(String... args) {
    out.reset();
    err.reset();
    return ProjectsMain.run(List.of(args), stream(out), stream(err));
  }

  private static PrintStream stream(ByteArrayOutputStream bytes) {
    return new PrintStream(bytes, true, StandardCharsets.UTF_8);
  }

  private String project(String address) {
    return TestDatabase.of(dir).uri() + "#" + address;
  }

  private void assertRefused(int code, String why, String... args) {
    assertEquals(code, run(args));
    assertEquals(0, out.size());
    String said = err.toString(StandardCharsets.UTF_8);
    assertEquals(1, said.lines().count(), said);
    assertTrue(said.contains(why), said);
  }

  @Test
  void goThereAndBack() throws IOException {
    Path state = Files.createDirectory(dir.resolve("here")).resolve("dream-state.json");
    Files.copy(Path.of("conf/sample/dream-state.json"), state);
    assertEquals(0, run("copy", dir + "/here", project("notes")), err::toString);
    assertEquals("copied 0 entries", out.toString(StandardCharsets.UTF_8).trim());
    assertEquals(0, run("rename", project("notes"), "memory"), err::toString);
    assertEquals(0, run("copy", project("memory"), dir + "/back"), err::toString);
    assertEquals(Files.readString(state), Files.readString(dir.resolve("back/dream-state.json")));
    assertRefused(1, " is not empty", "copy", dir + "/here", dir + "/back");
    assertEquals(0, run("remove", project("memory")), err::toString);
    assertRefused(1, "memory in 127.0.0.1:", "copy", project("memory"), dir + "/again");
  }

  @Test
  void whatIsMeantMustBeClear() {
    assertRefused(2, "expected: copy FROM TO");
    assertRefused(2, "expected: copy FROM TO", "copy", "here");
    assertRefused(2, "postgres is not set", "remove", "here");
    assertRefused(2, "postgres is not postgresql://", "remove", "postgresql://u:secret@/#");
  }
}
