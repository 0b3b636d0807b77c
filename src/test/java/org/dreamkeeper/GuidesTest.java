package org.dreamkeeper;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Where the guides lead there is something, and what they call by name is called so. */
final class GuidesTest {
  private static final Pattern NAMED = Pattern.compile("`([A-Z]\\w+)(?:\\.([a-z]\\w+))?`");

  private static final Pattern OPTIONAL =
      Pattern.compile(
          "<artifactId>([^<]+)</artifactId>(?:(?!</dependency>)[\\s\\S])*?<optional>true");

  private static final Pattern XML = Pattern.compile("(?s)```xml\n(.*?)```\n");

  private static final Pattern VERSION = Pattern.compile("<vertx.version>([^<]+)<");

  /** What may be said again, such as the head of a table. */
  private static final int SHORT = 50;

  @Test
  void eachLinkLeadsSomewhere() {
    List<String> wrong = new ArrayList<>();
    for (Path guide : Guides.all()) {
      for (String link : Guides.links(guide)) {
        String[] parts = link.split("#", 2);
        Path target = parts[0].isEmpty() ? guide : guide.resolveSibling(parts[0]).normalize();
        boolean there = Files.exists(target);
        if (!there || (parts.length == 2 && !Guides.anchors(target).contains(parts[1]))) {
          wrong.add(guide + ": " + link);
        }
      }
    }
    assertEquals(List.of(), wrong);
  }

  /** The two that name classes for who looks for them. */
  @Test
  void eachClassThatIsNamedIsThere() throws IOException {
    Map<String, String> sources = new TreeMap<>();
    try (Stream<Path> all = Files.walk(Path.of("src"))) {
      all.filter(each -> each.toString().endsWith(".java"))
          .forEach(
              each ->
                  sources.merge(each.getFileName().toString(), Guides.text(each), String::concat));
    }
    for (String guide : List.of("architecture.md", "tested.md")) {
      String text = Guides.text(Guides.DOCS.resolve(guide));
      for (MatchResult name : NAMED.matcher(text).results().toList()) {
        String source = sources.get(name.group(1) + ".java");
        assertTrue(source != null, () -> guide + " names " + name.group());
        if (name.group(2) != null) {
          assertTrue(source.contains(" " + name.group(2) + "("), name.group());
        }
      }
    }
  }

  @Test
  void whatIsOptionalIsNamedToWhoEmbeds() throws IOException {
    String guide = Guides.text(Guides.DOCS.resolve("worker.md"));
    List<String> optional =
        OPTIONAL
            .matcher(Files.readString(Path.of("pom.xml")))
            .results()
            .map((MatchResult found) -> found.group(1))
            .toList();
    assertTrue(optional.size() > 5, optional::toString);
    for (String artifact : optional) {
      assertTrue(guide.contains(artifact + "`"), artifact);
    }
  }

  @Test
  void whatAPomNeedsIsTheExamples() throws IOException {
    String guide = Guides.text(Guides.DOCS.resolve("worker.md"));
    String example = Files.readString(Path.of("src/examples/embed/pom.xml"));
    List<MatchResult> shown = XML.matcher(guide).results().toList();
    assertEquals(2, shown.size());
    shown.forEach(part -> assertTrue(example.contains(part.group(1)), part.group(1)));
    Matcher version = VERSION.matcher(Files.readString(Path.of("pom.xml")));
    assertTrue(version.find() && guide.contains("version " + version.group(1) + ","));
    assertTrue(shown.get(1).group(1).contains("<version>" + version.group(1) + "<"));
  }

  @Test
  void nothingIsSaidInTwoOfThem() {
    Map<String, Path> said = new TreeMap<>();
    List<String> twice = new ArrayList<>();
    for (Path guide : Guides.all()) {
      for (String sentence : Guides.prose(guide).split("(?<=[.:;|])\\s+|\n", -1)) {
        Path first = sentence.length() < SHORT ? guide : said.putIfAbsent(sentence.strip(), guide);
        if (first != null && !first.equals(guide)) {
          twice.add(first + ", " + guide + ": " + sentence);
        }
      }
    }
    assertEquals(List.of(), twice);
  }
}
