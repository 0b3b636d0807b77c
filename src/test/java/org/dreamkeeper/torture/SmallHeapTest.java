package org.dreamkeeper.torture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.json.JsonObject;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.dreamkeeper.Calls;
import org.dreamkeeper.Served;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A host with a heap of 96 MB gets saves of 300 MB at once, and a foreign entry of 15 MB, which
 * needs ten times as much, is there: what is too much is BUSY, or unreadable, before memory runs
 * out.
 */
final class SmallHeapTest {
  private static final int FOREIGN_ELEMENTS = 5_000_000;

  @TempDir Path dir;

  @Test
  void saysBusyBeforeItsMemoryRunsOut() throws Exception {
    int saves = Rounds.of(300, 10_000);
    foreign();
    try (Child host =
        new Child(
            List.of("-Xmx96m", "-XX:+ExitOnOutOfMemoryError"),
            SmallHeapHost.class,
            Served.config(dir).encode(),
            Integer.toString(saves))) {
      String answered = host.expect("ANSWERED", 300);
      assertTrue(answered.matches("\\{0=\\d+, 429=\\d+\\}"), answered);
      JsonObject page = new JsonObject(host.expect("LISTED"));
      assertEquals(1, page.getJsonArray("entries").size());
      assertEquals(1, page.getInteger("unreadable"));
      Rounds.report(saves + " saves of a megabyte in 96 MB: " + answered);
    }
  }

  private void foreign() throws IOException {
    Path file = Files.createDirectories(dir.resolve("dream-log")).resolve("drm-9999.json");
    String head = Calls.bareEntry("drm-9999", 9_999, "completed").put("completedAt", 1).encode();
    try (BufferedWriter out = Files.newBufferedWriter(file)) {
      out.write(head.substring(0, head.length() - 1) + ",\"x\":[{}");
      for (int i = 1; i < FOREIGN_ELEMENTS; i++) {
        out.write(",{}");
      }
      out.write("]}");
    }
  }
}
