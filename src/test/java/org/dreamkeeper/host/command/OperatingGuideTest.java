package org.dreamkeeper.host.command;

import static org.dreamkeeper.Served.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.dreamkeeper.Dreamkeeper;
import org.dreamkeeper.Locks;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the guide shows of the commands is what they print, but for times, PIDs and tokens. */
final class OperatingGuideTest extends CommandTestBase {
  private static final Path GUIDE = Path.of("src/docs/operating.md");
  private static final String PROMPT = "$ ./run.sh ";
  private static final String TEMPORARY = "java.io.tmpdir";
  private final String temporary = System.getProperty(TEMPORARY);

  private Dreamkeeper keeper;

  @BeforeEach
  void alone() throws IOException {
    System.setProperty(TEMPORARY, Files.createDirectory(dir.resolve("tmp")).toString());
  }

  @AfterEach
  void others() {
    System.setProperty(TEMPORARY, temporary);
  }

  private String plain(String text) {
    return text.replace(base.toString(), "/home/me/data/sample")
        .replaceAll("\\d{4}-\\d\\d-\\d\\d[ T]\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?Z?", "TIME")
        .replaceAll("\\((in )?\\d+ [smhd]( ago)?\\)", "(DISTANCE)")
        .replaceAll("doctor-\\d+-\\d+-\\d+", "doctor-STAMP")
        .replaceAll("(PID|token|\"pid\":|\"token\":) ?\\d+", "$1 N")
        .replaceAll("[0-9.]+ h ago", "H h ago")
        .replaceAll("\\s+\\n", "\n");
  }

  @Test
  void showsWhatTheCommandsPrint() throws IOException {
    sample();
    List<String> said = new ArrayList<>();
    List<String> shown = new ArrayList<>();
    String before = "";
    for (String part : Files.readString(GUIDE).split("```console\n|```\n", -1)) {
      if (part.startsWith(PROMPT)) {
        for (String each : part.split("(?m)^\\" + PROMPT, -1)) {
          if (!each.isBlank()) {
            String command = each.substring(0, each.indexOf('\n'));
            said.add(command + "\n" + plain(output(command)));
            shown.add(plain(each));
          }
        }
      } else {
        before = part;
        prepare(before);
      }
    }
    assertTrue(shown.size() > 5, "the guide shows them");
    assertEquals(String.join("\n", shown), String.join("\n", said));
  }

  /** What happens between the commands, as comments of the guide say. */
  private void prepare(String text) throws IOException {
    if (text.contains("<!-- a host serves it -->")) {
      keeper = serve();
      await(keeper.state().gates(new JsonObject()));
    }
    if (text.contains("<!-- a dream runs -->")) {
      Locks.take(keeper, "my worker");
    }
    if (text.contains("<!-- the host ends -->")) {
      unserve();
    }
    if (text.contains("<!-- something is broken -->")) {
      write("dream-log/drm-1742000000000.json", "{");
    }
  }

  private String output(String command) {
    String[] words =
        Arrays.stream(command.split(" ", -1))
            .map(word -> word.equals("data/sample") ? base.toString() : word)
            .toArray(String[]::new);
    Ran ran = bare(null, words);
    return ran.out() + ran.err();
  }
}
