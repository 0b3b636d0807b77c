package org.dreamkeeper;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * README is short, and what it shows is the embedding example's, which is built by itself and run.
 * What a start prints, {@code .ci/run} compares; what embeds it, {@code .ci/run} does.
 */
final class ReadmeTest {
  private static final int MAX_LINES = 150;
  private static final int MAX_WIDTH = 120;
  private static final Path EXAMPLE = Path.of("src/examples/embed");

  private final String readme = Guides.text(Guides.README);

  private List<String> blocks(String language) {
    return Pattern.compile("(?s)```" + language + "\n(.*?)```\n")
        .matcher(readme)
        .results()
        .map((MatchResult block) -> block.group(1))
        .toList();
  }

  @Test
  void isShort() {
    assertTrue(readme.lines().count() <= MAX_LINES, readme.lines().count() + " lines");
    readme.lines().forEach(line -> assertTrue(line.length() <= MAX_WIDTH, line));
  }

  @Test
  void showsWholeFilesOfTheExample() throws IOException {
    String code = "src/main/java/com/example/notes/NotesWorker.java";
    String test = "src/test/java/com/example/notes/NotesWorkerTest.java";
    assertEquals(
        List.of(Files.readString(EXAMPLE.resolve(code)), Files.readString(EXAMPLE.resolve(test))),
        blocks("java"));
  }

  @Test
  void namesTheTwoCommandsAndWhatTheyNeed() throws IOException {
    List<String> commands =
        blocks("console")
            .get(0)
            .lines()
            .filter(line -> line.startsWith("$ "))
            .map(line -> line.replaceFirst(" +#.*", ""))
            .toList();
    assertEquals(List.of("$ ./run.sh", "$ mvn verify"), commands);
    String pom = Files.readString(Path.of("pom.xml"));
    assertTrue(pom.contains("<version>[3.8.7,)</version>") && readme.contains("3.8.7 or newer"));
    assertTrue(pom.contains("<version>[17,)</version>") && readme.contains("version 17 or newer"));
  }

  @Test
  void leadsToEveryGuide() throws IOException {
    Set<String> linked = new TreeSet<>();
    Guides.links(Guides.README).forEach(link -> linked.add(link.replaceFirst("#.*", "")));
    try (Stream<Path> all = Files.list(Guides.DOCS)) {
      for (Path guide : all.filter(Files::isRegularFile).toList()) {
        assertTrue(linked.contains(guide.toString()), guide.toString());
      }
    }
  }
}
