package org.dreamkeeper.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.dreamkeeper.torture.Rounds;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Random walks of dreams, edits, undos and crashes: no byte that somebody wrote is lost. */
final class UndoModelTest {
  @TempDir Path dir;

  @Test
  void nothingThatSomebodyWroteIsLost() throws IOException {
    long first = Long.getLong("undo.seed", System.nanoTime());
    int walks = Long.getLong("undo.seed") == null ? Rounds.of(30, 3_000) : 1;
    int crashes = 0;
    for (int i = 0; i < walks; i++) {
      Path folder = Files.createDirectories(dir.resolve("walk" + i));
      try {
        crashes += new UndoWalk(first + i, folder).walk();
      } catch (Throwable failure) {
        throw new AssertionError("-Dundo.seed=" + (first + i), failure);
      }
    }
    System.out.printf("[torture] undo: %d walks, %d crashes in them%n", walks, crashes);
  }
}
