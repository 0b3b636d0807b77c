package org.dreamkeeper.host.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.dreamkeeper.postgres.TestDatabase;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole projects are moved about by hand. */
final class WholeProjectTest {
  private CommandTestBase.Ran ran;

  @TempDir Path dir;

  private int run(String... args) {
    ran = CommandTestBase.bare(null, args);
    return ran.code();
  }

  private String project(String address) {
    return TestDatabase.of(dir).uri() + "#" + address;
  }

  private void assertRefused(int code, String why, String... args) {
    assertEquals(code, run(args));
    assertEquals("", ran.out());
    assertTrue(ran.err().contains(why), ran.err());
  }

  @Test
  void goThereAndBack() throws IOException {
    Path state = Files.createDirectory(dir.resolve("here")).resolve("dream-state.json");
    Files.copy(Path.of("conf/sample/dream-state.json"), state);
    assertEquals(0, run("copy", dir + "/here", project("notes")), () -> ran.err());
    assertEquals("copied 0 entries", ran.out().trim());
    assertEquals(0, run("rename", project("notes"), "memory"), () -> ran.err());
    assertEquals(0, run("copy", project("memory"), dir + "/back"), () -> ran.err());
    assertEquals(Files.readString(state), Files.readString(dir.resolve("back/dream-state.json")));
    assertRefused(1, " is not empty", "copy", dir + "/here", dir + "/back");
    assertEquals(0, run("remove", project("memory")), () -> ran.err());
    assertRefused(1, "memory in 127.0.0.1:", "copy", project("memory"), dir + "/again");
  }

  @Test
  void whatIsMeantMustBeClear() {

    assertRefused(2, "Missing required parameter: 'TO'", "copy", "here");
    assertRefused(2, "postgres is not set", "remove", "here");
    assertRefused(2, "postgres is not postgresql://", "remove", "postgresql://u:secret@/#");
  }
}
