package org.dreamkeeper;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What the guide shows is the example's own, which is built and run by itself. */
final class TestingGuideTest {
  private static final Path EXAMPLE = Path.of("src/examples/embed");
  private static final List<String> FILES =
      List.of("pom.xml", "src/test/java/com/example/notes/NotesWorkerInTroubleTest.java");
  private static final Pattern BLOCK = Pattern.compile("```(?:java|xml)\n(.*?)```", Pattern.DOTALL);

  @Test
  void showsWhatTheExampleDoes() throws IOException {
    String example = "";
    for (String file : FILES) {
      example += Files.readString(EXAMPLE.resolve(file));
    }
    List<String> shown =
        BLOCK
            .matcher(Files.readString(Path.of("src/docs/testing.md")))
            .results()
            .map((MatchResult block) -> block.group(1))
            .toList();
    assertEquals(5, shown.size());
    for (String code : shown) {
      assertTrue(example.contains(code), code);
    }
  }

  @Test
  void theGuideOfHttpShowsTheExamplesPage() throws IOException {
    String page =
        Files.readString(EXAMPLE.resolve("src/main/java/com/example/notes/NotesPage.java"));
    String guide = Files.readString(Path.of("src/docs/http.md"));
    assertTrue(guide.contains("```java\n" + page + "```\n"), page);
  }

  @Test
  void theExampleIsOfThisVersion() throws IOException {
    String ours = versions(Path.of("pom.xml")).get(0);
    assertEquals(List.of(ours, ours), versions(EXAMPLE.resolve("pom.xml")));
  }

  private static List<String> versions(Path pom) throws IOException {
    return Pattern.compile("<artifactId>dreamkeeper</artifactId>\\s*<version>(.*?)</version>")
        .matcher(Files.readString(pom))
        .results()
        .map((MatchResult found) -> found.group(1))
        .toList();
  }
}
